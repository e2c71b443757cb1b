// Reads a Python file into neutral facts; any text is read as far as it parses, and none makes it throw.

import type { Comment, ModuleFacts, Range } from "../../facts/module.ts";
import { nestedTooDeeply } from "../../facts/unreadable.ts";
import { problemsOf } from "./problems.ts";
import { reserveFunction } from "./read/functions.ts";
import { findStar } from "./read/imports.ts";
import { type Reader, rangeOf, withScope } from "./read/reader.ts";
import { hoist, hoistGlobals } from "./read/scope.ts";
import { readStatements } from "./read/statements.ts";
import { type Parsed, parse, type Syntax } from "./syntax.ts";

export { importsOf, moduleCandidates } from "./resolve.ts";
export { initialise, keep, release, treesAlive } from "./syntax.ts";

export const extensions: readonly string[] = [".py"];

/**
 * To be called after `initialise()` was awaited.
 * @param path Absolute, with `/`.
 */
export function readModule(path: string, text: string): ModuleFacts {
  const parsed = parse(path, text);
  const known = facts.get(parsed);
  if (known?.path === path) return known;
  const fresh = readAnew(path, text, parsed);
  facts.set(parsed, fresh);
  return fresh;
}

/** What was made of syntax that is still at hand. */
const facts = new WeakMap<Parsed, ModuleFacts>();

function readAnew(path: string, text: string, parsed: Parsed): ModuleFacts {
  try {
    return read(path, text, parsed);
  } catch (error) {
    // The reader recurses; only a text that nests thousands of levels deep gets here.
    if (!(error instanceof RangeError)) throw error;
    return nestedTooDeeply(path, "python", text);
  }
}

function read(path: string, text: string, parsed: Parsed): ModuleFacts {
  const { root, comments } = parsed;
  const reader: Reader = {
    text,
    functions: [],
    bindings: [],
    imports: [],
    exports: [],
    scope: {
      kind: "module",
      names: new Map(),
      globals: new Set(),
      parent: undefined,
      function: 0,
      members: new Set(),
    },
    walrus: text.includes(":="),
    typeOnly: false,
    generator: false,
    dotted: new Map(),
    star: undefined,
  };
  const id = reserveFunction(reader);
  const module = reader.scope;
  hoist(reader, module, [root]);
  hoistGlobals(reader, root);
  reader.star = findStar(reader, root);
  const statements = withScope(reader, module, () => readStatements(reader, root.children));
  const range: Range = { start: 0, end: text.length };
  reader.functions[id] = {
    kind: "module",
    async: false,
    generator: false,
    parameters: [],
    body: { range: rangeOf(root), statements },
    range,
  };
  return {
    path,
    language: "python",
    syntax: "esm",
    functions: reader.functions,
    bindings: reader.bindings,
    imports: reader.imports,
    exports: [...exportsOf(reader), ...reader.exports],
    comments: comments.map((comment) => commentOf(text, comment)),
    syntaxErrors: problemsOf(parsed),
  };
}

/** Every name of a module can be imported. */
function exportsOf(reader: Reader): ModuleFacts["exports"] {
  return [...reader.scope.names].flatMap(([name, binding]) => {
    const range = reader.bindings[binding]?.range;
    return range ? [{ name, binding, range }] : [];
  });
}

function commentOf(text: string, node: Syntax): Comment {
  return { text: text.slice(node.start, node.end).replace(/^#+/, "").trim(), range: rangeOf(node) };
}
