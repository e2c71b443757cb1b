// Medians, percentiles and bootstrap intervals of small samples of times.
import { seeded } from "./random.ts";

/** A sample in short; times are milliseconds. `ci` is the 95 % bootstrap interval of the median. */
export interface Summary {
  readonly n: number;
  readonly median: number;
  readonly p95: number;
  readonly ci: readonly [number, number];
}

/** A ratio of two medians with its 95 % bootstrap interval. */
export interface Ratio {
  readonly median: number;
  readonly ci: readonly [number, number];
}

const RESAMPLES = 2000;
const SEED = 20_261_124;

/** Linear interpolation between the closest ranks; 0 ≤ `share` ≤ 1. The sample must hold a value. */
export function quantile(sample: readonly number[], share: number): number {
  const sorted = Float64Array.from(sample).sort();
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)];
  const high = sorted[Math.ceil(at)];
  if (low === undefined || high === undefined)
    throw new RangeError("A sample without values has no quantiles.");
  return low + (high - low) * (at - Math.floor(at));
}

export function median(sample: readonly number[]): number {
  return quantile(sample, 0.5);
}

export function summarise(sample: readonly number[]): Summary {
  return {
    n: sample.length,
    median: median(sample),
    p95: quantile(sample, 0.95),
    ci: interval(sample, median),
  };
}

/**
 * How many times as long `before` took as `after`: the median over the pairs, so that whatever slows the
 * machine down for a while slows both sides of a pair and cancels out.
 */
export function pairedRatio(before: readonly number[], after: readonly number[]): Ratio {
  if (before.length !== after.length) throw new RangeError("Every measurement needs its partner.");
  const ratios = before.map((ms, pair) => ms / Math.max(after[pair] ?? 0, Number.MIN_VALUE));
  return { median: median(ratios), ci: interval(ratios, median) };
}

/** The percentile bootstrap's 95 % interval of a statistic. The order of the sample does not matter. */
function interval(
  sample: readonly number[],
  statistic: (values: readonly number[]) => number,
): [number, number] {
  const values = [...sample].sort((a, b) => a - b);
  const random = seeded(SEED);
  const results: number[] = [];
  for (let round = 0; round < RESAMPLES; round++) {
    results.push(statistic(values.map((value) => values[Math.floor(random() * values.length)] ?? value)));
  }
  return [quantile(results, 0.025), quantile(results, 0.975)];
}
