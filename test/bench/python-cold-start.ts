// The cold start of a trivial function of Python, spawn to first result, against a bare interpreter to its first message.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Benchmark, inTurn } from "./bench.ts";
import { firstMessage } from "./cold-start.ts";
import { coldRun, trivialProject } from "./runtime.ts";

export const pythonColdStart: Benchmark = {
  name: "python-cold-start",
  goal: 1.25,
  against: "a bare python process, spawn to its first message on a pipe",
  async run() {
    const root = trivialProject();
    const bare = join(root, "bare.py");
    writeFileSync(bare, 'import os, time\nos.write(3, b"{}\\n")\ntime.sleep(1e6)\n');
    let python = "";
    try {
      // The interpreter that containers run with, once it has told which one that is.
      python = (await coldRun(root, 0, undefined, "trivial.py")).where?.interpreter.path ?? "";
      return await inTurn(
        25,
        async () => {
          const { stages, wall } = (await coldRun(root, 0, undefined, "trivial.py")).outcome;
          return wall - (stages?.queue ?? 0);
        },
        () => firstMessage([python, bare]),
      );
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  },
};
