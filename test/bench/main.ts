// `npm run bench [-- --json] [-- NAME…]`: ratios against bare baselines, measured side by side in one run.
import { availableParallelism, cpus } from "node:os";
import { styleText } from "node:util";
import { type Figure, figure } from "./bench.ts";
import { burst } from "./burst.ts";
import { coldStart } from "./cold-start.ts";
import { edit } from "./edit.ts";
import { http } from "./http.ts";
import { memory } from "./memory.ts";
import { pythonColdStart } from "./python-cold-start.ts";
import { pythonTree, ruffTree } from "./python-tree.ts";
import { queue } from "./queue.ts";
import { tree, treeCommand } from "./tree.ts";
import { warmCall } from "./warm-call.ts";

const trees = [tree, treeCommand, pythonTree, ruffTree];
const benchmarks = [coldStart, pythonColdStart, warmCall, queue, burst, memory, ...http, ...trees, edit];
const json = process.argv.includes("--json");
const names = process.argv.slice(2).filter((arg) => !arg.startsWith("--"));
const chosen = benchmarks.filter((each) => names.length === 0 || names.includes(each.name));
const unknown = names.filter((name) => !benchmarks.some((each) => each.name === name));
if (unknown.length > 0) {
  const known = benchmarks.map((each) => each.name).join(", ");
  console.error(`No benchmark is called ${unknown.join(", ")}; there are: ${known}.`);
  process.exit(2);
}

const figures: Figure[] = [];
for (const benchmark of chosen) {
  const result = await figure(benchmark);
  figures.push(result);
  if (!json) console.log(row(result));
}
if (json) {
  const where = { node: process.version, cpu: cpus()[0]?.model ?? "unknown", cpus: availableParallelism() };
  console.log(JSON.stringify({ version: 1, where, figures }, null, 2));
}
process.exitCode = figures.every((each) => each.met) ? 0 : 1;

function row({ name, against, unit, ours, theirs, ratio, spread, goal, met }: Figure): string {
  const verdict = met ? styleText("green", "met   ") : styleText("red", "missed");
  const amount = (value: number) => `${value.toFixed(value < 10 ? 3 : 1)} ${unit}`.padStart(11);
  return `${name.padEnd(17)} ${amount(ours)} / ${amount(theirs)}  = ${ratio.toFixed(2).padStart(5)} (${spread.map((each) => each.toFixed(2)).join("–")})  goal ≤ ${goal.toFixed(2)}  ${verdict}  against ${against}`;
}
