// Memory of the runtime for each 1,000 inputs that wait, against the least that a queue can be.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { type Benchmark, inTurn } from "./bench.ts";

export const memory: Benchmark = {
  name: "memory",
  unit: "KB",
  // Beyond bytes and promise an input has its id, its place in the queue, its end and the row that the page shows of it. At
  // four times the least, a hundred thousand waiting inputs take some 160 MB, which a desk can spare.
  goal: 4,
  against: "bytes and a promise for each of 1,000 inputs that wait, in an array",
  run: () =>
    inTurn(
      3,
      () => kilobytes("ours"),
      () => kilobytes("theirs"),
    ),
};

function kilobytes(side: "ours" | "theirs"): number {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--expose-gc", resolve(import.meta.dirname, "memory-runtime.ts"), side],
    { encoding: "utf8" },
  );
  const value = Number(stdout.trim() || Number.NaN);
  if (Number.isNaN(value)) throw new Error(stderr);
  return value;
}
