// A hundred containers at once: from 100 inputs to 100 answers of containers that all stand, against 100 bare processes.
import { spawn, spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { type Benchmark, inTurn } from "./bench.ts";

const CONTAINERS = 100;

export const burst: Benchmark = {
  name: "burst",
  // What surrounds a container, folders, mounts and the shell that waits, may cost as much as its interpreter, not more.
  goal: 2,
  against: `${CONTAINERS} bare processes that say one word, all spawned at once`,
  run: () => inTurn(3, ours, theirs),
};

function ours(): number {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [resolve(import.meta.dirname, "burst-runtime.ts"), String(CONTAINERS)],
    { encoding: "utf8" },
  );
  const ms = Number(stdout.trim() || Number.NaN);
  if (Number.isNaN(ms)) throw new Error(stderr);
  return ms;
}

async function theirs(): Promise<number> {
  const began = performance.now();
  const one = () =>
    new Promise<void>((done, failed) => {
      const child = spawn(process.execPath, ["-e", 'process.stdout.write("ready")'], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      child.once("error", failed);
      child.stdout.once("data", () => done());
    });
  await Promise.all(Array.from({ length: CONTAINERS }, one));
  return performance.now() - began;
}
