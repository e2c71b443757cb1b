// Analysis of a 2,000-file tree of which 1 % holds functions, against bare parsing of all of it: in one process, and as whole commands.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createLinter } from "../../server/lint.ts";
import { discover } from "../../server/workspace/discover.ts";
import { parseAll } from "./bare-parse.ts";
import { type Benchmark, inTurn } from "./bench.ts";

const FILES = 2000;
const cli = resolve(import.meta.dirname, "../../dist/cli.js");
const parser = resolve(import.meta.dirname, "bare-parse.ts");

/** From the folder to its findings, with nothing known beforehand but the compiler loaded on both sides. */
export const tree: Benchmark = {
  name: "tree",
  goal: 0.3,
  against: `bare parsing of ${FILES} files by the same compiler, both from disk, in one process`,
  run: () =>
    inFolder((folder) =>
      inTurn(
        7,
        () =>
          timed(async () => {
            const files = discover(["."], folder);
            const linter = createLinter();
            const candidates = await linter.scan(files);
            await linter.prepare(candidates);
            const findings = candidates.flatMap((file) => linter.lint(file).findings);
            if (findings.length === 0) throw new Error("The tree should have findings.");
          }),
        () => timed(() => parseAll(folder)),
      ),
    ),
};

/** The same as a user at the terminal meets it: both load the compiler first and run cold. */
export const treeCommand: Benchmark = {
  name: "tree-command",
  goal: 0.6,
  against: `a process that loads the compiler and parses ${FILES} files`,
  run: () =>
    inFolder((folder) => {
      const run = (args: readonly string[], expected: number) => () =>
        timed(() => {
          const { status, stdout, stderr } = spawnSync(process.execPath, args, {
            cwd: folder,
            encoding: "utf8",
          });
          if (status !== expected)
            throw new Error(`${args[0]} ended with ${status}\n${stdout.slice(-2000)}\n${stderr}`);
        });
      return inTurn(5, run([cli, "lint", "--format", "json"], 1), run([parser, folder], 0));
    }),
};

async function timed(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "coldstart-bench-"));
  try {
    makeTree(folder);
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Files as they stand in a service: 99 of 100 hold helpers, types and the odd `fetch(`; one holds a handler. */
function makeTree(folder: string): void {
  writeFileSync(join(folder, "package.json"), '{"name":"bench","private":true,"type":"module"}\n');
  for (let at = 0; at < FILES; at++) {
    const part = join(folder, "src", `part${at % 40}`);
    mkdirSync(part, { recursive: true });
    writeFileSync(join(part, `module${at}.ts`), at % 100 === 0 ? handler(at) : helpers(at));
  }
}

const handler = (at: number) => `import { readFile } from "node:fs/promises";
${helpers(at)}
const table = async (name: string) => JSON.parse(await readFile("/opt/tables/" + name + ".json", "utf8"));

export const handler = async (event: { id: string }) => {
  const users = await table("users${at}");
  const items = await table("items${at}");
  return { statusCode: 200, body: JSON.stringify([users[event.id], items[event.id]]) };
};
`;

const helpers = (
  at: number,
) => `export interface Record${at} { readonly id: string; readonly score: number; readonly tags: readonly string[] }
${Array.from({ length: 12 }, (_, part) => helper(at, part)).join("\n")}
${at % 8 === 0 ? `export const load${at} = async (url: string) => (await fetch(url)).json();` : ""}
`;

const helper = (at: number, part: number) => `
/** Orders records by their score and keeps those of one tag. */
export function select${at}_${part}(records: readonly Record${at}[], tag: string): Record${at}[] {
  const kept = records.filter((each) => each.tags.includes(tag) && each.score > ${part});
  const total = kept.reduce((sum, each) => sum + each.score, 0);
  if (total === 0) return [];
  return kept
    .map((each) => ({ ...each, score: each.score / total }))
    .sort((a, b) => (b.score === a.score ? a.id.localeCompare(b.id) : b.score - a.score));
}
`;
