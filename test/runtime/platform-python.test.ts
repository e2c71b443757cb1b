// The platform on real containers of Python: several inputs at once, cancellations of code that waits and that does not, retries, streams.
import { describe, expect, it } from "vitest";
import { json } from "../../runtime/container/container.ts";
import { until } from "./harness.ts";
import { app, text, useApps } from "./platform.ts";

const open = useApps("app.py", `import asyncio, os, time, modal\napp = modal.App("test")\n`);

const failed = () => app.events.flatMap((event) => (event.type === "input.failed" ? [event.reason] : []));

describe("a container", () => {
  it.each([
    ["async", "async def f(n):\n    await asyncio.sleep(0.3)"],
    ["plain", "def f(n):\n    time.sleep(0.3)"],
  ])("takes several inputs at once of an %s function", async (_kind, head) => {
    await open(`
at = most = 0

@app.function(max_containers=1)
@modal.concurrent(max_inputs=3)
${head.replace(":\n", ":\n    global at, most\n    at += 1\n    most = max(most, at)\n")}
    at -= 1
    return most
`);
    const results = await Promise.all([1, 2, 3, 4, 5].map((n) => app.call("f", [n])));
    expect(Math.max(...(results as number[]))).toBe(3);
    expect(app.count("container.spawned")).toBe(1);
  });

  it.each([
    ["awaits", "async def f(s):\n    await asyncio.sleep(s)"],
    ["sleeps", "def f(s):\n    time.sleep(s)"],
    ["computes", "def f(s):\n    end = time.time() + s\n    while time.time() < end:\n        pass"],
  ])("stays warm when an input is cancelled whose code %s", async (_kind, head) => {
    await open(`\n@app.function()\n${head}\n    return os.getpid()\n`);
    const pid = await app.call("f", [0]);
    const abort = new AbortController();
    const cancelled = app.call("f", [60], abort.signal);
    await app.said("input.started", 2);
    abort.abort();
    await expect(cancelled).rejects.toMatchObject({ run: { kind: "cancelled" } });
    // A container that is not rid of the input would be ended; this one takes the next.
    expect(await app.call("f", [0])).toBe(pid);
    expect(failed()).toEqual(["cancelled"]);
  });

  it.each([
    ["plain", "def", "", "remote"],
    ["asynchronous", "async def", "await ", "remote.aio"],
  ])(
    "cancels what a cancelled input of %s code has called, down to the last, though not what it spawned",
    async (_kind, def, wait, remote) => {
      await open(`
@app.function()
def last():
    time.sleep(600)

@app.function()
${def} middle():
    ${wait}last.${remote}()

@app.function()
def goes_on():
    time.sleep(0.3)
    print("went on", flush=True)

@app.function()
${def} first():
    goes_on.spawn()
    ${wait}middle.${remote}()
`);
      const abort = new AbortController();
      const cancelled = app.call("first", [], abort.signal);
      await app.said("input.started", 4);
      abort.abort();
      await expect(cancelled).rejects.toMatchObject({ run: { kind: "cancelled" } });
      await app.said("input.failed", 3);
      await until(() => app.output().includes("went on"));
      expect(failed()).toEqual(["cancelled", "cancelled", "cancelled"]);
    },
  );

  it("goes on with its other inputs when one takes too long", async () => {
    await open(`
@app.function(max_containers=1, timeout=1)
@modal.concurrent(max_inputs=2)
async def f(s):
    await asyncio.sleep(s)
    return os.getpid()
`);
    const pid = await app.call("f", [0]);
    const late = app.call("f", [60]);
    await expect(late).rejects.toMatchObject({ run: { kind: "timeout" } });
    expect(await app.call("f", [0])).toBe(pid);
  });
});

it.each(["single_use_containers=True", "max_inputs=1"])("with %s takes one input and ends", async (said) => {
  await open(`\n@app.function(${said}, min_containers=1)\ndef f():\n    return os.getpid()\n`);
  const pids = [
    await app.call("f"),
    await app.call("f"),
    ...(await Promise.all([app.call("f"), app.call("f")])),
  ];
  expect(new Set(pids).size).toBe(4);
  await until(() => app.count("container.exited") >= 4);
});

describe("inputs", () => {
  it("are tried again as the function says", async () => {
    await open(`
tries = 0

@app.function(retries=modal.Retries(max_retries=3, initial_delay=0.0))
def f():
    global tries
    tries += 1
    if tries < 3:
        raise ValueError("not yet")
    return tries
`);
    expect(await app.call("f")).toBe(3);
    expect(app.count("input.started")).toBe(3);
    expect(app.count("input.queued")).toBe(1);
  });

  it("give their values one by one, until nobody reads on", async () => {
    await open(`
@app.function()
def count(n):
    try:
        for i in range(n):
            yield i
    finally:
        print("ended", flush=True)
`);
    const seen: number[] = [];
    const input = { args: json([1_000_000]), answer: "json" } as const;
    for await (const bytes of app.platform.values(app.name("count"), input)) {
      seen.push(Number(text(bytes)));
      if (seen.length === 40) break;
    }
    expect(seen).toEqual([...Array(40).keys()]);
    await until(() => app.output().includes("ended"));
    expect(failed()).toEqual(["cancelled"]);
  });

  it("may be large, and the parent holds them once", async () => {
    await open(`
@app.function()
def make(size):
    return bytes(size)

@app.function()
def take():
    return len(make.remote(100_000_000))
`);
    let most = 0;
    const before = process.memoryUsage().arrayBuffers;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }, 5);
    expect(await app.call("take")).toBe(100_000_000);
    clearInterval(watch);
    expect(most).toBeLessThan(190_000_000);
  });
});

describe("a request", () => {
  it("is answered by an application as it streams", async () => {
    await open(`
@app.function()
@modal.asgi_app()
def web():
    async def serve(scope, receive, send):
        if scope["type"] == "lifespan":
            while True:
                message = await receive()
                await send({"type": message["type"] + ".complete"})
                if message["type"] == "lifespan.shutdown":
                    return
        await send({"type": "http.response.start", "status": 201, "headers": [(b"x-seen", b"yes")]})
        while True:
            message = await receive()
            await send({"type": "http.response.body", "body": message.get("body", b""), "more_body": message.get("more_body", False)})
            if not message.get("more_body"):
                return
    return serve
`);
    const go = Promise.withResolvers<void>();
    async function* body() {
      yield Buffer.from("first");
      await go.promise;
      for (let i = 0; i < 50; i++) yield Buffer.alloc(65_536, 7);
    }
    const request = {
      method: "POST",
      url: "/echo",
      headers: [],
      base: "http://127.0.0.1:1/f/web",
      client: ["127.0.0.1", 1],
    } as const;
    const response = await app.platform.fetch(app.name("web"), { request, body: body() });
    expect([response.status, new Map(response.headers).get("x-seen")]).toEqual([201, "yes"]);
    if (response.body instanceof Uint8Array) throw new Error("nothing was to come whole");
    const reader = response.body[Symbol.asyncIterator]();
    expect(text((await reader.next()).value)).toBe("first");
    go.resolve();
    let bytes = 0;
    for (let next = await reader.next(); !next.done; next = await reader.next())
      bytes += next.value.byteLength;
    expect(bytes).toBe(3_276_800);
  });
});

it("methods of a class share containers and the object in them, whatever kind each is of", async () => {
  await open(`
@app.cls(min_containers=1)
class Both:
    name: str = modal.parameter(default="a")
    size: int = modal.parameter(default=1)

    @modal.enter()
    def load(self):
        self.seen = ["load"]

    @modal.method()
    def one(self, n):
        self.seen.append("one %d" % n)
        return [os.getpid(), self.size, self.seen]

    @modal.method()
    async def later(self, n):
        await asyncio.sleep(0)
        return self.one.local(n)

    @modal.method()
    def two(self, n):
        yield os.getpid()
        yield self.seen

    @modal.method()
    def asks(self):
        return [os.getpid(), self.one.remote(3)[0]]

    @modal.method()
    def other(self):
        return Both(name="b", size=2).one.remote(4)[0]

    @modal.asgi_app()
    def web(self):
        async def answer(scope, receive, send):
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": (" ".join(self.seen)).encode()})
        self.seen.append("web")
        return answer

    @modal.exit()
    def leave(self):
        print("left after", self.seen, flush=True)
`);
  const [pid] = (await app.call("Both.one", [1])) as [number];
  expect(await app.call("Both.later", [2])).toEqual([pid, 1, ["load", "web", "one 1", "one 2"]]);
  expect(await app.call("Both.two", [2])).toEqual([pid, ["load", "web", "one 1", "one 2"]]);
  expect(await app.call("Both.web")).toEqual({ status: 200, body: "load web one 1 one 2" });
  const [asker, other] = (await app.call("Both.asks")) as [number, number];
  expect([asker, other === pid]).toEqual([pid, false]);
  expect(await app.call("Both.one", [5])).toContain(1);
  const big = await app.call("Both.other");
  expect([pid, other]).not.toContain(big);
  expect(await app.call('Both(name="b", size=2).one', [5])).toEqual([
    big,
    2,
    ["load", "web", "one 4", "one 5"],
  ]);
  expect(app.count("container.spawned")).toBe(3);
});

it("an error that cannot be pickled as it is reaches its caller with what can be said of it", async () => {
  await open(`
class Bad(Exception):
    def __init__(self, code, detail):
        super().__init__("bad %d" % code)
        self.code = code
        self.detail = detail

@app.function()
def fails():
    raise Bad(7, lambda: 1)

@app.function()
def asks():
    try:
        fails.remote()
    except Bad as error:
        return [str(error), error.code, hasattr(error, "detail")]
`);
  expect(await app.call("asks")).toEqual(["bad 7", 7, false]);
});
