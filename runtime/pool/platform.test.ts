import { beforeEach, expect, it } from "vitest";
import type { FunctionSettings } from "../child/messages.ts";
import type { RequestHandler } from "../container/container.ts";
import type { EventBody } from "../trace/events.ts";
import { createBackend, createClock, type FakeClock, failure, settled } from "./fakes.ts";
import { createPlatform, type Platform } from "./platform.ts";

let backends: Map<string, ReturnType<typeof createBackend>>;
let asks: Map<string, RequestHandler>;
let clock: FakeClock;
let events: EventBody[];
let platform: Platform;

const FUNCTION: FunctionSettings = { build: false, keepWarm: 0, containerIdleTimeout: 60, timeout: 300 };

function deploy(functions: Readonly<Record<string, Partial<FunctionSettings>>> = {}): void {
  platform.deploy({
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
    { args: { encoding: "clone", bytes: new Uint8Array([7]) }, answer: "clone" },
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
  expect(await Promise.all(all)).toMatchObject([
    { bytes: new Uint8Array([7]) },
    { bytes: new Uint8Array([7]) },
  ]);
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
