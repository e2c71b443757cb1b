import { describe, expect, it } from "vitest";
import { createBoard, type FunctionBoard, KEPT } from "./board.ts";
import { diagnose, figuresOf } from "./diagnosis.ts";
import type { RuntimeEvent } from "./events.ts";

type Told = { readonly t: number; readonly type: RuntimeEvent["type"] } & Record<string, unknown>;

function boardOf(events: readonly Told[]): FunctionBoard {
  const board = createBoard();
  for (const event of events) board.apply({ v: 1, function: "a.ts::f", ...event } as RuntimeEvent);
  const [first] = board.functions();
  if (!first) throw new Error("no function was heard of");
  return first;
}

const booting = (container: string, at: number, took = 100): Told[] => [
  { t: at, type: "container.spawned", container, pid: 7 },
  { t: at + took / 2, type: "container.loaded", container, booted: at + took / 4 },
  { t: at + took, type: "container.ready", container },
];
const queued = (input: string, t: number): Told => ({ t, type: "input.queued", input });
const started = (input: string, container: string, t: number): Told => ({
  t,
  type: "input.started",
  input,
  container,
});
const finished = (input: string, container: string, t: number): Told => ({
  t,
  type: "input.finished",
  input,
  container,
});
/** An input that a warm container takes at once. */
const quick = (input: string, container: string, t: number, ms: number): Told[] => [
  queued(input, t),
  started(input, container, t),
  finished(input, container, t + ms),
];

describe("the board", () => {
  it("shows the containers of a class at each of its methods", () => {
    const board = createBoard();
    const tell = (name: string, events: readonly Told[]) => {
      for (const event of events)
        board.apply({ v: 1, function: `a.ts::A.${name}`, class: "a.ts::A", ...event } as RuntimeEvent);
    };
    tell("one", [...booting("c1", 0), ...quick("i1", "c1", 100, 5)]);
    tell("two", [...quick("i2", "c1", 110, 5), queued("i3", 120), started("i3", "c1", 120)]);
    const [one, two] = board.functions();
    expect(two).toMatchObject({
      class: "a.ts::A",
      containers: [{ id: "c1", state: "busy", inputs: 3 }],
      boots: [{ boot: 25 }],
    });
    expect(one?.containers).toEqual(two?.containers);
    expect([one?.inputs.length, one?.totals, two?.totals]).toEqual([
      1,
      { inputs: 1, failed: 0, containers: 1, peak: 1 },
      { inputs: 2, failed: 0, containers: 1, peak: 1 },
    ]);
    // What a method loads when it is first called, its container's first input may not have needed.
    expect(two?.inputs.map(({ id, first }) => [id, first])).toEqual([
      ["i3", false],
      ["i2", true],
    ]);
  });

  it("shows what waits, what runs and where", () => {
    const board = boardOf([
      queued("i1", 0),
      ...booting("c1", 1),
      started("i1", "c1", 101),
      queued("i2", 102),
      { t: 103, type: "container.spawned", container: "c2", pid: 8 },
    ]);
    expect(board).toMatchObject({
      waiting: 1,
      running: 1,
      totals: { inputs: 2, failed: 0, containers: 2, peak: 2 },
      containers: [
        { id: "c1", state: "busy", since: 101, inputs: 1 },
        { id: "c2", state: "booting", since: 103, inputs: 0 },
      ],
    });
    expect(board.inputs.map(({ id, state }) => `${id} ${state}`)).toEqual(["i2 waiting", "i1 running"]);
  });

  it("tells a first input that waited for its container from a later one", () => {
    const { inputs } = boardOf([
      queued("i1", 0),
      ...booting("c1", 1),
      started("i1", "c1", 101),
      finished("i1", "c1", 150),
      ...quick("i2", "c1", 200, 5),
    ]);
    expect(inputs).toMatchObject([
      { id: "i2", first: false, cold: false, stages: { queue: 0, body: 5 } },
      { id: "i1", first: true, cold: true, stages: { queue: 1, boot: 25, global: 25, enter: 50, body: 49 } },
    ]);
  });

  it("forgets containers that have ended, and frees those whose input is retried elsewhere", () => {
    const board = boardOf([
      ...booting("c1", 0),
      ...booting("c2", 0),
      queued("i1", 200),
      started("i1", "c1", 200),
      { t: 210, type: "container.exited", container: "c1", signal: "SIGKILL" },
      started("i1", "c2", 220),
      { t: 230, type: "input.failed", input: "i1", container: "c2", reason: "error", message: "no" },
    ]);
    expect(board.containers).toMatchObject([{ id: "c2", state: "warm", since: 230 }]);
    expect(board.inputs).toMatchObject([{ state: "error", message: "no", attempts: 2 }]);
    expect(board.totals.failed).toBe(1);
  });

  it("gives out what stays as it was", () => {
    const board = createBoard();
    const tell = (events: readonly Told[]) => {
      for (const event of events) board.apply({ v: 1, function: "f", ...event } as RuntimeEvent);
    };
    tell([...booting("c1", -200), queued("i1", 1), started("i1", "c1", 2)]);
    const before = board.functions();
    const copy = structuredClone(before);
    tell([finished("i1", "c1", 3), queued("i2", 4)]);
    expect(before).toEqual(copy);
    expect(board.functions()).not.toEqual(copy);
  });

  it("keeps a bounded number of inputs", () => {
    const many = Array.from({ length: 3 * KEPT + 50 }, (_, i) => quick(`i${i}`, "c1", i, 1)).flat();
    const board = boardOf([...booting("c1", -200), ...many]);
    expect(board.inputs).toHaveLength(KEPT);
    expect(board.totals.inputs).toBe(3 * KEPT + 50);
    expect(board.inputs[0]?.id).toBe(`i${3 * KEPT + 49}`);
  });
});

describe("the diagnosis", () => {
  const cold = (i: number, at: number, body: number): Told[] => [
    queued(`i${i}`, at),
    ...booting(`c${i}`, at, 400),
    started(`i${i}`, `c${i}`, at + 400),
    finished(`i${i}`, `c${i}`, at + 400 + body),
  ];

  it("is that inputs wait when their time goes into boots, and names the longest stage", () => {
    const board = boardOf([...cold(1, 0, 10), ...cold(2, 1000, 10)]);
    expect(diagnose(board)).toEqual([
      {
        kind: "waiting",
        cause: "boots",
        waited: 2,
        of: 2,
        longest: "enter",
        share: expect.closeTo(800 / 820),
      },
    ]);
    expect(figuresOf(board)).toMatchObject({ coldShare: 1, boot: { n: 2, enter: 200, global: 100 } });
  });

  it("is that inputs wait for a free container where none boots", () => {
    const board = boardOf([
      ...booting("c1", -500),
      queued("i1", 0),
      started("i1", "c1", 0),
      queued("i2", 1),
      finished("i1", "c1", 300),
      started("i2", "c1", 300),
      finished("i2", "c1", 600),
    ]);
    expect(diagnose(board)).toMatchObject([{ kind: "waiting", cause: "full", waited: 1, of: 2 }]);
  });

  it("lies in the boot, too, for inputs that another container takes meanwhile", () => {
    const board = boardOf([
      ...booting("c1", -500),
      queued("i1", 0),
      started("i1", "c1", 0),
      queued("i2", 1),
      { t: 2, type: "container.spawned", container: "c2", pid: 8 },
      finished("i1", "c1", 300),
      started("i2", "c1", 300),
      finished("i2", "c1", 600),
    ]);
    expect(diagnose(board)).toMatchObject([{ kind: "waiting", cause: "boots" }]);
    expect(board.inputs).toMatchObject([{ id: "i2", cold: false, whileBooting: true }, {}]);
  });

  it("does not compare web sockets, which last as long as their clients like", () => {
    const long = quick("i1", "c1", 100, 60_000).map((event) =>
      event.type === "input.queued" ? { ...event, socket: true } : event,
    );
    const board = boardOf([
      ...booting("c1", 0),
      ...long,
      ...[1, 2, 3].flatMap((n) => quick(`j${n}`, "c1", 70_000 + n * 100, 5)),
    ]);
    expect(diagnose(board)).toEqual([]);
    expect(figuresOf(board).first.n).toBe(0);
  });

  it("is that first inputs are slow when later ones are not", () => {
    const board = boardOf([
      ...booting("c1", -500),
      ...quick("i1", "c1", 0, 800),
      ...[1, 2, 3].flatMap((i) => quick(`j${i}`, "c1", 1000 * i, 20)),
    ]);
    expect(diagnose(board)).toEqual([{ kind: "first-inputs", excess: 780, factor: 40 }]);
  });

  it("is silent where nothing is wrong, and where there is too little to go by", () => {
    const fine = [
      ...booting("c1", -500),
      ...[0, 1, 2, 3, 4].flatMap((i) => quick(`i${i}`, "c1", 100 * i, 20)),
    ];
    expect(diagnose(boardOf(fine))).toEqual([]);
    expect(diagnose(boardOf([...booting("c1", -500), ...quick("i1", "c1", 0, 800)]))).toEqual([]);
  });
});
