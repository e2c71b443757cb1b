import { beforeEach, describe, expect, it } from "vitest";
import type { FunctionSettings } from "../child/description.ts";
import type { AppRequest } from "../child/messages.ts";
import type { RequestHandler } from "../container/container.ts";
import type { EventBody } from "../trace/events.ts";
import { createBackend, createClock, type FakeClock, failure, settled } from "./fakes.ts";
import { createPlatform, type Platform } from "./platform.ts";

let backends: Map<string, ReturnType<typeof createBackend>>;
let asks: Map<string, RequestHandler>;
let clock: FakeClock;
let events: EventBody[];
let platform: Platform;
/** What versions were told, in order, by their number. */
let told: string[];
let versions: number;

const FUNCTION: FunctionSettings = { build: false, keepWarm: 0, containerIdleTimeout: 60, timeout: 300 };

function deploy(functions: Readonly<Record<string, Partial<FunctionSettings>>> = {}): void {
  const version = ++versions;
  platform.deploy({
    open: () => void told.push(`open ${version}`),
    close: async () => void told.push(`close ${version}`),
    functions: Object.entries(functions).map(([name, settings]) => ({
      file: "/app.ts",
      name,
      settings: { ...FUNCTION, ...settings },
      builds: [],
      generator: false,
    })),
    prepare: ({ name }, _settings, requests) => {
      const backend = backends.get(name) ?? createBackend();
      backends.set(name, backend);
      asks.set(name, requests);
      return backend.prepare();
    },
    about: ({ file, name }) => ({ app: "test", function: `${file.slice(1)}::${name}` }),
  });
}

const send = (name: string) =>
  platform.call(
    { file: "/app.ts", name },
    { args: { encoding: "clone", bytes: Buffer.from([7]) }, answer: "clone" },
  );
const containers = (name: string) => backends.get(name)?.containers ?? [];

async function ready(name: string): Promise<void> {
  await settled();
  for (const container of containers(name)) if (container.state === "booting") container.becomeReady();
  await settled();
}

beforeEach(() => {
  backends = new Map();
  asks = new Map();
  events = [];
  told = [];
  versions = 0;
  let inputs = 0;
  let calls = 0;
  clock = createClock();
  platform = createPlatform({
    clock,
    newInput: () => `i${inputs++}`,
    newCall: () => `fc-${calls++}`,
    emit: (event) => events.push(event),
    trouble: () => {},
  });
});

it("has a version give up what it holds ready when the next takes its place, and at the end", async () => {
  deploy();
  deploy();
  expect(told).toEqual(["open 1", "open 2", "close 1"]);
  await platform.drain();
  expect(told).toEqual(["open 1", "open 2", "close 1", "close 2"]);
  deploy();
  await platform.stop();
  expect(told.slice(4)).toEqual(["open 3", "close 3"]);
});

it("has the methods of a class share their containers, apart by the values of its objects", async () => {
  const method = (name: string) => ({ method: name, keepWarm: 1 });
  deploy({ "A.x": method("x"), "A.y": method("y") });
  await ready("A.x");
  const inputs = ["A.x", "A.y", "A(n=1.5).y", "A(n=1.5).x"].map(send);
  await ready("A.x");
  await ready("A(n=1.5).y");
  expect(Object.fromEntries([...backends].map(([name, { containers: all }]) => [name, all.length]))).toEqual({
    "A.x": 2,
    "A(n=1.5).y": 2,
  });
  for (const { containers: all } of backends.values()) for (const each of all) each.finish();
  await Promise.all(inputs);
  expect(events.map((event) => [event.type, event.function]).slice(0, 3)).toEqual([
    ["input.queued", "app.ts::A.x"],
    ["input.started", "app.ts::A.x"],
    ["input.queued", "app.ts::A.y"],
  ]);
  expect(backends.get("A.x")?.containers.map(({ methods }) => methods)).toEqual([["x"], ["y"]]);
  expect(platform.figures({ file: "/app.ts", name: "A.y" })).toEqual({
    backlog: 0,
    containers: 2,
    running: 0,
    room: 2,
  });
  platform.configure({ file: "/app.ts", name: "A.y" }, { keepWarm: 3 });
  await ready("A.x");
  expect(containers("A.x").length).toBe(3);
});

it("gives each function a pool of its own, with its own settings", async () => {
  deploy({ b: { keepWarm: 2 } });
  const all = [send("a"), send("b")];
  await ready("a");
  await ready("b");
  expect([containers("a").length, containers("b").length]).toEqual([1, 2]);
  for (const name of ["a", "b"])
    containers(name)
      .find(({ state }) => state === "busy")
      ?.finish();
  expect(await Promise.all(all)).toMatchObject([{ bytes: Buffer.from([7]) }, { bytes: Buffer.from([7]) }]);
});

it("names the function in the events of its inputs", async () => {
  deploy();
  const first = send("a");
  await ready("a");
  containers("a")[0]?.finish();
  await first;
  expect(events.map(({ type, function: name, input }) => [type, name, input])).toEqual([
    ["input.queued", "app.ts::a", "i0"],
    ["input.started", "app.ts::a", "i0"],
    ["input.finished", "app.ts::a", "i0"],
  ]);
});

it("drains only when functions that are at work need no other any more", async () => {
  deploy();
  const inner = send("b");
  await ready("b");
  containers("b")[0]?.finish();
  await inner;
  const outer = send("a");
  await ready("a");
  const drained = platform.drain();
  const late = send("b");
  await ready("b");
  containers("b")[0]?.finish();
  await late;
  containers("a")[0]?.finish();
  await outer;
  await drained;
  expect([...containers("a"), ...containers("b")].map(({ ended }) => ended)).toEqual(["stop", "stop"]);
});

describe("what code in containers asks", () => {
  const asker = (signal = new AbortController().signal) => ({
    container: "c",
    signal,
    more: () => undefined,
  });
  const clone = Buffer.from([7]);
  const ask = (request: AppRequest, signal?: AbortSignal) =>
    (asks.get("a") ?? platform.requests)(request, clone, asker(signal));
  const b = { file: "/app.ts", name: "b" } as const;

  it("ends with a call that nobody waits for any more", async () => {
    deploy();
    const abort = new AbortController();
    const call = ask({ ask: "call", ...b }, abort.signal);
    await ready("b");
    abort.abort();
    await expect(call).rejects.toMatchObject({ run: { kind: "cancelled" } });
  });

  it("is a spawned call's result, as often as it is asked for, until an hour after its end", async () => {
    deploy();
    const { value: id } = await ask({ ask: "spawn", ...b });
    if (typeof id !== "string") throw new Error("no id");
    const early = ask({ ask: "result", id, timeout: 50 });
    clock.advance(50);
    await expect(early).rejects.toMatchObject({ run: { kind: "timeout", name: "ResultTimeoutError" } });
    await ready("b");
    const result = ask({ ask: "result", id });
    containers("b")[0]?.finish();
    expect(await result).toEqual({ payload: clone });
    expect(await ask({ ask: "result", id })).toEqual({ payload: clone });
    await settled();
    clock.advance(3_600_000);
    await expect(ask({ ask: "result", id })).rejects.toMatchObject({ run: { name: "CallNotFoundError" } });
  });

  it("cancels a spawned call", async () => {
    deploy();
    const { value: id } = await ask({ ask: "spawn", ...b });
    if (typeof id !== "string") throw new Error("no id");
    await ask({ ask: "cancel", id });
    await expect(ask({ ask: "result", id })).rejects.toMatchObject({ run: { kind: "cancelled" } });
  });

  it("forgets the oldest of too many results", async () => {
    deploy({ b: { concurrency: { max: 1 } } });
    const { value: first } = await ask({ ask: "spawn", ...b });
    await ready("b");
    containers("b")[0]?.finish();
    for (let i = 0; i < 10_000; i++) {
      await ask({ ask: "spawn", ...b });
      containers("b")[0]?.finish();
    }
    await settled();
    const id = String(first);
    await expect(ask({ ask: "result", id })).rejects.toMatchObject({ run: { name: "CallNotFoundError" } });
  });

  it("changes how a function scales, and tells how many containers it has", async () => {
    deploy();
    await ask({ ask: "configure", ...b, settings: { keepWarm: 2 } });
    expect(await ask({ ask: "figures", ...b })).toEqual({
      value: { backlog: 0, containers: 2, running: 0, room: 0 },
    });
  });

  it("knows a function by what its module says, and by what its caller says otherwise", async () => {
    deploy({ b: { maxContainers: 1 } });
    for (let i = 0; i < 3; i++) {
      void ask({ ask: "call", ...b, function: FUNCTION }).catch(() => {});
      void ask({
        ask: "call",
        file: "/app.ts",
        name: "c",
        function: { ...FUNCTION, maxContainers: 2 },
      }).catch(() => {});
    }
    await settled();
    expect([containers("b").length, containers("c").length]).toEqual([1, 2]);
    await platform.stop();
  });
});

describe("a new version", () => {
  it("takes new calls; the one before ends its inputs and what they call, and then its containers", async () => {
    deploy();
    const old = send("a");
    await ready("a");
    const oldAsks = asks.get("a");
    deploy();
    const fresh = send("a");
    await ready("a");
    expect(containers("a")).toHaveLength(2);
    const inner = oldAsks?.({ ask: "call", file: "/app.ts", name: "b" }, Buffer.from([7]), {
      container: "c0",
      signal: new AbortController().signal,
      more: () => undefined,
    });
    await ready("b");
    containers("b")[0]?.finish();
    expect(await inner).toEqual({ payload: Buffer.from([7]) });
    containers("a")[0]?.finish();
    await old;
    await settled();
    expect(containers("a").map(({ ended }) => ended)).toEqual(["stop", undefined]);
    containers("a")[1]?.finish();
    await fresh;
  });

  it("keeps the results of what was spawned before", async () => {
    deploy();
    const name = { file: "/app.ts", name: "a" };
    const id = platform.spawn(name, {
      args: { encoding: "clone", bytes: Buffer.from([7]) },
      answer: "clone",
    });
    await ready("a");
    deploy();
    containers("a")[0]?.finish();
    expect(await platform.result(id)).toMatchObject({ bytes: Buffer.from([7]) });
  });
});

it("says what went wrong while an earlier version ended", async () => {
  deploy({ a: { keepWarm: 1 } });
  await ready("a");
  const [container] = containers("a");
  if (container) container.stop = () => Promise.reject(new Error("can't remove a folder"));
  deploy();
  await settled();
  await expect(platform.drain()).rejects.toThrow("can't remove a folder");
});

it("gives each set of class parameters a pool of its own, by the settings of the class", async () => {
  deploy({ "Model.run": { maxContainers: 1 } });
  const names = [`Model(size="a").run`, `Model(size="b)").run`];
  const all = names.flatMap((name) => [send(name), send(name)]).map((call) => call.catch(() => undefined));
  await settled();
  expect(names.map((name) => containers(name).length)).toEqual([1, 1]);
  await platform.stop();
  await Promise.all(all);
});

it("refuses calls when nothing is served", async () => {
  await expect(send("a")).rejects.toMatchObject({ run: { kind: "cancelled" } });
});

it("passes on how an input failed", async () => {
  deploy();
  const first = send("a");
  await ready("a");
  containers("a")[0]?.failInput(failure("error", "boom"));
  await expect(first).rejects.toMatchObject({ run: { kind: "error", message: "boom" } });
});

it("stops everything at once", async () => {
  deploy();
  const first = send("a");
  await ready("a");
  const ended = expect(first).rejects.toMatchObject({ run: { kind: "cancelled" } });
  await platform.stop();
  await ended;
  expect(containers("a")[0]?.ended).toBe("kill");
});
