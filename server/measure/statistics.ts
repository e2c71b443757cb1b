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
 * machine down for a while slows both sides of a pair and cancels out. At least two pairs.
 */
export function pairedRatio(before: readonly number[], after: readonly number[]): Ratio {
  if (before.length !== after.length || before.length < 2)
    throw new RangeError("Two pairs or more are needed.");
  const ratios = before.map((ms, pair) => ms / Math.max(after[pair] ?? 0, Number.MIN_VALUE));
  const middle = median(ratios);
  const [low, high] = interval(ratios, median);
  const widen = smallSample(ratios.length);
  return { median: middle, ci: [middle * (low / middle) ** widen, middle * (high / middle) ** widen] };
}

/** Student's t for 95 %, by degrees of freedom from 1. */
const STUDENT = [
  12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
];

/**
 * The bootstrap knows no values beyond the sample's, so that of few pairs its interval is too narrow: of three, all
 * lie on one side of 1 by chance one time in four. The interval is widened (of ratios: in logarithms) as Student's t
 * widens the normal one, see Hesterberg, "What Teachers Should Know about the Bootstrap" (2015), on its narrowness bias.
 */
function smallSample(n: number): number {
  const student = STUDENT[n - 2] ?? 1.96 + 2.4 / (n - 1);
  return (student / 1.96) * Math.sqrt(n / (n - 1));
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
