// 10,000 queued inputs through warm containers, against the same number of bare worker processes that echo the same frames.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { type Benchmark, inTurn } from "./bench.ts";

const INPUTS = 10_000;
const CONTAINERS = 2;

export const queue: Benchmark = {
  name: "queue",
  // 0.8 of the throughput.
  goal: 1.25,
  against: `a bare pool of ${CONTAINERS} processes that echo the same JSON frames`,
  run: () =>
    inTurn(
      7,
      () => lastRound("queue-runtime.ts"),
      () => lastRound("bare-pool.ts"),
    ),
};

/** Milliseconds of the third round: the first two warm up the compiler. */
function lastRound(program: string): number {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [resolve(import.meta.dirname, program), String(INPUTS), String(CONTAINERS), "3"],
    { encoding: "utf8" },
  );
  const [, , last] = stdout.trim().split("\n").map(Number);
  if (last === undefined) throw new Error(stderr);
  return last;
}
