// Calls between functions of an app, in both languages alike: many at once, without waiting, value by value, given up.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundle, createProject, errorOf, type Project, resultOf } from "./harness.ts";

let project: Project;
beforeAll(async () => {
  project = createProject(await bundle(), {
    "app.py": `
import modal
app = modal.App("app")

@app.function(max_containers=2)
@modal.concurrent(max_inputs=20)
async def double(n):
    if n == 13: raise LookupError("unlucky")
    return n * 2

@app.function(max_containers=2)
@modal.concurrent(max_inputs=20)
async def add(a, b=1): return a + b

@app.function()
def count(n):
    try:
        for i in range(n): yield i
    finally:
        print("count left", flush=True)

@app.function()
async def count_later(n):
    for i in range(n): yield i * 10

@app.function()
def sleeps():
    import time
    print("sleeps", flush=True)
    time.sleep(60)

@app.function()
def dies():
    import os
    os._exit(3)

@app.function()
def unpicklable():
    return double.remote({"a": [1, lambda: 1]})
@app.function()
def returns_lock():
    import threading
    return {"locks": [threading.Lock()]}
@app.function()
def asks_for_lock():
    return returns_lock.remote()

@app.cls(scaledown_window=30)
class Model:
    size: int = modal.parameter(default=1)
    @modal.method()
    def count(self, n):
        yield from range(self.size * n)

def pulled(seen):
    for i in range(10_000):
        seen.append(i)
        yield i

@app.function()
def everything():
    seen = []
    firsts = []
    for value in double.map(pulled(seen)):
        firsts.append(value)
        if len(firsts) == 3: break
    found = {
        "map": list(double.map([1, 2, 3])),
        "unordered": sorted(double.map([1, 2, 3], order_outputs=False)),
        "errors": [str(each) for each in double.map([1, 13, 2], return_exceptions=True)],
        "starmap": list(add.starmap([(1, 2), (3, 4)])),
        "zipped": list(add.map([1, 2], [10, 20])),
        "kwargs": list(add.map([1, 2], kwargs={"b": 5})),
        "firsts": firsts,
        "pulled": len(seen) < 1000,
        "gen": list(count.remote_gen(40)),
        "remote gen": list(count.remote(3)),
        "later": list(count_later.remote_gen(3)),
        "method": list(Model(size=2).count.remote_gen(2)),
    }
    try:
        list(double.map([1, 13, 2]))
    except LookupError as error:
        found["raised"] = str(error)
    for value in count.remote_gen(1_000_000):
        if value == 5: break
    call = add.spawn(1, b=2)
    found["spawn"] = [call.get(), modal.FunctionCall.from_id(call.object_id).get(timeout=5), type(call.object_id).__name__]
    found["gather"] = modal.FunctionCall.gather(add.spawn(1), add.spawn(2))
    slow = sleeps.spawn()
    try:
        slow.get(timeout=0.01)
    except TimeoutError as error:
        found["late"] = type(error).__name__
    slow.cancel()
    try:
        slow.get()
    except Exception as error:
        found["cancelled"] = type(error).__name__
    try:
        dies.remote()
    except modal.exception.RemoteError as error:
        found["lost"] = [type(error).__name__, "exit code 3" in str(error), isinstance(error, modal.exception.ContainerLostError)]
    try:
        double.remote(lambda: 1)
    except __import__("pickle").PicklingError as error:
        found["unpicklable"] = type(error).__name__
    double.for_each([1, 2])
    add.spawn_map([1, 2])
    add.update_autoscaler(min_containers=0, scaledown_window=30)
    add.keep_warm(0)
    stats = add.get_current_stats()
    found["stats"] = [stats.backlog >= 0, stats.num_total_runners > 0, stats.num_running_inputs >= 0, stats.input_headroom >= 0]
    return found

@app.function()
async def everything_later():
    import asyncio
    async def source():
        for i in range(3): yield i
    found = {
        "map": [each async for each in double.map.aio([1, 2, 3])],
        "source": [each async for each in double.map.aio(source(), order_outputs=True)],
        "starmap": [each async for each in add.starmap.aio([(1, 2)])],
        "many": await asyncio.gather(*(double.remote.aio(n) for n in range(20, 60))),
        "gen": [each async for each in count_later.remote_gen.aio(3)],
        "spawn": await (await add.spawn.aio(5)).get.aio(),
    }
    await double.for_each.aio([1])
    await add.update_autoscaler.aio(min_containers=0)
    try:
        await asyncio.wait_for(sleeps.remote.aio(), 0.05)
    except asyncio.TimeoutError:
        found["given up"] = True
    return found
`,
    "app.ts": `
import { App, ContainerLostError, currentInput, FunctionCall, FunctionCancelledError, RemoteError, ResultTimeoutError } from "coldstart";
const app = new App("app");
export const double = app.function({ maxContainers: 2, allowConcurrentInputs: 20 }, async (n: number) => {
  if (n === 13) throw new RangeError("unlucky");
  return n * 2;
});
export const add = app.function({ maxContainers: 2, allowConcurrentInputs: 20 }, async (a: number, b = 1 as number) => a + b);
export const count = app.function(function* (n: number) {
  try { for (let i = 0; i < n; i++) yield i; } finally { console.log("count left"); }
});
export const later = app.function(async function* (n: number) { for (let i = 0; i < n; i++) yield i * 10; });
export const sleeps = app.function(async () => {
  console.log("sleeps");
  const { signal } = currentInput();
  await new Promise((_, reject) => signal.addEventListener("abort", () => { console.log("heard"); reject(signal.reason); }));
});
export const uncloneable = app.function(() => add.remote(new Map([["a", { f() {} }]]) as never));
export const returnsPromise = app.function(() => ({ list: [1, Promise.resolve()] }));
export const asksForPromise = app.function(() => returnsPromise.remote());
export const dies = app.function(() => process.exit(3));
class StockError extends Error { name = "StockError"; code = "E_STOCK"; left = { tea: 0 }; stop() {} notify = () => {}; }
export const sells = app.function(() => { throw new StockError("sold out", { cause: Object.assign(new Error("empty"), { code: 5 }) }); });
export const everything = app.function(async () => {
  const seen: number[] = [];
  const firsts: number[] = [];
  function* pulled() { for (let i = 0; i < 10_000; i++) { seen.push(i); yield i === 13 ? 14 : i; } }
  for await (const value of double.map(pulled(), { limit: 50 })) { firsts.push(value); if (firsts.length === 3) break; }
  const call = await add.spawn(1, 2);
  const slow = await sleeps.spawn();
  const late = await slow.get({ timeout: 0.01 }).catch((error) => error instanceof ResultTimeoutError);
  await slow.cancel();
  const cancelled = await slow.get().catch((error) => error instanceof FunctionCancelledError);
  const gen: number[] = [];
  for await (const value of count.remoteGen(40)) gen.push(value);
  for await (const value of count.remoteGen(1_000_000)) if (value === 5) break;
  const laters: number[] = [];
  for await (const value of later.remoteGen(3)) laters.push(value);
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error("enough")), 50);
  const aborted = await sleeps.withOptions({ signal: controller.signal }).remote().catch((error) => error.message);
  await double.forEach([1, 2]);
  await add.updateAutoscaler({ keepWarm: 0, containerIdleTimeout: 30 });
  await add.keepWarm(0);
  const figures = await add.figures();
  return {
    map: await double.map([1, 2, 3]),
    unordered: (await double.map([1, 2, 3], { ordered: false })).toSorted(),
    errors: (await double.map([1, 13, 2], { errors: "return" })).map((each) => (each instanceof RemoteError ? (each.cause as Error).message : each)),
    starmap: await add.starmap([[1, 2], [3]]),
    raised: await double.map([1, 13, 2]).then(undefined, (error) => [error instanceof RemoteError, error.cause instanceof RangeError]),
    firsts, pulled: seen.length < 1000,
    gen, list: await count.remote(3), laters,
    spawn: [await call.get(), await FunctionCall.fromId(call.id).get()],
    late, cancelled, aborted,
    named: await sells.remote().catch(({ cause }) => [String(cause), cause.code, cause.left, cause.cause.code]),
    lost: await dies.remote().catch((error) => error instanceof ContainerLostError),
    figures: [figures.backlog >= 0, figures.containers > 0],
  };
});
`,
  });
});
afterAll(() => project.remove());

describe("functions of an app in Python", () => {
  it("are called in all ways that there are", async () => {
    const run = await project.cold("app.py::everything");
    expect(resultOf(run)).toEqual({
      map: [2, 4, 6],
      unordered: [2, 4, 6],
      errors: ["2", "unlucky", "4"],
      starmap: [3, 7],
      zipped: [11, 22],
      kwargs: [6, 7],
      firsts: [0, 2, 4],
      pulled: true,
      gen: [...Array(40).keys()],
      "remote gen": [0, 1, 2],
      later: [0, 10, 20],
      method: [0, 1, 2, 3],
      raised: "unlucky",
      spawn: [3, 3, "str"],
      gather: [2, 3],
      late: "TimeoutError",
      cancelled: "RemoteError",
      lost: ["ContainerLostError", true, true],
      unpicklable: "PickleError",
      stats: [true, true, true, true],
    });
    // One for each generator that ran, the one whose loop was left among them.
    expect(run.output.match(/count left/g)).toHaveLength(3);
  });

  it("are called from event loops", async () => {
    expect(resultOf(await project.cold("app.py::everything_later"))).toEqual({
      map: [2, 4, 6],
      source: [0, 2, 4],
      starmap: [3],
      many: Array.from({ length: 40 }, (_, i) => (i + 20) * 2),
      gen: [0, 10, 20],
      spawn: 6,
      "given up": true,
    });
  });

  it.each([
    [
      "unpicklable",
      "an argument of remote() cannot be copied into another container: args[0]['a'][1] is a function",
    ],
    [
      "asks_for_lock",
      "the result cannot be copied into another container: result['locks'][0] is a _thread.lock",
    ],
  ])("%s is told what cannot be copied to another container, and where it stands", async (name, message) => {
    const error = errorOf(await project.cold(`app.py::${name}`));
    expect(error).toMatchObject({ kind: "error" });
    expect(error.message).toContain(message);
  });
});

describe("functions of an app in TypeScript", () => {
  it("are called in all ways that there are", async () => {
    const run = await project.cold("app.ts::everything");
    expect(resultOf(run)).toEqual({
      map: [2, 4, 6],
      unordered: [2, 4, 6],
      errors: [2, "unlucky", 4],
      starmap: [3, 4],
      raised: [true, true],
      named: ["StockError: sold out", "E_STOCK", { tea: 0 }, 5],
      firsts: [0, 2, 4],
      pulled: true,
      gen: [...Array(40).keys()],
      list: [0, 1, 2],
      laters: [0, 10, 20],
      spawn: [3, 3],
      late: true,
      cancelled: true,
      aborted: "enough",
      lost: true,
      figures: [true, true],
    });
    expect(run.output.match(/count left/g)).toHaveLength(3);
    expect(run.output).toContain("heard");
  });

  it.each([
    [
      "uncloneable",
      'an argument of remote() cannot be copied into another container: arguments[0].get("a").f is the function f',
    ],
    ["asksForPromise", "the result cannot be copied into another container: result.list[1] is a Promise"],
  ])("%s is told what cannot be copied to another container, and where it stands", async (name, message) => {
    const error = errorOf(await project.cold(`app.ts::${name}`));
    expect(error.message).toContain(message);
  });
});
