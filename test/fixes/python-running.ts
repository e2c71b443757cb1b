// Runs Python programs of cases with stand-ins for their packages: one interpreter, a process for each program.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface Outcome {
  readonly outcome: { readonly ok?: unknown; readonly error?: string };
  /** What the program did: calls of packages, files that it wrote, lines that it printed. */
  readonly entries: readonly (readonly [kind: string, text: string])[];
}

export interface Program {
  readonly file: string;
  readonly name: string;
  readonly platform: string;
  readonly texts: Readonly<Record<string, string>>;
}

export interface Runner {
  run(program: Program): Promise<Outcome>;
  close(): void;
}

const folder = join(import.meta.dirname, "python");
/** Isolated: no packages of this machine, so that all machines run the same. */
const start = `import sys; sys.path.insert(0, ${JSON.stringify(folder)}); import run`;

export function createRunner(): Runner {
  const child: ChildProcess = spawn("python3", ["-I", "-S", "-B", "-c", start], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const waiting: ((outcome: Outcome) => void)[] = [];
  if (!child.stdin || !child.stdout) throw new Error("python3 can't be started");
  const { stdin, stdout } = child;
  createInterface({ input: stdout }).on("line", (line) => waiting.shift()?.(JSON.parse(line) as Outcome));
  return {
    run: (program) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        stdin.write(`${JSON.stringify(program)}\n`);
      }),
    close: () => stdin.end(),
  };
}
