// The cold start of a trivial function, spawn to first result, against a bare node spawn to its first message.
import { spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { type Benchmark, inTurn } from "./bench.ts";
import { coldRun, trivialProject } from "./runtime.ts";

export const coldStart: Benchmark = {
  name: "cold-start",
  goal: 1.25,
  against: "a bare node process, spawn to its first message on a pipe",
  async run() {
    const root = trivialProject();
    const bare = join(root, "bare.cjs");
    writeFileSync(bare, 'require("fs").writeSync(3, "{}\\n"); setTimeout(() => {}, 1e6);');
    try {
      return await inTurn(
        25,
        async () => {
          const { stages, wall } = (await coldRun(root, 0)).outcome;
          return wall - (stages?.queue ?? 0);
        },
        () => firstMessage([process.execPath, bare]),
      );
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  },
};

/** Milliseconds from the spawn of a program to the first byte on its fourth file descriptor. */
export function firstMessage([program = "", ...args]: readonly string[]): Promise<number> {
  const began = performance.now();
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  return new Promise((done, failed) => {
    child.once("error", failed);
    (child.stdio[3] as Readable).once("data", () => {
      const ms = performance.now() - began;
      child.once("close", () => done(ms)).kill("SIGKILL");
    });
  });
}
