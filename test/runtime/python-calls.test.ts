// The child's half of calls in Python: streams with a window, cancelling, several inputs at once, and batches.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Child, createNursery, type Nursery } from "./child.ts";
import { bundle } from "./harness.ts";

let nursery: Nursery;
beforeAll(async () => {
  nursery = createNursery(await bundle(), {
    "plain.py": `
import sys, time

def add(a, b=1): return a + b
async def later(a):
    import asyncio
    await asyncio.sleep(0)
    return a + 1
def wrapped(a): return later(a)
def count(n):
    try:
        for i in range(n):
            print("yields %d" % i, flush=True)
            yield i
    finally:
        print("left", flush=True)
async def count_later(n):
    try:
        for i in range(n): yield i
    finally:
        print("left", flush=True)
def sleeps():
    print("sleeps", flush=True)
    time.sleep(60)
def spins():
    print("spins", flush=True)
    try:
        while True: pass
    finally:
        print("cleaned", flush=True)
def catches():
    try:
        print("catches", flush=True)
        time.sleep(60)
    except BaseException as error:
        return "kept " + type(error).__name__
async def sleeps_later():
    import asyncio
    print("sleeps", flush=True)
    await asyncio.sleep(60)
def big(data): return {"n": len(data), "data": data}
`,
    "app.py": `
import asyncio, threading, time
import modal
app = modal.App("app")

@app.function(max_containers=4, min_containers=1, buffer_containers=1, scaledown_window=1.5, startup_timeout=9, retries=modal.Retries(max_retries=2, initial_delay=0.5))
@modal.concurrent(max_inputs=4, target_inputs=2)
def threaded(name):
    here = modal.current_input_id()
    barrier.wait(20)
    return [name, here, modal.current_input_id(), threading.current_thread() is threading.main_thread()]
barrier = threading.Barrier(2)

@app.function()
@modal.concurrent(max_inputs=10)
async def tasks(name):
    global met
    if met is None:
        met = asyncio.Event()
        await met.wait()
    else:
        met.set()
    return [name, modal.current_input_id()]
met = None

@app.function()
def asks():
    return spinning.remote(1)

@app.function()
async def asks_later():
    return await spinning.remote.aio(1)

@app.function()
@modal.concurrent(max_inputs=10)
def spinning(n):
    print("spins", n, flush=True)
    try:
        while True: time.sleep(0.001)
    except modal.exception.InputCancellation:
        print("cancelled", n, flush=True)
        raise

@app.function()
@modal.concurrent(max_inputs=2)
def yielding(n):
    yield from range(n)

@app.function()
@modal.batched(max_batch_size=3, wait_ms=10_000)
def batch(xs, ys):
    print("batch of %d" % len(xs), flush=True)
    return [x * y for x, y in zip(xs, ys)]

@app.function()
@modal.batched(max_batch_size=3, wait_ms=1)
async def batch_later(xs):
    return [x + 1 for x in xs]

@app.function()
@modal.batched(max_batch_size=2, wait_ms=1)
def bad_batch(xs):
    return [1, 2, 3]

@app.cls()
@modal.concurrent(max_inputs=3)
class Model:
    @modal.enter()
    async def load(self): self.base = 10
    @modal.method()
    def add(self, n): return self.base + n
    @modal.method()
    def loops(self, n):
        return asyncio.run(asyncio.sleep(0, n))

@app.cls()
class Single:
    @modal.enter()
    async def load(self):
        self.ticks = 0
        self.task = asyncio.ensure_future(self.tick())
    async def tick(self):
        while True:
            self.ticks += 1
            await asyncio.sleep(0.001)
    @modal.method()
    def loops(self, n):
        return [asyncio.run(asyncio.sleep(0, n)), self.ticks]

@app.function(schedule=modal.Cron("0 * * * *", timezone="Europe/Berlin"))
def hourly(): pass
`,
    "signals.py": `
import os, signal, time
signal.signal(signal.SIGUSR1, lambda *_: os.write(1, b"mine"))
def f():
    print("sleeps", flush=True)
    time.sleep(60)
`,
    "idle.py": 'import modal\napp = modal.App("a")\n@app.function(container_idle_timeout=1)\ndef f(): pass\n',
    "least.py":
      'import modal\napp = modal.App("a")\n@app.function(min_containers=3, max_containers=2)\ndef f(): pass\n',
    "short.py": 'import modal\napp = modal.App("a")\n@app.function(scaledown_window=1)\ndef f(): return 1\n',
  });
});
afterAll(() => nursery.remove());

const yields = (child: Child, input: string) =>
  child.said
    .filter((each) => each.type === "yield" && each.input === input)
    .map(({ payload }) => JSON.parse(payload.toString()));

describe("a generator", () => {
  it.each(["count", "count_later"])(
    "%s is a list, or says each value and waits while nobody takes them",
    async (name) => {
      const child = await nursery.start("plain.py", name);
      child.call("a", [3]);
      expect(await child.result("a")).toEqual([0, 1, 2]);
      child.call("b", [40], { stream: true });
      await child.next("yield", ({ payload, input }) => input === "b" && payload.toString() === "15");
      child.send({ type: "pull", input: "b" });
      await child.next("yield", ({ payload, input }) => input === "b" && payload.toString() === "16");
      expect(yields(child, "b")).toHaveLength(17);
      for (let i = 0; i < 40; i++) child.send({ type: "pull", input: "b" });
      await child.end("b");
      expect(yields(child, "b")).toEqual([...Array(40).keys()]);
      child.call("c", [1000], { stream: true });
      await child.next("yield", ({ payload, input }) => input === "c" && payload.toString() === "15");
      child.cancel("c");
      expect(await child.end("c")).toMatchObject({ type: "failed", failure: { kind: "cancelled" } });
      child.call("d", [1]);
      expect(await child.result("d")).toEqual([0]);
      expect(child.output()).toContain("left");
    },
  );

  it("in a thread of several does the same", async () => {
    const child = await nursery.start("app.py", "yielding");
    child.call("b", [40], { stream: true });
    await child.next("yield", ({ payload }) => payload.toString() === "15");
    child.call("a", [2]);
    expect(await child.result("a")).toEqual([0, 1]);
    expect(yields(child, "b")).toHaveLength(16);
    child.cancel("b");
    expect(await child.end("b")).toMatchObject({ type: "failed", failure: { kind: "cancelled" } });
  });
});

describe("an input that is cancelled", () => {
  it.each([
    ["sleeps", "sleeps"],
    ["spins", "spins"],
    ["sleeps_later", "sleeps"],
  ])("%s ends at once, and its container takes the next one", async (name, printed) => {
    const child = await nursery.start("plain.py", name);
    for (const [input, reason] of [
      ["a", "cancelled"],
      ["b", "timeout"],
    ] as const) {
      child.call(input, []);
      await child.printed(printed);
      child.cancel(input, reason);
      expect(await child.end(input)).toMatchObject({ type: "failed", failure: { kind: reason } });
    }
  });

  it("may make something of it, and is left alone afterwards", async () => {
    const child = await nursery.start("plain.py", "catches");
    child.call("a", []);
    await child.printed("catches");
    child.cancel("a");
    expect(await child.result("a")).toBe("kept InputCancellation");
    // One that is late is nobody's; one that comes before its input has begun is that input's.
    child.cancel("a");
    child.call("b", []);
    child.cancel("b");
    expect(await child.end("b")).toMatchObject({ failure: { kind: "cancelled" } });
  });

  it.each(["asks", "asks_later"])("%s gives up what it waits for, and takes the next one", async (name) => {
    const child = await nursery.start("app.py", name);
    for (const input of ["a", "b"]) {
      const before = child.said.filter(({ type }) => type === "request").length;
      child.call(input, []);
      const { call } = await child.next("request", (message) => message.call === before + 1);
      child.cancel(input);
      expect(await child.end(input)).toMatchObject({ failure: { kind: "cancelled" } });
      await child.next("abort", (message) => message.call === call);
    }
    child.call("c", []);
    const { call } = await child.next("request", (message) => message.call === 3);
    child.send({ type: "answer", call, value: 7 });
    expect(await child.result("c")).toBe(7);
  });

  it("leaves user code the signals that it has taken", async () => {
    const child = await nursery.start("signals.py", "f");
    expect((await child.next("ready")).interrupt).toBe("SIGUSR2");
    child.call("a", []);
    await child.printed("sleeps");
    child.process.kill("SIGUSR1");
    await child.printed("mine");
    child.cancel("a");
    expect(await child.end("a")).toMatchObject({ failure: { kind: "cancelled" } });
  });

  it("in a thread is ended alone", async () => {
    const child = await nursery.start("app.py", "spinning");
    child.call("a", [1]);
    child.call("b", [2]);
    await child.printed("spins 1");
    await child.printed("spins 2");
    child.cancel("a");
    expect(await child.end("a")).toMatchObject({ failure: { kind: "cancelled" } });
    await child.printed("cancelled 1");
    expect(child.output()).not.toContain("cancelled 2");
    child.cancel("b", "timeout");
    expect(await child.end("b")).toMatchObject({ failure: { kind: "timeout" } });
  });
});

describe("several inputs at once", () => {
  it("run in threads, and know which one they are", async () => {
    const child = await nursery.start("app.py", "threaded");
    expect((await child.next("loaded")).function).toEqual({
      app: "app",
      build: false,
      keepWarm: 1,
      maxContainers: 4,
      bufferContainers: 1,
      containerIdleTimeout: 1.5,
      timeout: 300,
      startupTimeout: 9,
      concurrency: { max: 4, target: 2 },
      retries: { max: 2, initialDelay: 0.5, backoff: 2, maxDelay: 60 },
    });
    child.call("one", ["a"]);
    child.call("two", ["b"]);
    expect(await child.result("one")).toEqual(["a", "one", "one", false]);
    expect(await child.result("two")).toEqual(["b", "two", "two", false]);
  });

  it("are tasks of one loop where they are asynchronous", async () => {
    const child = await nursery.start("app.py", "tasks");
    child.call("one", ["a"]);
    child.call("two", ["b"]);
    expect(await child.result("one")).toEqual(["a", "one"]);
    expect(await child.result("two")).toEqual(["b", "two"]);
  });

  it("also of a class", async () => {
    const child = await nursery.start("app.py", "Model.add");
    expect((await child.next("loaded")).function).toMatchObject({ concurrency: { max: 3 } });
    child.call("a", [1]);
    expect(await child.result("a")).toBe(11);
    const loops = await nursery.start("app.py", "Model.loops");
    loops.call("a", [1]);
    expect(await loops.result("a")).toBe(1);
  });

  it("are gathered into batches, full ones and those whose time is up", async () => {
    const child = await nursery.start("app.py", "batch");
    for (const n of [1, 2, 3]) child.call(`in-${n}`, [n, 10]);
    for (const n of [1, 2, 3]) expect(await child.result(`in-${n}`)).toBe(n * 10);
    expect(child.output()).toBe("batch of 3\n");
    const other = await nursery.start("app.py", "batch_later");
    other.call("a", [1]);
    expect(await other.result("a")).toBe(2);
    const bad = await nursery.start("app.py", "bad_batch");
    bad.call("a", [1]);
    await expect(bad.result("a")).rejects.toThrow("it was given 1, and returned a list of 3");
  });
});

describe("one input at a time", () => {
  it("answers as ever, whatever kind of function it is", async () => {
    for (const name of ["add", "later", "wrapped"]) {
      const child = await nursery.start("plain.py", name);
      for (const n of [1, 2, 3]) {
        child.call(`${n}`, [n]);
        expect(await child.result(`${n}`)).toBe(n + 1);
      }
      child.send({ type: "stop" });
      expect(await child.exited).toBe(0);
    }
  });

  it("may begin loops of its own, while the container's goes on in between", async () => {
    const child = await nursery.start("app.py", "Single.loops");
    let calls = 0;
    const call = async (n: number) => {
      child.call(`${n}`, [n]);
      return (await child.result(`${n}`)) as [number, number];
    };
    const [value, ticks] = await call(0);
    expect(value).toBe(0);
    await vi.waitUntil(
      async () => {
        const [again, now] = await call(++calls);
        expect(again).toBe(calls);
        return now > ticks;
      },
      { timeout: 20_000, interval: 5 },
    );
  });

  it("takes a value of many megabytes", async () => {
    const child = await nursery.start("plain.py", "big");
    const data = "x".repeat(40_000_000);
    child.call("a", [data]);
    const result = (await child.result("a")) as { n: number; data: string };
    expect([result.n, result.data.length]).toEqual([data.length, data.length]);
  });
});

describe("what an app says of itself", () => {
  it("is described", async () => {
    const child = await nursery.start("app.py", "", { mode: "describe" });
    const { app } = await child.next("described");
    const about = (name: string) => app.functions.find((each) => each.name === name);
    expect(about("yielding")).toMatchObject({ generator: true, settings: { concurrency: { max: 2 } } });
    expect(about("Model.add")).toMatchObject({ settings: { concurrency: { max: 3 } } });
    expect(about("hourly")).toMatchObject({
      schedule: { kind: "cron", expression: "0 * * * *", timeZone: "Europe/Berlin" },
    });
  });

  it.each([
    ["idle.py", "container_idle_timeout is 1; it must be 2 to 1200"],
    ["least.py", "min_containers is 3, and max_containers only 2"],
  ])("%s is refused where it contradicts itself or is out of range", async (file, message) => {
    const child = await nursery.start(file, "f");
    const { failure } = await child.next("fatal");
    expect(failure).toMatchObject({ kind: "error", name: "InvalidError" });
    expect(failure.message).toContain(message);
    expect(failure.stack).toContain(`${file}", line 3`);
  });

  it("may be any time above 0 under the newer name", async () => {
    const child = await nursery.start("short.py", "f");
    expect((await child.next("loaded")).function).toMatchObject({ containerIdleTimeout: 1 });
  });
});
