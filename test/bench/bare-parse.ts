// The baseline of the tree benchmarks: parses every file of a folder and does nothing else; as a process, too.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ts } from "ts-morph";

export function parseAll(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts")) continue;
    ts.createSourceFile(name, readFileSync(join(folder, name), "utf8"), ts.ScriptTarget.Latest);
  }
}

if (import.meta.main) parseAll(process.argv[2] ?? ".");
