// Analysis of a 2,000-file tree of which 1 % holds functions, against bare parsing of all of it: whole processes.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Benchmark, inTurn } from "./bench.ts";

const FILES = 2000;
const cli = resolve(import.meta.dirname, "../../dist/cli.js");
const parser = resolve(import.meta.dirname, "bare-parse.ts");

export const tree: Benchmark = {
  name: "tree",
  goal: 0.3,
  against: `bare parsing of ${FILES} files by the same compiler`,
  async run() {
    const folder = mkdtempSync(join(tmpdir(), "coldstart-bench-"));
    try {
      makeTree(folder);
      const time = (args: readonly string[], expected: number) => {
        const began = performance.now();
        const { status, stdout, stderr } = spawnSync(process.execPath, args, {
          cwd: folder,
          encoding: "utf8",
        });
        if (status !== expected)
          throw new Error(`${args[0]} ended with ${status}\n${stdout.slice(-2000)}\n${stderr}`);
        return performance.now() - began;
      };
      return await inTurn(
        5,
        () => time([cli, "lint", "--format", "json"], 1),
        () => time([parser, folder], 0),
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

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
