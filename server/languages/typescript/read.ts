// Reads a TypeScript or JavaScript file into neutral facts; any text is read as far as it parses, and none makes it throw.

import type { ModuleFacts, Range } from "../../facts/module.ts";
import { nestedTooDeeply } from "../../facts/unreadable.ts";
import { ts } from "./compiler.ts";
import { readComments } from "./read/comments.ts";
import { reserveFunction } from "./read/functions.ts";
import { type Reader, rangeOf, withScope } from "./read/reader.ts";
import { hoistBlock, hoistVariables } from "./read/scope.ts";
import { readStatements } from "./read/statements.ts";

export const extensions: readonly string[] = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];

/** @param path Absolute, with `/`; its ending says which of the dialects the text is. */
export function readModule(path: string, text: string): ModuleFacts {
  try {
    return read(path, text);
  } catch (error) {
    // Parser and reader recurse; only a text that nests thousands of levels deep gets here.
    if (!(error instanceof RangeError)) throw error;
    return nestedTooDeeply(path, "typescript", text);
  }
}

/** Specifiers of everything that a file imports, re-exports or requires, by a scan without parsing. */
export function importsOf(text: string): readonly string[] {
  const scan = ts.preProcessFile(text, true, true);
  return [...new Set(scan.importedFiles.map((file) => file.fileName))];
}

/** Parses as cheaply as the compiler can: no JSDoc, no parents. */
export function parse(path: string, text: string, setParentNodes = false): ts.SourceFile {
  const options = {
    languageVersion: ts.ScriptTarget.Latest,
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
    setExternalModuleIndicator: readAwaitAsInModules,
  };
  return ts.createSourceFile(path, text, options, setParentNodes);
}

const KEPT = 32;
const kept = new Map<string, ts.SourceFile>();

/** The tree of a file. Those that were read last are kept: whoever writes a change of one need not parse it again. */
function parsed(path: string, text: string): ts.SourceFile {
  const known = kept.get(path);
  if (known?.text === text) return known;
  const source = parse(path, text);
  kept.delete(path);
  kept.set(path, source);
  const [oldest = path] = kept.keys();
  if (kept.size > KEPT) kept.delete(oldest);
  return source;
}

const linked = new WeakSet<ts.SourceFile>();

/** The same with parents, which reading does without. */
export function parsedWithParents(path: string, text: string): ts.SourceFile {
  const source = parsed(path, text);
  if (!linked.has(source)) setParents(source);
  linked.add(source);
  return source;
}

function setParents(parent: ts.Node): void {
  ts.forEachChild(parent, (child) => {
    (child as { parent: ts.Node }).parent = parent;
    setParents(child);
  });
}

/** Top-level `await` is a keyword where the parser takes the file for a module; it looks for imports only. */
function readAwaitAsInModules(source: ts.SourceFile & { externalModuleIndicator?: unknown }): void {
  source.externalModuleIndicator = true;
}

/** Syntax errors as the parser found them; they stand on every source file, though its public type hides them. */
export function syntaxErrorsOf(source: ts.SourceFile): ModuleFacts["syntaxErrors"] {
  const { parseDiagnostics } = source as ts.SourceFile & {
    readonly parseDiagnostics: readonly ts.DiagnosticWithLocation[];
  };
  return parseDiagnostics.map((diagnostic) => ({
    message: ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n"),
    range: { start: diagnostic.start, end: diagnostic.start + diagnostic.length },
  }));
}

function read(path: string, text: string): ModuleFacts {
  const source = parsed(path, text);
  const reader: Reader = {
    source,
    functions: [],
    bindings: [],
    imports: [],
    exports: [],
    scope: { names: new Map(), parent: undefined, function: 0 },
    esm: false,
    cjs: false,
    requireBinding: undefined,
  };
  const range: Range = { start: 0, end: text.length };
  const id = reserveFunction(reader);
  hoistVariables(reader, reader.scope, source.statements);
  hoistBlock(reader, reader.scope, source.statements);
  const statements = withScope(reader, reader.scope, () => readStatements(reader, source.statements));
  reader.functions[id] = {
    kind: "module",
    async: false,
    generator: false,
    parameters: [],
    body: { range: rangeOf(reader, source), statements },
    range,
  };
  return {
    path,
    language: "typescript",
    syntax: syntaxOf(path, reader),
    functions: reader.functions,
    bindings: reader.bindings,
    imports: reader.imports,
    exports: reader.exports,
    comments: readComments(source),
    syntaxErrors: syntaxErrorsOf(source),
  };
}

function syntaxOf(path: string, reader: Reader): ModuleFacts["syntax"] {
  if (/\.m[jt]s$/.test(path)) return "esm";
  if (/\.c[jt]s$/.test(path)) return "cjs";
  return reader.cjs && !reader.esm ? "cjs" : "esm";
}
