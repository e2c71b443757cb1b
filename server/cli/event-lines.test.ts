// Times of an events file never go back, and none is lost.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RuntimeEvent } from "../../runtime/trace/events.ts";
import { eventLines } from "./event-lines.ts";

interface Line {
  readonly t: number;
  readonly at?: number;
}

function written(times: readonly number[]): readonly Line[] {
  const lines = eventLines();
  return times.map((t) => {
    const event: RuntimeEvent = { v: 1, t, type: "container.ready", container: "c-1" };
    return JSON.parse(lines.add(event)) as Line;
  });
}

it("keeps events that come in order as they are", () => {
  expect(written([1, 2, 2, 3.5])).toEqual([1, 2, 2, 3.5].map((t) => expect.objectContaining({ t })));
  expect(written([1, 2]).some((line) => "at" in line)).toBe(false);
});

it("never goes back in time, and says when each event happened", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1000)), (times) => {
      const lines = written(times);
      expect(lines.map(({ t }) => t)).toEqual(lines.map(({ t }) => t).sort((a, b) => a - b));
      expect(lines.map(({ t, at }) => at ?? t)).toEqual(times);
    }),
  );
});

describe("the end of a file", () => {
  const base = { v: 1, function: "a.ts::f" } as const;
  const spawned: RuntimeEvent = { ...base, t: 1, type: "container.spawned", container: "c-1", pid: 5 };
  const queued: RuntimeEvent = { ...base, t: 2, type: "input.queued", input: "in-1" };
  const started: RuntimeEvent = { ...base, t: 3, type: "input.started", input: "in-1", container: "c-1" };

  it("adds nothing where all has ended", () => {
    const lines = eventLines();
    for (const event of [spawned, queued, started]) lines.add(event);
    lines.add({ ...base, t: 4, type: "input.finished", input: "in-1", container: "c-1" });
    lines.add({ ...base, t: 5, type: "container.exited", container: "c-1", code: 0 });
    expect(lines.end()).toBe("");
  });

  it("says of inputs and containers that went with the runtime that they are lost", () => {
    const lines = eventLines();
    for (const event of [spawned, queued, started]) lines.add(event);
    const ends = lines
      .end()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    expect(ends).toEqual([
      expect.objectContaining({
        ...base,
        t: 3,
        type: "input.failed",
        reason: "lost",
        input: "in-1",
        container: "c-1",
      }),
      { ...base, t: 3, type: "container.exited", container: "c-1", signal: "SIGKILL" },
    ]);
    expect(lines.end()).toBe("");
  });
});
