import { beforeEach, expect, it } from "vitest";
import type { EventBody } from "../trace/events.ts";
import { createBackend, createClock, failure, settled } from "./fakes.ts";
import { type CalledFunction, createPools, type Pools } from "./pools.ts";

let backends: Map<string, ReturnType<typeof createBackend>>;
let events: EventBody[];
let pools: Pools;

const called = (name: string, more: Partial<CalledFunction> = {}): CalledFunction => ({
  file: "/app.ts",
  name,
  build: false,
  keepWarm: 0,
  containerIdleTimeout: 60,
  timeout: 300,
  ...more,
});
const send = (name: string, more: Partial<CalledFunction> = {}) =>
  pools.call(called(name, more), new Uint8Array([7]));
const containers = (name: string) => backends.get(name)?.containers ?? [];

async function ready(name: string): Promise<void> {
  await settled();
  for (const container of containers(name)) if (container.state === "booting") container.becomeReady();
  await settled();
}

beforeEach(() => {
  backends = new Map();
  events = [];
  let inputs = 0;
  pools = createPools({
    clock: createClock(),
    prepare: ({ name }) => {
      const backend = backends.get(name) ?? createBackend();
      backends.set(name, backend);
      return backend.prepare();
    },
    about: ({ file, name }) => ({ app: "test", function: `${file.slice(1)}::${name}` }),
    newInput: () => `i${inputs++}`,
    emit: (event) => events.push(event),
  });
});

it("gives each function a pool of its own, with its own settings", async () => {
  const all = [send("a"), send("b", { keepWarm: 2 })];
  await ready("a");
  await ready("b");
  expect([containers("a").length, containers("b").length]).toEqual([1, 2]);
  for (const name of ["a", "b"])
    containers(name)
      .find(({ state }) => state === "busy")
      ?.finish();
  expect(await Promise.all(all)).toEqual([new Uint8Array([7]), new Uint8Array([7])]);
});

it("names the function in the events of its inputs", async () => {
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
  const inner = send("b");
  await ready("b");
  containers("b")[0]?.finish();
  await inner;
  const outer = send("a");
  await ready("a");
  const drained = pools.drain();
  const late = send("b");
  await ready("b");
  containers("b")[0]?.finish();
  await late;
  containers("a")[0]?.finish();
  await outer;
  await drained;
  expect([...containers("a"), ...containers("b")].map(({ ended }) => ended)).toEqual(["stop", "stop"]);
});

it("passes on how an input failed", async () => {
  const first = send("a");
  await ready("a");
  containers("a")[0]?.failInput(failure("error", "boom"));
  await expect(first).rejects.toMatchObject({ run: { kind: "error", message: "boom" } });
});

it("stops everything at once", async () => {
  const first = send("a");
  await ready("a");
  const ended = expect(first).rejects.toMatchObject({ run: { kind: "cancelled" } });
  await pools.stop();
  await ended;
  expect(containers("a")[0]?.ended).toBe("kill");
});
