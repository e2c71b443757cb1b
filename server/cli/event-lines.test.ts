// Times of an events file never go back, and none is lost.
import fc from "fast-check";
import { expect, it } from "vitest";
import type { RuntimeEvent } from "../../runtime/trace/events.ts";
import { eventLines } from "./event-lines.ts";

interface Line {
  readonly t: number;
  readonly at?: number;
}

function written(times: readonly number[]): readonly Line[] {
  const line = eventLines();
  return times.map((t) => {
    const event: RuntimeEvent = { v: 1, t, type: "container.ready", container: "c-1" };
    return JSON.parse(line(event)) as Line;
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
