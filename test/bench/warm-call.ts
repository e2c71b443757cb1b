// A warm call through the runtime, queued to finished, against the same JSON frames over a bare pipe; all on one core.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { type Benchmark, inTurn, median } from "./bench.ts";
import { coldRun, trivialProject } from "./runtime.ts";

const CALLS = 2000;
const echo = resolve(import.meta.dirname, "bare-pipe.ts");

export const warmCall: Benchmark = {
  name: "warm-call",
  goal: 1.15,
  against: "the same JSON over a bare pipe, both on one core",
  async run() {
    const root = trivialProject();
    try {
      return await inTurn(
        9,
        async () => {
          const { events } = await coldRun(root, CALLS, "0");
          const queued = events.filter((each) => each.type === "input.queued").slice(1);
          const finished = events.filter((each) => each.type === "input.finished").slice(1);
          return median(finished.map((each, at) => each.t - (queued[at]?.t ?? Number.NaN)));
        },
        () => {
          const { stdout, stderr } = spawnSync(
            "taskset",
            ["-c", "0", process.execPath, echo, String(CALLS)],
            { encoding: "utf8" },
          );
          if (stderr) throw new Error(stderr);
          return Number(stdout);
        },
      );
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  },
};
