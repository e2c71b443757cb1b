// What a benchmark is, and how two sides are compared: side by side in one run, as a ratio of medians.

export interface Benchmark {
  readonly name: string;
  /** Highest ratio ours / theirs that we accept. */
  readonly goal: number;
  /** What the ratio is taken against. */
  readonly against: string;
  /** What is measured; milliseconds when left out. */
  readonly unit?: "KB";
  /** What was measured in each round, the sides in turn. */
  run(): Promise<{ readonly ours: readonly number[]; readonly theirs: readonly number[] }>;
}

export interface Figure {
  readonly name: string;
  readonly against: string;
  readonly unit: "ms" | "KB";
  readonly ours: number;
  readonly theirs: number;
  readonly ratio: number;
  /** Half of the rounds had a ratio between these two. */
  readonly spread: readonly [low: number, high: number];
  readonly goal: number;
  readonly met: boolean;
  readonly rounds: number;
}

export async function figure(benchmark: Benchmark): Promise<Figure> {
  const { ours, theirs } = await benchmark.run();
  const ratio = median(ours) / median(theirs);
  const ratios = ours.map((ms, round) => ms / (theirs[round] ?? Number.NaN)).sort((a, b) => a - b);
  const quarter = ratios.length >> 2;
  return {
    name: benchmark.name,
    against: benchmark.against,
    unit: benchmark.unit ?? "ms",
    ours: median(ours),
    theirs: median(theirs),
    ratio,
    spread: [ratios[quarter] ?? Number.NaN, ratios[ratios.length - 1 - quarter] ?? Number.NaN],
    goal: benchmark.goal,
    met: ratio <= benchmark.goal,
    rounds: ours.length,
  };
}

/** Runs both sides in turn, starting with the other one each time, after one round that does not count. */
export async function inTurn(
  rounds: number,
  ours: () => number | Promise<number>,
  theirs: () => number | Promise<number>,
): Promise<{ ours: number[]; theirs: number[] }> {
  const result: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  for (let round = -1; round < rounds; round++) {
    const order = round % 2 === 0 ? (["ours", "theirs"] as const) : (["theirs", "ours"] as const);
    for (const side of order) {
      const ms = await (side === "ours" ? ours() : theirs());
      if (round >= 0) result[side].push(ms);
    }
  }
  return result;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [sorted[(sorted.length - 1) >> 1], sorted[half]];
  return (low + high) / 2;
}
