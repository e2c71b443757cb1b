// Chrome traces of events: waiting inputs, a track a container, stages as slices.
import { describe, expect, it } from "vitest";
import type { RuntimeEvent } from "../../runtime/trace/events.ts";
import { createTrace } from "./trace.ts";

const base = { v: 1, function: "a.ts::f", container: "c1", input: "i1" } as const;
const events: readonly RuntimeEvent[] = [
  { ...base, t: 10, type: "image.layer.built", reason: "no layer yet", layer: "build", hash: "h", ms: 8 },
  { ...base, t: 20, type: "input.queued" },
  { ...base, t: 21, type: "container.spawned", pid: 42 },
  { ...base, t: 60, type: "container.loaded", booted: 50 },
  { ...base, t: 80, type: "container.entered", hook: "enter", started: 61 },
  { ...base, t: 81, type: "container.ready" },
  { ...base, t: 82, type: "input.started" },
  { ...base, t: 100, type: "input.finished" },
  { ...base, container: "c2", t: 101, type: "container.spawned", pid: 43 },
  { ...base, t: 105, type: "container.exited", code: 0 },
];

function traceOf(all: readonly RuntimeEvent[]) {
  const trace = createTrace();
  return [...trace.begin, ...all.flatMap((event) => trace.add(event))];
}

describe("a trace", () => {
  const traceEvents = traceOf(events);
  const slices = traceEvents.filter((each) => each.ph === "X");

  it("has the stages as slices in microseconds, in the container's track", () => {
    expect(slices.map(({ name, ts, dur }) => [name, ts, dur])).toEqual([
      ["build build", 2000, 8000],
      ["boot", 21_000, 29_000],
      ["global", 50_000, 10_000],
      ["enter enter", 61_000, 19_000],
      ["body", 82_000, 18_000],
    ]);
    expect(new Set(slices.slice(1).map((each) => each.tid)).size).toBe(1);
  });

  it("names a track for each container", () => {
    const names = traceEvents.filter((each) => each.name === "thread_name").map((each) => each.args?.name);
    expect(names).toEqual(["image", "a.ts::f c1 (pid 42)", "a.ts::f c2 (pid 43)"]);
  });

  it("says how long an input waited, beside its body and in the queue", () => {
    expect(slices.at(-1)?.args).toEqual({ input: "i1", waited: 62 });
    const waiting = traceEvents.filter(({ cat }) => cat === "queue");
    expect(waiting.map(({ name, ph, id2, ts }) => [name, ph, id2?.local, ts])).toEqual([
      ["queue a.ts::f", "b", "i1", 20_000],
      ["queue a.ts::f", "e", "i1", 82_000],
    ]);
  });

  it("gives inputs that a container has at once rows of their own, so that no slices cross", () => {
    const second = { ...base, input: "i2" } as const;
    const third = { ...base, input: "i3" } as const;
    const all = traceOf([
      { ...base, t: 0, type: "container.spawned", pid: 1 },
      { ...base, t: 1, type: "input.queued" },
      { ...second, t: 1, type: "input.queued" },
      { ...base, t: 2, type: "input.started" },
      { ...second, t: 3, type: "input.started" },
      { ...base, t: 5, type: "input.finished" },
      { ...third, t: 6, type: "input.queued" },
      { ...third, t: 6, type: "input.started" },
      { ...second, t: 8, type: "input.failed", reason: "error", message: "no" },
      { ...third, t: 9, type: "input.finished" },
    ]).filter(({ ph }) => ph === "X");
    const [one, two, three] = ["i1", "i2", "i3"].map((id) => all.find(({ args }) => args?.input === id)?.tid);
    expect(one).not.toBe(two);
    expect(three).toBe(one);
  });

  it("ends the wait of an input that was never begun", () => {
    const all = traceOf([
      { ...base, t: 1, type: "input.queued" },
      { ...base, t: 4, type: "input.failed", reason: "cancelled", message: "gone" },
    ]);
    expect(all.filter(({ cat }) => cat === "queue").map(({ ph, ts }) => [ph, ts])).toEqual([
      ["b", 1000],
      ["e", 4000],
    ]);
  });
});
