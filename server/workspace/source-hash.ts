// A hash of a function's source: it changes when what the function runs changes, not when a neighbour or a comment does.
import type { FunctionFacts } from "../facts/function.ts";
import type { ModuleFacts, Range } from "../facts/module.ts";
import type { Workspace } from "./workspace.ts";

/** Undefined when the file is not there. */
export function sourceHash(
  file: string,
  name: string,
  functions: readonly FunctionFacts[],
  workspace: Workspace,
): string | undefined {
  if (workspace.text(file) === undefined) return undefined;
  const others = functions
    .filter((each) => each.name !== name && each.file === file)
    .map((each) => each.range);
  const root = workspace.root(file);
  // Loaded when it is asked for: with it, every command would start 4 ms later.
  const hash = process.getBuiltinModule("node:crypto").createHash("sha256");
  for (const each of imported(file, workspace)) {
    const relative = each.startsWith(`${root}/`) ? each.slice(root.length + 1) : each;
    hash.update(`${relative}\n${code(each, each === file ? others : [], workspace)}\n`);
  }
  return hash.digest("hex").slice(0, 16);
}

/** The file and the project files that it imports, directly or not, in a fixed order. */
export function imported(file: string, workspace: Workspace): string[] {
  const found = new Set([file]);
  for (const each of found) {
    const module = workspace.module(each);
    for (const specifier of module ? specifiers(module) : []) {
      const target = workspace.resolve(each, specifier);
      if (target) found.add(target);
    }
  }
  return [file, ...[...found].filter((each) => each !== file).sort()];
}

function specifiers(module: ModuleFacts): string[] {
  const imports = module.imports.filter((each) => !each.typeOnly).map((each) => each.specifier);
  return [...imports, ...module.exports.flatMap((each) => (each.from ? [each.from.specifier] : []))];
}

/** The text without comments, blank lines and the given spans. */
function code(file: string, without: readonly Range[], workspace: Workspace): string {
  const text = workspace.text(file) ?? "";
  const comments = workspace.module(file)?.comments.map((each) => each.range) ?? [];
  let kept = "";
  let at = 0;
  for (const { start, end } of [...comments, ...without].sort((a, b) => a.start - b.start)) {
    if (end <= at) continue;
    kept += text.slice(at, Math.max(at, start));
    at = end;
  }
  return (kept + text.slice(at))
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter(Boolean)
    .join("\n");
}
