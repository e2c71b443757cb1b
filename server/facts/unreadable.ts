// What is said of a file that can't be read at all.
import type { ModuleFacts, Range } from "./module.ts";

/** An empty module: readers recurse, and only a text that nests thousands of levels deep ends here. */
export function nestedTooDeeply(
  path: string,
  language: ModuleFacts["language"],
  { length }: { readonly length: number },
): ModuleFacts {
  const range: Range = { start: 0, end: length };
  const body = { range, statements: [] };
  return {
    path,
    language,
    syntax: "esm",
    functions: [{ kind: "module", async: false, generator: false, parameters: [], body, range }],
    bindings: [],
    imports: [],
    exports: [],
    comments: [],
    syntaxErrors: [{ message: "The code is nested too deeply to be read.", range: { start: 0, end: 0 } }],
  };
}
