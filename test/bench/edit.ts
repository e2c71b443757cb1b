// One edit of a 1,000-line file to its new diagnostics, against one bare parse of the same text.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ts } from "ts-morph";
import { createLinter } from "../../server/lint.ts";
import { type Benchmark, inTurn } from "./bench.ts";

export const edit: Benchmark = {
  name: "edit",
  goal: 3,
  against: "one bare parse of the same 1,000 lines",
  async run() {
    const folder = mkdtempSync(join(tmpdir(), "coldstart-bench-"));
    const file = join(folder, "service.ts");
    writeFileSync(join(folder, "package.json"), '{"name":"bench","private":true,"type":"module"}\n');
    writeFileSync(file, service(0));
    const linter = createLinter();
    await linter.prepare([file]);
    let edits = 0;
    try {
      return await inTurn(
        40,
        () => {
          const text = service(++edits);
          const began = performance.now();
          linter.open(file, text);
          const { findings } = linter.lint(file);
          const ms = performance.now() - began;
          if (findings.length === 0) throw new Error("The file should have findings.");
          return ms;
        },
        () => {
          const text = service(++edits);
          const began = performance.now();
          ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
          return performance.now() - began;
        },
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** A service of about 1,000 lines with one function that loads two tables; `edit` changes one of its lines. */
const service = (edit: number) => `import { App } from "coldstart";
import { readFile } from "node:fs/promises";

const app = new App("service");
const table = async (name: string) => JSON.parse(await readFile("/opt/tables/" + name + ".json", "utf8"));

export const lookup = app.function({ timeout: ${edit + 1} }, async (id: string) => {
  const users = await table("users");
  const items = await table("items");
  return [users[id], items[id]];
});
${Array.from({ length: 62 }, (_, part) => block(part)).join("")}`;

const block = (part: number) => `
/** Orders records by their score and keeps those of one tag. */
export function select${part}(records: readonly { id: string; score: number; tags: string[] }[], tag: string) {
  const kept = records.filter((each) => each.tags.includes(tag) && each.score > ${part});
  const total = kept.reduce((sum, each) => sum + each.score, 0);
  if (total === 0) return [];
  const best = kept.map((each) => ({ ...each, score: each.score / total }));
  for (const each of best) {
    if (each.tags.length > 3) {
      each.tags = each.tags.slice(0, 3);
    }
  }
  return best
    .filter((each) => each.score > 0.01)
    .sort((a, b) => (b.score === a.score ? a.id.localeCompare(b.id) : b.score - a.score));
}
`;
