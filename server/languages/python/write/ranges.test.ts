// Ranges that are looked up say what looking at each of them would.
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Range } from "../../../facts/module.ts";
import { rangesOf } from "./ranges.ts";

const range = fc
  .tuple(fc.nat(40), fc.nat(12))
  .map(([start, length]): Range => ({ start, end: start + length }));

it("finds what lies in a range, and what reaches into it", () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 30 }), range, (all, asked) => {
      const ranges = rangesOf(all, (each) => each);
      const inOrder = all.toSorted((a, b) => a.start - b.start || b.end - a.end);
      expect(ranges.within(asked)).toEqual(
        inOrder.filter(({ start, end }) => asked.start <= start && end <= asked.end),
      );
      expect(ranges.reaching(asked)).toEqual(
        inOrder.filter(({ start, end }) => start < asked.end && asked.start < end),
      );
    }),
  );
});
