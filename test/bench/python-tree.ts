// Analysis of 2,000 Python files of which 1 % holds functions, against parsing all of them, and against `ruff check`.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pythonEnvironment, setUpPython } from "../python/environment.ts";
import { type Benchmark, inTurn } from "./bench.ts";

const FILES = 2000;
const cli = resolve(import.meta.dirname, "../../dist/cli.js");
const parser = resolve(import.meta.dirname, "bare-parse-python.ts");

export const pythonTree: Benchmark = {
  name: "python-tree",
  goal: 0.3,
  against: `bare parsing of ${FILES} files by tree-sitter`,
  run: () => against(process.execPath, (folder) => [parser, folder], [0]),
};

export const ruffTree: Benchmark = {
  name: "ruff",
  goal: 2,
  against: `ruff check --no-cache of ${FILES} files`,
  run: () => against(ruff(), (folder) => ["check", "--no-cache", "--quiet", folder], [0, 1]),
};

/** What RUFF names, else that of the tests' Python environment, which is pinned and made where it is missing. */
function ruff(): string {
  if (process.env.RUFF) return process.env.RUFF;
  setUpPython();
  return join(pythonEnvironment(), "bin/ruff");
}

async function against(
  program: string,
  args: (folder: string) => readonly string[],
  endings: readonly number[],
): ReturnType<Benchmark["run"]> {
  const folder = mkdtempSync(join(tmpdir(), "coldstart-bench-"));
  const time = (command: string, given: readonly string[], expected: readonly number[]) => {
    const began = performance.now();
    const { error, status, stdout, stderr } = spawnSync(command, given, { cwd: folder, encoding: "utf8" });
    if (error) throw error;
    if (status === null || !expected.includes(status))
      throw new Error(`${command} ended with ${status}\n${stdout.slice(-2000)}\n${stderr}`);
    return performance.now() - began;
  };
  try {
    makeTree(folder);
    return await inTurn(
      9,
      () => time(process.execPath, [cli, "lint", "--format", "json"], [1]),
      () => time(program, args(folder), endings),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Files as they stand in a service: 99 of 100 hold helpers; one holds an app. */
function makeTree(folder: string): void {
  writeFileSync(join(folder, "pyproject.toml"), '[project]\nname = "bench"\nversion = "0"\n');
  for (let at = 0; at < FILES; at++) {
    const part = join(folder, "src", `part${at % 40}`);
    mkdirSync(part, { recursive: true });
    writeFileSync(join(part, `module${at}.py`), at % 100 === 0 ? app(at) : helpers(at));
  }
}

const app = (at: number) => `import modal
${helpers(at)}

app = modal.App("service")


@app.cls()
class Tables:
    @modal.enter()
    def load(self):
        import numpy as np

        self.users = np.load("/tables/users${at}.npy")
        self.items = np.load("/tables/items${at}.npy")

    @modal.method()
    def find(self, key: int):
        return self.users[key], self.items[key]
`;

const helpers = (at: number) => `from dataclasses import dataclass


@dataclass
class Record${at}:
    id: str
    score: float
    tags: list[str]

${Array.from({ length: 12 }, (_, part) => helper(at, part)).join("\n")}`;

const helper = (at: number, part: number) => `
def select_${at}_${part}(records: list[Record${at}], tag: str) -> list[Record${at}]:
    """Orders records by their score and keeps those of one tag."""
    kept = [each for each in records if tag in each.tags and each.score > ${part}]
    total = sum(each.score for each in kept)
    if total == 0:
        return []
    shares = [Record${at}(each.id, each.score / total, each.tags) for each in kept]
    return sorted(shares, key=lambda each: (-each.score, each.id))
`;
