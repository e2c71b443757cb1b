// Modal apps on this computer: what they define runs as on the platform, with and without its package, old names too.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundle, createProject, errorOf, freePort, type Project, resultOf } from "./harness.ts";

let dist: string;
let project: Project;
beforeAll(async () => {
  const port = await freePort();
  dist = await bundle();
  project = createProject(dist, {
    "app.py": `
import modal

image = modal.Image.debian_slim().pip_install("pip").env({"IN_IMAGE": "yes"})
app = modal.App("app", image=image, secrets=[modal.Secret.from_dict({"FROM_DICT": "d"})])
queue = modal.Queue.from_name("jobs", create_if_missing=True)
other = modal.Function.from_name("other-app", "far")

@app.function(timeout=60, min_containers=0)
def square(x):
    return x ** 2

@app.function()
async def later(x):
    return x + 1

@app.function()
def counted(n):
    yield from range(n)

@app.function()
def fails(x):
    raise LookupError("no %s" % x)

@app.function()
def calls():
    try:
        fails.remote("luck")
    except LookupError as error:
        caught = str(error)
    return [square.remote(3), square.local(4), list(square.map([1, 2, 3])), list(counted.remote_gen(3)),
            square.spawn(5).get(), later.remote(1), caught, modal.is_local(), modal.Function.from_name("app", "square").remote(6)]

@app.function()
async def calls_async():
    import asyncio
    both = await asyncio.gather(square.remote.aio(2), later.remote.aio(2))
    return [both, [x async for x in square.map.aio([1, 2])]]

@app.function()
def environment():
    import os
    return [os.environ["IN_IMAGE"], os.environ["FROM_DICT"]]

@app.function()
def introspected():
    import inspect
    return inspect.getmodule(introspected.get_raw_f()).__name__

@app.function()
@modal.fastapi_endpoint(method="POST")
def endpoint(name: str):
    return {"hello": name}

@app.function()
@modal.batched(max_batch_size=4, wait_ms=10)
def batch(xs):
    return [x * 10 for x in xs]

@app.function()
def looks_up():
    return other.remote(1)

@app.function()
def uses_queue():
    return queue.put(1)

@app.function(secrets=[modal.Secret.from_name("hub-token"), modal.Secret.from_name("second")])
def secretive():
    import os
    return os.environ["TOKEN"]

@app.cls(volumes={"/weights": modal.Volume.from_name("weights", create_if_missing=True), "/root/.cache/hub": modal.Volume.from_name("hub")})
@modal.concurrent(max_inputs=4)
class Model:
    size: str = modal.parameter(default="small")

    @modal.enter()
    async def second(self):
        self.order.append("second")

    @modal.enter(snap=True)
    def first(self):
        self.order = ["first"]

    @modal.method()
    def describe(self, n=0):
        return [self.size, self.order, n, self.helper.local(1)]

    @modal.method()
    def helper(self, n):
        return n + 1

    @modal.method()
    def count(self):
        from pathlib import Path
        file = Path("/weights/count")
        n = int(file.read_text()) + 1 if file.exists() else 1
        file.write_text(str(n))
        (Path.home() / ".cache/hub/in_home").write_text("x")
        return n

    @modal.exit()
    def bye(self):
        print("bye from", self.size)

class Base:
    @modal.enter()
    def load(self):
        self.loaded = "by the base"

@app.cls()
class Derived(Base):
    name: str = modal.parameter()
    @modal.method()
    def tell(self):
        return [self.loaded, self.name]

@app.local_entrypoint()
def main():
    print("local:", modal.is_local())
    return [square.remote(7), Model(size="large").describe.remote(2), Derived(name="n").tell.remote()]
`,
    "old.py": `
import modal
from modal import Image, Stub, Mount, gpu, method, web_endpoint, build, enter

stub = Stub("old", image=Image.debian_slim().copy_local_file("app.py", "/root/app.py"))

@stub.function(container_idle_timeout=300, keep_warm=3, concurrency_limit=5, allow_concurrent_inputs=4, gpu=gpu.A10G(count=1))
@web_endpoint()
def greeting():
    return {"hello": "world"}

@stub.cls(container_idle_timeout=300)
class Model:
    def __init__(self, base=1):
        self.base = base
    @build()
    def fetch(self):
        import os
        print("fetching")
        with open(os.path.expanduser("~/weights"), "w") as file:
            file.write("w" * 10)
    def __enter__(self):
        import os
        self.size = len(open(os.path.expanduser("~/weights")).read())
    def __exit__(self, kind, error, traceback):
        print("left", kind)
    @method()
    def size_of(self):
        return self.size + self.base

@stub.function(schedule=modal.Period(days=1))
def update():
    return greeting.keep_warm(3)
`,
    "built.py": `
import modal
def fetch(name, upper=False):
    import os
    os.makedirs("/baked", exist_ok=True)
    with open("/baked/file", "w") as file:
        file.write(name.upper() if upper else name)
    print("built")
image = modal.Image.debian_slim().apt_install("not-to-be-had").run_function(fetch, args=("weights",), kwargs={"upper": True})
app = modal.App("built")
@app.function(image=image)
def read():
    return open("/baked/file").read()
@app.function()
def plain():
    import os
    return os.path.exists("/baked/file")
`,
    "imports.py": `
import modal
needs = modal.Image.debian_slim().pip_install("nowhere_to_be_found")
with needs.imports():
    import nowhere_to_be_found
app = modal.App("imports")
@app.function(image=needs)
def user(): return 1
@app.function()
def other(): return 2
`,
    "web.py": `
import modal
app = modal.App("web")
events = []

@app.function()
@modal.asgi_app()
def asgi():
    events.append("opened")
    async def serve(scope, receive, send):
        if scope["type"] == "lifespan":
            await receive()
            events.append("lifespan")
            await send({"type": "lifespan.startup.complete"})
            print((await receive())["type"])
            return
        body = (await receive())["body"].decode()
        await send({"type": "http.response.start", "status": 201, "headers": [(b"content-type", b"application/json")]})
        import json
        await send({"type": "http.response.body", "body": json.dumps([scope["method"], scope["path"], body, events]).encode()})
    return serve

@app.function()
@modal.wsgi_app()
def wsgi():
    def serve(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [environ["PATH_INFO"].encode()]
    return serve

@app.function()
@modal.web_server(${port})
def server():
    import subprocess, sys
    subprocess.Popen([sys.executable, "-m", "http.server", "${port}", "--bind", "127.0.0.1"])
`,
    "much.py": `
from __future__ import annotations
import modal
from modal import CloudBucketMount, Cron, Dict, Period, Retries, Sandbox, Tunnel
from modal.gpu import A100

image = (
    modal.Image.from_registry("nvidia/cuda:12.4.0-devel-ubuntu22.04", add_python="3.11")
    .entrypoint([])
    .apt_install("git", "not-to-be-had")
    .uv_pip_install("pip>=1", extra_index_url="https://example.com")
    .run_commands("echo cloned > /opt/cloned", gpu="A10G")
    .add_local_python_source("app")
    .add_local_file("app.py", "/opt/copied.py")
    .workdir("/")
)
vol = modal.Volume.from_name("much", create_if_missing=True)
counts: Dict[str, int] = modal.Dict.from_name("counts", create_if_missing=True)
app = modal.App("much", image=image)

@app.function(gpu=["H100", A100(size="80GB")], cpu=2, memory=(1024, 2048), retries=Retries(max_retries=3, backoff_coefficient=1.0),
              schedule=Cron("0 * * * *"), volumes={"/data": vol.with_mount_options(), "/bucket": CloudBucketMount("b")}, timeout=600)
@modal.experimental.clustered(size=2)
@modal.concurrent(max_inputs=10, target_inputs=8)
def much(box: Sandbox | None = None, call: modal.FunctionCall[int] | None = None):
    from pathlib import Path
    Path("/data/x").write_text("kept")
    vol.commit()
    return [Path("/data/x").read_text(), Path("/opt/copied.py").exists(), Path("/opt/cloned").read_text(), modal.current_input_id() is not None]

@app.function()
async def gathers():
    await vol.commit.aio()
    calls = [await echo.spawn.aio(n) for n in range(2)]
    return [modal.FunctionCall.gather(*calls), [x async for x in echo.map.aio([5, 6])], await Counter.with_options(gpu="T4")(start=2).up.remote.aio()]

@app.function()
def echo(x):
    return x

@app.cls()
class Counter:
    start: int = modal.parameter()
    limit: int = modal.parameter(default=10, init=False)
    @modal.method()
    async def up(self):
        return self.start + self.limit
    @modal.asgi_app()
    def web(self):
        async def serve(scope, receive, send):
            assert scope["type"] == "http"
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"%d" % self.start})
        return serve

@app.function()
def counts_up():
    counts["x"] = 1
`,
    "typo.py": `
import modal
app = modal.App("typo")

@app.function(min_container=2, quux=1, _experimental_speed=9, gpu=None, keep_warm=0)
def f():
    return 1
`,
    "wrong.py": `
import modal
app = modal.App()
@app.function
def f(): pass
`,
    "none.py": "import modal\napp = modal.App()\n",
  });
});
afterAll(() => project.remove());

const cold = (name: string, input: readonly unknown[] = [], options = {}) =>
  project.cold(name, { input }, options);

describe("functions of a Modal app", () => {
  it("run with what their app says, and what they call runs in containers of its own", async () => {
    const run = await cold("app.py::calls");
    expect(resultOf(run)).toEqual([9, 16, [1, 4, 9], [0, 1, 2], 25, 2, "no luck", false, 36]);
    expect(run.events.some((event) => event.app === "app" && event.function === "app.py::square")).toBe(true);
    expect(run.notes.join()).toContain("modal is not installed here");
  });

  it.each<[string, unknown[], unknown]>([
    [
      "calls_async",
      [],
      [
        [4, 3],
        [1, 4],
      ],
    ],
    ["environment", [], ["yes", "d"]],
    ["endpoint", ["you"], { hello: "you" }],
    ["batch", [3], 30],
    ["introspected", [], "app"],
    ["main", [], [49, ["large", ["first", "second"], 2, 2], ["by the base", "n"]]],
  ])("%s%j gives its result", async (name, input, result) => {
    expect(resultOf(await cold(`app.py::${name}`, input))).toEqual(result);
  });

  it("are methods of a class, with its hooks in order, parameters and exit", async () => {
    const run = await cold("app.py::Model.describe", [5]);
    expect(resultOf(run)).toEqual(["small", ["first", "second"], 5, 2]);
    const hooks = run.events.flatMap((event) => (event.type === "container.entered" ? [event.hook] : []));
    expect(hooks).toEqual(["first", "second"]);
    expect(run.output).toContain("bye from small");
    const large = await cold('app.py::Model(size="large").describe');
    expect(resultOf(large)).toEqual(["large", ["first", "second"], 0, 2]);
  });

  it("may use much of what there is", async () => {
    const run = await cold("much.py::much");
    expect(resultOf(run)).toEqual(["kept", true, "cloned\n", true]);
    expect(run.notes.join("\n")).toMatch(/apt_install .*not-to-be-had.*\/bucket is not mounted/s);
    expect(resultOf(await cold("much.py::gathers"))).toEqual([[0, 1], [5, 6], 12]);
    expect(resultOf(await cold("much.py::Counter(start=3).web"))).toEqual({ status: 200, body: "3" });
    expect(errorOf(await cold("much.py::counts_up")).message).toContain("modal.Dict");
  });

  it("need the parameters of their class", async () => {
    const error = errorOf(await cold("app.py::Derived.tell"));
    expect(error).toMatchObject({ kind: "usage", name: "ParameterError" });
    expect(error.message).toContain("needs its parameter name");
  });

  it("share volumes, which stay", async () => {
    expect(resultOf(await cold("app.py::Model.count"))).toBe(1);
    expect(resultOf(await cold("app.py::Model.count"))).toBe(2);
    expect(existsSync("/weights")).toBe(false);
    const volumes = join(project.cache, "volumes");
    expect(readFileSync(join(volumes, "weights/count"), "utf8")).toBe("2");
    expect(existsSync(join(volumes, "hub/in_home"))).toBe(true);
  });

  it("say which volumes cannot be mounted where containers have no file system of their own", async () => {
    const error = errorOf(await cold("app.py::Model.count", [], { isolation: "folders" }));
    expect(error).toMatchObject({ kind: "environment", stage: "enter", name: "MountError" });
    expect(error.message).toContain("/weights cannot be mounted");
  });

  it("name all secrets that are missing, and get those that are there", async () => {
    const error = errorOf(await cold("app.py::secretive"));
    expect(error).toMatchObject({ kind: "environment", stage: "enter", name: "SecretMissingError" });
    expect(error.message).toContain("hub-token, second");
    const options = { env: { TOKEN: "t" }, secrets: ["hub-token", "second"] };
    expect(resultOf(await cold("app.py::secretive", [], options))).toBe("t");
  });

  it.each([
    [
      "looks_up",
      "DeployedLookupError",
      'modal.Function.from_name("other-app", "far")',
      "return other.remote(1)",
    ],
    ["uses_queue", "ModalOnlyError", "modal.Queue.put", "return queue.put(1)"],
  ])("%s stops at its line", async (name, error, message, line) => {
    const found = errorOf(await cold(`app.py::${name}`));
    expect(found).toMatchObject({ kind: "environment", stage: "body", name: error });
    expect(found.message).toContain(message);
    expect(found.stack).toContain(line);
  });

  it("are listed when one is unknown", async () => {
    expect(errorOf(await cold("app.py::nope")).message).toContain("it has square, later, counted");
    expect(errorOf(await cold("app.py::Model.nope")).message).toContain(
      "it has Model.describe, Model.helper",
    );
  });

  it("are refused when a decorator has no parentheses", async () => {
    expect(errorOf(await cold("wrong.py::f")).message).toContain("@app.function needs parentheses");
  });

  it("are told which of their settings no version of modal knows", async () => {
    const run = await cold("typo.py::f");
    expect(resultOf(run)).toBe(1);
    expect(run.notes.filter((note) => note.includes("modal has no"))).toEqual([
      "@app.function() of f: modal has no min_container; did you mean min_containers?",
      "@app.function() of f: modal has no quux; it counts for nothing here",
    ]);
  });
});

describe("the old names", () => {
  it("run", async () => {
    expect(resultOf(await cold("old.py::greeting"))).toEqual({ hello: "world" });
    expect(resultOf(await cold("old.py::update"))).toBeNull();
  });

  it("of a class: build, __enter__ and __exit__", async () => {
    const run = await cold("old.py::Model.size_of");
    expect(resultOf(run)).toBe(11);
    expect(run.output).toContain("fetching");
    expect(run.output).toContain("left None");
    const again = await cold("old.py::Model.size_of");
    expect(again.output).not.toContain("fetching");
    expect(resultOf(again)).toBe(11);
  });
});

describe("images", () => {
  it("are built with their functions, once, and only for those that use them", async () => {
    const first = await cold("built.py::read");
    expect(resultOf(first)).toBe("WEIGHTS");
    expect(first.output).toContain("built");
    expect(first.notes.join()).toContain("apt_install");
    expect(first.events.filter(({ type }) => type === "image.layer.built")).toHaveLength(1);
    const second = await cold("built.py::read");
    expect(second.output).not.toContain("built");
    expect(resultOf(second)).toBe("WEIGHTS");
    expect(resultOf(await cold("built.py::plain"))).toBe(false);
    expect(existsSync("/baked")).toBe(false);
  });

  it("whose packages are missing fail for functions that use them alone", async () => {
    expect(errorOf(await cold("imports.py::user"))).toMatchObject({ kind: "environment", stage: "global" });
    expect(resultOf(await cold("imports.py::other"))).toBe(2);
  });
});

describe("web apps", () => {
  it("are opened while entering, lifespan included, and then asked", async () => {
    const run = await cold("web.py::asgi", ["POST", "/path?q", { a: 1 }]);
    const body = ["POST", "/path", '{"a": 1}', ["opened", "lifespan"]];
    expect(resultOf(run)).toEqual({ status: 201, body });
    const hooks = run.events.flatMap((event) => (event.type === "container.entered" ? [event.hook] : []));
    expect(hooks).toEqual(["asgi"]);
    expect(run.output).toBe("lifespan.shutdown\n");
  });

  it("of the older protocol, and servers on a port", async () => {
    expect(resultOf(await cold("web.py::wsgi", ["/here"]))).toEqual({ status: 200, body: "/here" });
    expect(resultOf(await cold("web.py::server", ["/none.py"]))).toMatchObject({ status: 200 });
  });
});

describe("the local entry point", () => {
  it("runs here, and what it calls in containers", async () => {
    const run = await project.entrypoint("app.py");
    expect(resultOf(run)).toEqual([49, ["large", ["first", "second"], 2, 2], ["by the base", "n"]]);
    expect(run.output).toContain("local: True");
  });

  it("that isn't there is said to be missing", async () => {
    expect(errorOf(await project.entrypoint("none.py"))).toMatchObject({
      kind: "usage",
      name: "NoEntrypointError",
    });
    const plain = createProject(dist, { "plain.py": "def f(): pass\n" });
    expect(errorOf(await plain.entrypoint("plain.py"))).toMatchObject({
      kind: "usage",
      name: "NoEntrypointError",
    });
    plain.remove();
  });
});

it("charges the package's import to boot, where it is installed, and takes old names all the same", async () => {
  const installed = createProject(dist, {
    "modal/__init__.py":
      "import time\ntime.sleep(0.3)\n__version__ = '9'\nclass App:\n    def __init__(self, *args, **kwargs):\n        raise ValueError('old')\n",
    "modal/exception.py": "class Error(Exception): pass\nclass RemoteError(Error): pass\n",
    "app.py":
      "import modal\nfrom modal.exception import RemoteError\napp = modal.App('a')\n@app.function(keep_warm=1)\ndef f():\n    return [modal.__version__, issubclass(RemoteError, modal.Error), RemoteError.__module__]\n",
  });
  const run = await installed.cold("app.py::f");
  expect(resultOf(run)).toEqual(["9", true, "modal.exception"]);
  const [outcome] = run.outcomes;
  expect(outcome?.stages?.boot).toBeGreaterThan(300);
  expect(outcome?.stages?.global).toBeLessThan(300);
  expect(run.notes.join()).not.toContain("not installed");
  installed.remove();
});

it("takes a mere folder of the package's name for no package", async () => {
  const sources = createProject(dist, {
    "modal/notes.txt": "",
    "app.py": "import modal\napp = modal.App('a')\n@app.function()\ndef f():\n    return 1\n",
  });
  const run = await sources.cold("app.py::f");
  expect(resultOf(run)).toBe(1);
  expect(run.notes.join()).toContain("modal is not installed here");
  sources.remove();
});

describe("a stand-in", () => {
  it("says what it is, and which names it has", async () => {
    const shown = `
import modal
image = modal.Image.debian_slim("3.11").pip_install("x", "y")
app = modal.App("shown", image=image)

@app.function()
def f(): return [
    repr(each) for each in (
        app, f, Model, Model(size="large"), Model().run, image, modal.Volume.from_name("v"), modal.Cron("0 * * * *"),
        modal.Secret.from_dict({"TOKEN": "1234"}), modal.FunctionCall.from_id("fc-1"), modal.Dict.from_name("d"),
        modal.Function.from_name("other", "g"), modal.Retries(max_retries=2), modal.FilePatternMatcher("*.py"),
    )
] + [hasattr(app, "app_id"), hasattr(app, "nothing_like_it"), hasattr(app, "deploy"), hasattr(modal, "nothing_like_it")]

@app.cls()
class Model:
    size: str = modal.parameter(default="small")
    @modal.method()
    def run(self): pass
`;
    project.write({ "shown.py": shown });
    const run = await cold("shown.py::f");
    expect(resultOf(run)).toEqual([
      "<modal.App 'shown'>",
      "<modal.Function f of <modal.App 'shown'>>",
      "<modal.Cls Model of <modal.App 'shown'>>",
      "<modal object Model(size='large')>",
      "<modal.Function run of <modal object Model()>>",
      "<modal.Image debian_slim('3.11').pip_install('x', 'y')>",
      "<modal.Volume 'v'>",
      "modal.Cron('0 * * * *')",
      "<modal.Secret TOKEN>",
      "<modal.FunctionCall 'fc-1'>",
      "<modal.Dict, which is on Modal's machines>",
      '<modal.Function.from_name("other", "g"), which is deployed elsewhere>',
      "modal.Retries(max_retries=2)",
      "FilePatternMatcher('*.py')",
      ...[false, false, true, false],
    ]);
  });

  it.each([
    ["app.deploy()", "modal.App.deploy"],
    ["f.object_id", "modal.Function.object_id"],
    ["modal.Volume.from_name('v').listdir('/')", "modal.Volume.listdir"],
    ["app.sandboxes", "modal.App.sandboxes"],
  ])("names %s at its line, as of Modal's own machines", async (code, name) => {
    project.write({
      "lacks.py": `import modal\napp = modal.App("lacks")\n\n@app.function()\ndef f():\n    return ${code}\n`,
    });
    const error = errorOf(await cold("lacks.py::f"));
    expect(error).toMatchObject({ kind: "environment", name: "ModalOnlyError", stage: "body" });
    expect(error.message).toContain(name);
    expect(error.stack).toContain('lacks.py", line 6');
    expect(error.stack).toContain("ModalOnlyError:");
  });

  it.each([
    ["modal.Image.debian_slim().pip_instal('x')", "'modal.Image' has no attribute 'pip_instal'"],
    ["modal.App('x').functoin()", "'modal.App' has no attribute 'functoin'"],
    ["modal.asgi_ap()", "module 'modal' has no attribute 'asgi_ap'"],
  ])("does not know %s, as Modal does not", async (code, message) => {
    project.write({ "typo.py": `import modal\n${code}\ndef f(): pass\n` });
    const error = errorOf(await cold("typo.py::f"));
    expect(error).toMatchObject({ kind: "error", name: "AttributeError", stage: "global", message });
  });
});
