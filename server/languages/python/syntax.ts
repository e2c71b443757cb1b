// Parses Python into plain nodes. The parser's own trees live outside of JavaScript's memory and are deleted here.
import type { Language, Node, Parser, Tree, TreeCursor } from "web-tree-sitter";
import { maskMagics } from "./magics.ts";

/** A piece of syntax with the tokens that say something; brackets, commas and the like are left out. */
export interface Syntax {
  readonly type: string;
  /** Name of the field of the parent that it fills. */
  readonly field: string | undefined;
  /** UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
  readonly children: readonly Syntax[];
}

export interface Parsed {
  /** What was parsed: the text, in which magics are comments. */
  readonly text: string;
  readonly root: Syntax;
  readonly comments: readonly Syntax[];
  readonly errors: readonly SyntaxProblem[];
}

export interface SyntaxProblem {
  /** What is missing; undefined where text stands that means nothing. */
  readonly missing?: string;
  readonly start: number;
  readonly end: number;
}

interface Loaded {
  readonly parser: Parser;
  readonly language: Language;
  /** Node types that are left out, by id. */
  readonly dropped: readonly boolean[];
  /** Node types that have no children, by id. */
  readonly leaves: readonly boolean[];
}

interface Kept {
  tree?: Tree;
  text: string;
}

/** The parser and its grammar as WebAssembly. Whoever starts the parser knows where they lie. */
export interface Grammar {
  readonly parser: Uint8Array<ArrayBuffer>;
  readonly python: Uint8Array<ArrayBuffer>;
}

let loading: Promise<void> | undefined;
let loaded: Loaded | undefined;
/** Trees of open documents. */
const kept = new Map<string, Kept>();
let alive = 0;

/** Starts parser and grammar, once. */
export function initialise(read: () => Grammar): Promise<void> {
  loading ??= load(read);
  return loading;
}

async function load(read: () => Grammar): Promise<void> {
  const { Language, Parser } = await import("web-tree-sitter");
  const grammar = read();
  await Parser.init({ wasmBinary: grammar.parser });
  const language = await Language.load(grammar.python);
  const parser = new Parser();
  parser.setLanguage(language);
  const dropped = language.types.map((type, id) => silent.has(type) && !language.nodeTypeIsNamed(id));
  loaded = { parser, language, dropped, leaves: language.types.map((type) => tokens.has(type)) };
}

/** Keeps the tree of a document that is being edited, so that the next text is parsed where it differs. */
export function keep(path: string): void {
  if (!kept.has(path)) kept.set(path, { text: "" });
}

export function release(path: string): void {
  dispose(kept.get(path)?.tree);
  kept.delete(path);
}

/** Trees that are not deleted yet. */
export function treesAlive(): number {
  return alive;
}

/** Texts that were parsed last: who writes a fix begins with the text that was just read. */
const recent: { readonly text: string; readonly parsed: Parsed }[] = [];
const RECENT = 3;

export function parse(path: string, text: string): Parsed {
  const at = recent.findIndex((each) => each.text === text);
  const known = recent[at] ?? { text, parsed: parseAnew(path, text) };
  if (at !== 0) {
    if (at > 0) recent.splice(at, 1);
    recent.unshift(known);
    recent.length = Math.min(recent.length, RECENT);
  }
  return known.parsed;
}

/** A piece of text put in place of a range. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * How many errors a text has once it is edited. Where there were none, only the statements of the module that the edits
 * touch are parsed anew: a file may have thousands of fixes.
 * @param edits In the order of the text, not overlapping.
 */
export function errorsAfter(path: string, before: string, edits: readonly Replacement[]): number {
  const { root, errors } = parse(path, before);
  const isSound = errors.length === 0 && piecesAround(root, before, edits).every(parses);
  return isSound ? 0 : parse("", edited(before, edits, 0, before.length)).errors.length;
}

/** Texts after the edits of the statements that they touch, and of those beside them, which may have become part of them. */
function piecesAround(root: Syntax, before: string, edits: readonly Replacement[]): readonly string[] {
  const starts = startsIn(root, before);
  const pieces: { from: number; to: number; edits: Replacement[] }[] = [];
  for (const edit of edits) {
    const from = starts[countBelow(starts, edit.start) - 1] ?? 0;
    const to = starts[countBelow(starts, edit.end + 1) + 1] ?? before.length;
    const last = pieces.at(-1);
    if (last && from < last.to) {
      last.to = Math.max(to, last.to);
      last.edits.push(edit);
    } else pieces.push({ from, to, edits: [edit] });
  }
  return pieces.map((piece) => edited(before, piece.edits, piece.from, piece.to));
}

/** A part of a text, edited. */
function edited(text: string, edits: readonly Replacement[], from: number, to: number): string {
  const parts: string[] = [];
  let at = from;
  for (const edit of edits) {
    parts.push(text.slice(at, edit.start), edit.text);
    at = edit.end;
  }
  return parts.join("") + text.slice(at, to);
}

const starts = new WeakMap<Syntax, readonly number[]>();

/** Where statements of the module begin a line. */
function startsIn(root: Syntax, text: string): readonly number[] {
  const known =
    starts.get(root) ?? root.children.map(({ start }) => start).filter((start) => text[start - 1] === "\n");
  starts.set(root, known);
  return known;
}

/** How many of the numbers, which are sorted, are below a limit. */
function countBelow(numbers: readonly number[], limit: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? limit) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function parses(text: string): boolean {
  const tree = fresh(ready(), text);
  const isSound = !tree.rootNode.hasError;
  dispose(tree);
  return isSound;
}

function parseAnew(path: string, text: string): Parsed {
  const tools = ready();
  const document = kept.get(path);
  const tree = document?.tree ? reparse(tools, document, document.tree, text) : fresh(tools, text);
  if (document) {
    document.tree = tree;
    document.text = text;
  }
  try {
    const parsed = copy(tools, tree, text);
    const masked = parsed.errors.length > 0 ? maskMagics(text, parsed.errors) : text;
    return masked === text ? parsed : parseMasked(tools, masked, parsed);
  } finally {
    if (!document) dispose(tree);
  }
}

/** A notebook's cell, its magics taken out; what was read of it first, where that does no good. */
function parseMasked(tools: Loaded, text: string, before: Parsed): Parsed {
  const tree = fresh(tools, text);
  try {
    const parsed = copy(tools, tree, text);
    return parsed.errors.length < before.errors.length ? parsed : before;
  } finally {
    dispose(tree);
  }
}

function ready(): Loaded {
  if (!loaded) throw new Error("A Python file is read before initialise() was awaited");
  return loaded;
}

function fresh({ parser }: Loaded, text: string, old?: Tree): Tree {
  const tree = parser.parse(text, old);
  if (!tree) throw new Error("The parser gave no tree");
  alive += 1;
  return tree;
}

function dispose(tree: Tree | undefined): void {
  if (!tree) return;
  tree.delete();
  alive -= 1;
}

function reparse(tools: Loaded, { text: before }: Kept, old: Tree, text: string): Tree {
  if (before === text) return old;
  let start = 0;
  const shorter = Math.min(before.length, text.length);
  while (start < shorter && before.charCodeAt(start) === text.charCodeAt(start)) start += 1;
  let same = 0;
  while (same < shorter - start && before.at(-1 - same) === text.at(-1 - same)) same += 1;
  const end = before.length - same;
  old.edit(editOf(before, { start, end, text: text.slice(start, text.length - same) }));
  const tree = fresh(tools, text, old);
  dispose(old);
  return tree;
}

type TreeEdit = Parameters<Tree["edit"]>[0];

function editOf(before: string, { start, end, text }: Replacement): TreeEdit {
  const [from, inserted] = [pointAt(before, start), pointAt(text, text.length)];
  const column = inserted.row === 0 ? from.column + inserted.column : inserted.column;
  return {
    startIndex: start,
    oldEndIndex: end,
    newEndIndex: start + text.length,
    startPosition: from,
    oldEndPosition: pointAt(before, end),
    newEndPosition: { row: from.row + inserted.row, column },
  } as TreeEdit;
}

function pointAt(text: string, index: number): { readonly row: number; readonly column: number } {
  let row = 0;
  let from = 0;
  for (let at = text.indexOf("\n"); at >= 0 && at < index; at = text.indexOf("\n", at + 1)) {
    row += 1;
    from = at + 1;
  }
  return { row, column: index - from };
}

interface Draft extends Syntax {
  readonly children: Draft[];
}

/** Copies a whole tree in one walk: each question to the parser's memory costs as much as many to ours. */
function copy(tools: Loaded, tree: Tree, text: string): Parsed {
  const { language, dropped, leaves } = tools;
  const { hasError } = tree.rootNode;
  const cursor = tree.walk();
  const comments: Syntax[] = [];
  const errors: SyntaxProblem[] = [];
  const root = draftOf(language, cursor, cursor.nodeTypeId);
  const parents: Draft[] = [root];
  let descending = cursor.gotoFirstChild();
  while (descending) {
    const type = cursor.nodeTypeId;
    const isDropped = dropped[type] === true;
    // What is left out is asked for its place only where it may be missing.
    if (!isDropped || hasError) {
      const node = draftOf(language, cursor, type);
      if (node.type === "comment") comments.push(node);
      else if (!isDropped && node.type !== "line_continuation") parents.at(-1)?.children.push(node);
      if (node.type === "ERROR") errors.push({ start: node.start, end: node.end });
      else if (node.start === node.end && cursor.nodeIsMissing) {
        errors.push({ missing: node.type, start: node.start, end: node.end });
      }
      if (leaves[type] !== true && cursor.gotoFirstChild()) {
        parents.push(node);
        continue;
      }
    }
    while (!cursor.gotoNextSibling()) {
      parents.pop();
      if (parents.length === 0 || !cursor.gotoParent()) {
        descending = false;
        break;
      }
    }
  }
  cursor.delete();
  if (root.type === "ERROR") {
    // Where the whole file became an error, the first thing in it that is one tells more.
    const inner = tree.rootNode.children.find((child) => child?.isError);
    if (inner || errors.length === 0) errors.unshift(inner ? placeOf(inner) : placeBehind(root, text));
  }
  return { text, root, comments, errors };
}

const placeOf = ({ startIndex, endIndex }: Node): SyntaxProblem => ({ start: startIndex, end: endIndex });

/** What follows the last thing that could be read. */
function placeBehind({ children, start, end }: Syntax, text: string): SyntaxProblem {
  const last = children.at(-1)?.end ?? start;
  const behind = text.slice(last, end).search(/\S/);
  return { start: behind < 0 ? last : last + behind, end };
}

function draftOf(language: Language, cursor: TreeCursor, type: number): Draft {
  return {
    type: language.types[type] ?? "ERROR",
    field: language.fields[cursor.currentFieldId] ?? undefined,
    start: cursor.startIndex,
    end: cursor.endIndex,
    children: [],
  };
}

const tokens = new Set(["identifier", "comment", "integer", "float", "true", "false", "none"]);

const silent = new Set([
  ...["(", ")", "[", "]", "{", "}", ",", ":", ";", ".", "=", "->", "@", "if", "elif", "else", "while", "for"],
  ...["def", "class", "return", "import", "try", "except", "finally", "with", "as", "raise", "assert", "del"],
  ...["global", "nonlocal", "lambda", "pass", "break", "continue", "match", "case", "await", "print", "exec"],
]);
