// Where a script stops being JavaScript: of a module Node tells the mistake, but neither the file nor the line.
import { readFileSync } from "node:fs";
import { isScript, loadCompiler } from "./module.ts";
import type { Program } from "./program.ts";
import { firstSyntaxError } from "./transpile.ts";

/** `file:line` of a stack that Node made of a script that it could not read; undefined for stacks of code that ran. */
export async function syntaxPlace(
  stack: string,
  { files, sources = [] }: Pick<Program, "files"> & Partial<Pick<Program, "sources">>,
): Promise<string | undefined> {
  // Of CommonJS, and of imports that don't fit, it says so above the error.
  const above = /^(?:file:\/\/)?(\/[^\n]*:\d+)\n[\s\S]*?\n\nSyntaxError: /.exec(stack)?.[1];
  if (above !== undefined) return above;
  if (!/^SyntaxError: [^\n]*\n\s+at (?:new ModuleWrap|compileSourceTextModule) \(node:/.test(stack))
    return undefined;
  const ts = await loadCompiler();
  for (const path of sources.filter(isScript)) {
    const error = firstSyntaxError(ts, path, readFileSync(files[path]?.source ?? path, "utf8"));
    if (error) return `${path}:${error.line}:${error.column}`;
  }
  return undefined;
}
