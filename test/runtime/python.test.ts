// Plain Python functions in real containers: what they are given, what comes of what they return, and how they fail.
import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunError } from "../../runtime/options.ts";
import { bundle, createProject, errorOf, type Project, type Run, resultOf } from "./harness.ts";

let project: Project;
beforeAll(async () => {
  project = createProject(await bundle(), {
    "app.py": `
import os, sys
from helper import value

def lambda_handler(event, context):
    return {"event": event, "id": len(context.aws_request_id), "left": context.get_remaining_time_in_millis() > 0, "name": context.function_name}

def several(a, b, c=3):
    return [a, b, c]

def one(n):
    return n * value

def nothing():
    pass

async def later(n):
    import asyncio
    await asyncio.sleep(0)
    return n + 1

def counted(n):
    yield from range(n)

async def streamed(n):
    for i in range(n):
        yield i

def seen():
    return {"argv": sys.argv[1:], "name": __name__, "path": sys.path[0], "cwd": os.getcwd(), "env": sorted(os.environ), "mine": [m for m in sys.modules if "coldstart" in m][:1], "home": os.path.expanduser("~")}

def missing():
    return [os.environ.get("NOT_THERE"), os.getenv("NEITHER"), "THIRD" in os.environ, os.environ["GIVEN"]]

class Model:
    def __init__(self):
        self.base = 10
    def add(self, n):
        return self.base + n
    @staticmethod
    def fixed():
        return "fixed"

number = 5
`,
    "helper.py": "value = 2\n",
    "pkg/__init__.py": "",
    "pkg/sub.py":
      "from . import other\nfrom .other import word\ndef f():\n    return [__name__, __package__, word]\n",
    "pkg/other.py": "word = 'other'\n",
    "src/my-app.py": "def f():\n    return __name__\n",
    "fails.py": `
import os, signal, sys, threading

def raises():
    try:
        {}["gone"]
    except KeyError as error:
        raise ValueError("from the body") from error

def leaves(): sys.exit(4)
def leaves_with_words(): sys.exit("last words")
def exits(): print("before the end"); os._exit(5)
def crashes():
    import ctypes
    ctypes.string_at(0)
def killed(): os.kill(os.getpid(), signal.SIGKILL)
def floods():
    line = "x" * 1023 + "\\n"
    for _ in range(2000): sys.stdout.write(line)
    sys.stderr.write("the very end\\n")
    os._exit(6)
def complains():
    sys.stderr.write("x" * 300_000 + "\\n")
    return "said it all"
def refused():
    import urllib.request
    urllib.request.urlopen("http://127.0.0.1:2/")
def lacks():
    import not_installed_at_all
def own(): import pkg.not_there
def no_gpu(): raise RuntimeError("Found no NVIDIA driver on your system.")
def leaves_threads():
    thread = threading.Thread(target=threading.Event().wait)
    thread.start()
    return "done"
def leaves_a_daemon():
    import subprocess
    return subprocess.Popen(["sleep", "1000"], start_new_session=True).pid
def forks():
    pid = os.fork()
    if pid == 0: return "the copy"
    os.waitpid(pid, 0)
    return "the original"
def spins():
    while True: pass
`,
    "throws.py": "x = 1\nraise TypeError('at the top')\n",
    "exits.py": "import sys\nsys.exit(3)\n",
    "hangs.py": "import threading\nthreading.Event().wait()\n",
    "syntax.py": "def f(:\n    pass\n",
    "imports.py": "import not_installed_at_all\ndef f(): pass\n",
    "results.py": `
class Point: pass
class Array:
    def tolist(self): return [1]
def bytes_(): return {"items": [1, {"id": b"x"}]}
def set_(): return {"odd key": {1}}
def cycle():
    a = []; a.append([a]); return a
def nan(): return [0, float("nan")]
def function(): return {"f": len}
def instance(): return [Point()]
def array(): return Array()
def key(): return {(1, 2): 3}
def coroutine():
    async def f(): pass
    return {"x": f()}
def fine(): return {"a": (1, 2.5, None, True), "é": "\\ud83d\\ude00 ü", 1: "one", "twice": [[], []]}
`,
  });
});
afterAll(() => project.remove());

/** Each failed run leaves the same trail: the input ends once, the container exits. */
function failed(run: Run): RunError {
  expect(run.code).toBe(0);
  expect(run.stderr).toBe("");
  expect(run.events.filter(({ type }) => type === "input.failed")).toHaveLength(1);
  const containers = (type: string) =>
    run.events.filter((event) => event.type === type).map((event) => event.container);
  expect(containers("container.exited")).toEqual(containers("container.spawned"));
  return errorOf(run);
}

describe("a function of Python", () => {
  it("that is a Lambda handler gets its event and a made-up context", async () => {
    const run = await project.cold("app.py::lambda_handler", { input: [{ a: 1 }] });
    expect(resultOf(run)).toEqual({ event: { a: 1 }, id: 36, left: true, name: "app-lambda_handler" });
    expect(run.where?.interpreter.version).toMatch(/^3\.\d+\.\d+$/);
    expect(run.where?.interpreter.path).not.toContain("shims");
  });

  it("has stages that add up to the wall time", async () => {
    const [outcome] = (await project.cold("app.py::one", { input: [4] })).outcomes;
    if (!outcome?.ok || !outcome.stages) throw new Error(JSON.stringify(outcome));
    const sum = Object.values(outcome.stages).reduce((a, b) => a + b);
    expect(sum).toBeCloseTo(outcome.wall, 3);
    expect(outcome.stages.boot).toBeGreaterThan(0);
    expect(outcome.stages.global).toBeGreaterThan(0);
    expect(outcome.result).toBe(8);
  });

  it.each<[string, unknown[], unknown]>([
    ["lambda_handler", [], { event: {}, id: 36, left: true, name: "app-lambda_handler" }],
    ["several", [1, 2], [1, 2, 3]],
    ["nothing", [], null],
    ["later", [1], 2],
    ["counted", [3], [0, 1, 2]],
    ["streamed", [2], [0, 1]],
    ["Model.add", [5], 15],
    ["Model.fixed", [], "fixed"],
  ])("%s%j gives its result", async (name, input, result) => {
    expect(resultOf(await project.cold(`app.py::${name}`, { input }))).toEqual(result);
  });

  it("answers warm calls in the same container", async () => {
    const run = await project.cold("app.py::later", { input: [1], warm: 3 });
    const [outcome] = run.outcomes;
    expect(outcome?.ok && outcome.warm).toHaveLength(3);
    expect(run.events.filter(({ type }) => type === "container.spawned")).toHaveLength(1);
  });

  it("sees its project, a home of its own and only the variables that were passed", async () => {
    const result = resultOf(await project.cold("app.py::seen", {}, { env: { GIVEN: "1" } }));
    expect(result).toMatchObject({ argv: [], name: "app", path: project.folder, cwd: project.folder });
    const { env, home } = result as { env: string[]; home: string };
    expect(env).toContain("GIVEN");
    const known = ["COLDSTART_CONTAINER", "GIVEN", "HOME", "LANG", "LC_CTYPE", "PATH", "TMPDIR", "TZ"];
    expect(env.filter((name) => !known.includes(name))).toEqual([]);
    expect(home).not.toBe(process.env.HOME);
  });

  it("is told which variables it misses", async () => {
    const run = await project.cold("app.py::missing", {}, { env: { GIVEN: "1" } });
    expect(resultOf(run)).toEqual([null, null, false, "1"]);
    expect(run.notes.join()).toContain("NOT_THERE, NEITHER, THIRD");
  });

  it("may lie in a package, or in a file whose name is no identifier", async () => {
    expect(resultOf(await project.cold("pkg/sub.py::f"))).toEqual(["pkg.sub", "pkg", "other"]);
    expect(resultOf(await project.cold("src/my-app.py::f"))).toBe("my-app");
  });

  it("says when packages have no byte code, which images have", async () => {
    const site = "env/lib/site-packages/big";
    const names = Array.from({ length: 30 }, (_, index) => `m${index}`);
    project.write({
      ...Object.fromEntries(names.map((name) => [`${site}/${name}.py`, ""])),
      [`${site}/__init__.py`]: names.map((name) => `from . import ${name}\n`).join(""),
      "uses.py":
        "import sys\nsys.path.append(sys.path[0] + '/env/lib/site-packages')\nimport big\ndef f(): return 1\n",
    });
    expect((await project.cold("uses.py::f")).notes.join()).toContain("31 modules of installed packages");
    expect((await project.cold("app.py::one", { input: [1] })).notes.join()).not.toContain("byte code");
  });

  it("says when a file's name stands in the way of Python's own modules", async () => {
    project.write({ "names/queue.py": "def f(): return 1\n", "names/queues.py": "def f(): return 2\n" });
    const notes = async (name: string) => (await project.cold(name)).notes.join();
    expect(await notes("names/queue.py::f")).toContain("queue.py has the name of a module of Python itself");
    expect(await notes("names/queues.py::f")).not.toContain("Python itself");
  });

  it("leaves no byte code in the project", async () => {
    await project.cold("app.py::one", { input: [1] }, { isolation: "folders" });
    expect(existsSync(`${project.folder}/__pycache__`)).toBe(false);
  });

  it("runs the texts that are put in place of its files", async () => {
    const overlay = {
      [`${project.folder}/helper.py`]: "value = 100\n",
      [`${project.folder}/only.py`]: "more = 1\n",
      [`${project.folder}/app.py`]:
        "import only\nfrom helper import value\ndef one(n):\n    return n * value + only.more\ndef bad():\n    raise ValueError('here')\n",
    };
    const at = (name: string) => ({
      kind: "cold" as const,
      variants: [{ id: "it", file: `${project.folder}/app.py`, function: name, overlay }],
      steps: [{ variant: "it", input: name === "one" ? [2] : [] }],
    });
    expect(resultOf(await project.start(at("one")).ended)).toBe(201);
    const error = errorOf(await project.start(at("bad")).ended);
    expect(error.stack).toContain(
      `File "${project.folder}/app.py", line 6, in bad\n    raise ValueError('here')`,
    );
  });
});

describe("global scope of Python that", () => {
  it("raises is an error of that stage, with its place alone", async () => {
    const error = failed(await project.cold("throws.py::f"));
    expect(error).toMatchObject({ kind: "error", stage: "global", name: "TypeError", message: "at the top" });
    expect(error.stack).toBe(
      `Traceback (most recent call last):\n  File "${project.folder}/throws.py", line 2, in <module>\n    raise TypeError('at the top')\nTypeError: at the top`,
    );
  });

  it("exits is a lost container", async () => {
    const error = failed(await project.cold("exits.py::f"));
    expect(error).toMatchObject({ kind: "lost", stage: "global", exitCode: 3 });
    expect(error.message).toContain("sys.exit()");
  });

  it("never ends is a timeout", async () => {
    const error = failed(await project.cold("hangs.py::f", {}, { bootTimeout: 400 }));
    expect(error).toMatchObject({ kind: "timeout", stage: "global", name: "BootTimeoutError" });
  });

  it("can't be parsed is a SyntaxError with its place", async () => {
    const error = failed(await project.cold("syntax.py::f"));
    expect(error).toMatchObject({ kind: "error", stage: "global", name: "SyntaxError" });
    expect(error.message).toContain("syntax.py, line 1");
  });

  it("imports a package that is not installed fails for the environment", async () => {
    const error = failed(await project.cold("imports.py::f"));
    expect(error).toMatchObject({ kind: "environment", stage: "global", name: "ModuleNotFoundError" });
    expect(error.message).toContain("not_installed_at_all");
  });
});

describe("a body of Python that", () => {
  it("raises is an error with its traceback and cause, and none of our frames", async () => {
    const error = failed(await project.cold("fails.py::raises"));
    expect(error).toMatchObject({
      kind: "error",
      stage: "body",
      name: "ValueError",
      message: "from the body",
    });
    expect(error.stack).toContain("KeyError: 'gone'");
    expect(error.stack).toContain('fails.py", line 8, in raises');
    expect(error.stack).not.toContain("coldstart>");
  });

  it("is called with too few arguments is told where they come from", async () => {
    const error = failed(await project.cold("app.py::one"));
    expect(error).toMatchObject({ kind: "error", stage: "body", name: "TypeError" });
    expect(error.message).toMatch(/missing 1 required positional argument: 'n'; .*--input/);
    expect(error.stack).toBeUndefined();
  });

  it.each<[string, Partial<RunError>]>([
    ["leaves", { kind: "lost", exitCode: 4 }],
    ["leaves_with_words", { kind: "lost", exitCode: 1, output: "last words\n" }],
    ["exits", { kind: "lost", exitCode: 5, output: "before the end\n" }],
    ["crashes", { kind: "lost", signal: "SIGSEGV" }],
    ["killed", { kind: "lost", signal: "SIGKILL" }],
    ["refused", { kind: "environment", name: "URLError" }],
    ["lacks", { kind: "environment", name: "ModuleNotFoundError" }],
    ["own", { kind: "error", name: "ModuleNotFoundError" }],
    ["no_gpu", { kind: "environment", name: "RuntimeError" }],
  ])("%s has one clear end", async (name, expected) => {
    expect(failed(await project.cold(`fails.py::${name}`))).toMatchObject({ stage: "body", ...expected });
  });

  it("never ends is a timeout", async () => {
    const running = project.start(project.coldJob("fails.py::spins"));
    await running.message((message) => message.type === "event" && message.event.type === "container.ready");
    running.process.kill("SIGINT");
    const run = await running.ended;
    expect(errorOf(run)).toMatchObject({ kind: "cancelled" });
    expect(run.code).toBe(130);
  });

  it("says more on standard error than a pipe holds goes on", async () => {
    const run = await project.cold("fails.py::complains");
    expect(resultOf(run)).toBe("said it all");
    expect(run.output.trim()).toHaveLength(300_000);
  });

  it("floods its output loses none of it", async () => {
    const run = await project.cold("fails.py::floods");
    expect(failed(run)).toMatchObject({ kind: "lost", exitCode: 6 });
    expect(run.output).toHaveLength(2000 * 1024 + "the very end\n".length);
  });

  it("leaves a thread or a process behind ends all the same", async () => {
    expect(resultOf(await project.cold("fails.py::leaves_threads"))).toBe("done");
    const pid = resultOf(await project.cold("fails.py::leaves_a_daemon"));
    const stat = `/proc/${pid}/stat`;
    expect(existsSync(stat) && !readFileSync(stat, "latin1").includes(" Z ")).toBe(false);
  });

  it("forks answers once", async () => {
    expect(resultOf(await project.cold("fails.py::forks"))).toBe("the original");
  });
});

describe("a result of Python that JSON can't say", () => {
  it.each([
    ["bytes_", 'result["items"][1]["id"] is bytes'],
    ["set_", 'result["odd key"] is a set'],
    ["cycle", "result[0][0] refers back to result"],
    ["nan", "result[1] is nan"],
    ["function", 'result["f"] is a builtin_function_or_method'],
    ["instance", "result[0] is a results.Point"],
    ["array", "result is a results.Array (its .tolist() gives plain numbers)"],
    ["key", "the key (1, 2) of result is a tuple"],
    ["coroutine", 'result["x"] is a coroutine (is an `await` missing?)'],
  ])("%s names the value's place", async (name, message) => {
    const error = failed(await project.cold(`results.py::${name}`));
    expect(error).toMatchObject({ kind: "error", stage: "body", name: "ResultError" });
    expect(error.message).toContain(message);
  });

  it("is no more than that", async () => {
    const result = resultOf(await project.cold("results.py::fine"));
    expect(result).toEqual({ a: [1, 2.5, null, true], é: "😀 ü", 1: "one", twice: [[], []] });
  });
});

describe("wrong use of Python", () => {
  it("by an unknown name lists those that there are", async () => {
    const error = errorOf(await project.cold("app.py::nope"));
    expect(error).toMatchObject({ kind: "usage", name: "UnknownFunctionError" });
    expect(error.message).toContain("it has lambda_handler, several, one");
  });

  it("by what is no function says what it is", async () => {
    expect(errorOf(await project.cold("app.py::number")).message).toContain("a value of type int");
  });

  it("by a path where nothing is says so", async () => {
    expect(errorOf(await project.cold("nowhere.py::f"))).toMatchObject({ kind: "usage" });
  });

  it("by an interpreter that isn't there says which one", async () => {
    const error = errorOf(await project.cold("app.py::one", {}, { python: "/no/such/python" }));
    expect(error).toMatchObject({ kind: "environment", name: "InterpreterMissingError" });
    expect(error.message).toContain("/no/such/python");
  });
});
