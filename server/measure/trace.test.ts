// Chrome traces of events: a track a container, stages as slices.
import { describe, expect, it } from "vitest";
import type { RuntimeEvent } from "../../runtime/trace/events.ts";
import { chromeTrace } from "./trace.ts";

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

describe("a trace", () => {
  const { traceEvents } = chromeTrace(events);
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

  it("says how long an input waited", () => {
    expect(slices.at(-1)?.args).toEqual({ input: "i1", waited: 62 });
  });
});
