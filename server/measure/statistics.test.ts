// What the statistics promise: order does not matter, intervals hold their median and cover the true one.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Random, seeded, shuffled } from "./random.ts";
import { median, pairedRatio, quantile, summarise } from "./statistics.ts";

const times = fc.array(fc.double({ min: 0.01, max: 1e5, noNaN: true }), { minLength: 1, maxLength: 25 });

/** Skewed as start times are: a floor and a long tail on one side. True median: 60 + 20 ln 2. */
const start = (random: Random) => 60 - 20 * Math.log(1 - random());

describe("a summary", () => {
  it("does not depend on the order of the sample", () => {
    fc.assert(
      fc.property(times, fc.integer(), (sample, seed) => {
        expect(summarise(shuffled(sample, seeded(seed)))).toEqual(summarise(sample));
      }),
      { numRuns: 30 },
    );
  });

  it("has its median within its interval, and its interval within the sample", () => {
    fc.assert(
      fc.property(times, (sample) => {
        const { median, p95, ci } = summarise(sample);
        expect(ci[0]).toBeLessThanOrEqual(median);
        expect(ci[1]).toBeGreaterThanOrEqual(median);
        expect(ci[0]).toBeGreaterThanOrEqual(Math.min(...sample));
        expect(ci[1]).toBeLessThanOrEqual(Math.max(...sample));
        expect(p95).toBeGreaterThanOrEqual(median);
      }),
      { numRuns: 30 },
    );
  });

  it("covers the true median of a skewed distribution about 95 times of 100", () => {
    const random = seeded(7);
    const truth = 60 + 20 * Math.log(2);
    let covered = 0;
    for (let round = 0; round < 300; round++) {
      const { ci } = summarise(Array.from({ length: 10 }, () => start(random)));
      if (ci[0] <= truth && truth <= ci[1]) covered++;
    }
    expect(covered / 300).toBeGreaterThan(0.9);
    expect(covered / 300).toBeLessThan(0.995);
  });

  it("gets narrower with more measurements", () => {
    const random = seeded(11);
    const width = (n: number) => {
      const { ci } = summarise(Array.from({ length: n }, () => start(random)));
      return ci[1] - ci[0];
    };
    expect(width(400)).toBeLessThan(width(10) / 2);
  });

  it("gives quantiles as known by hand", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(quantile([10, 20, 30, 40, 50], 0.95)).toBeCloseTo(48);
    expect(() => median([])).toThrow(RangeError);
  });
});

describe("a paired ratio", () => {
  it("is not led astray by a machine that gets slower meanwhile", () => {
    const drift = Array.from({ length: 10 }, (_, pair) => 1 + pair);
    const { median, ci } = pairedRatio(
      drift.map((factor) => 30 * factor),
      drift.map((factor) => 10 * factor),
    );
    expect(median).toBeCloseTo(3);
    expect(ci[0]).toBeCloseTo(3);
    expect(ci[1]).toBeCloseTo(3);
  });

  it("turns over when the sides are swapped", () => {
    const random = seeded(3);
    const a = Array.from({ length: 11 }, () => start(random));
    const b = Array.from({ length: 11 }, () => start(random));
    expect(pairedRatio(a, b).median).toBeCloseTo(1 / pairedRatio(b, a).median);
  });

  it.each([3, 5, 10, 30])(
    "excludes 1 for equal sides at most about 5 times of 100, with %i pairs",
    (pairs) => {
      const random = seeded(5);
      let excluded = 0;
      for (let round = 0; round < 300; round++) {
        const sides = [0, 1].map(() => Array.from({ length: pairs }, () => start(random)));
        const { ci } = pairedRatio(sides[0] ?? [], sides[1] ?? []);
        if (ci[0] > 1 || ci[1] < 1) excluded++;
      }
      expect(excluded / 300).toBeLessThan(0.08);
    },
  );

  it("finds a clear difference with three pairs", () => {
    const { ci } = pairedRatio([240, 250, 236], [118, 126, 121]);
    expect(ci[0]).toBeGreaterThan(1.5);
  });

  it("refuses measurements without a partner", () => {
    expect(() => pairedRatio([1, 2], [1])).toThrow(RangeError);
    expect(() => pairedRatio([1], [1])).toThrow(RangeError);
  });
});
