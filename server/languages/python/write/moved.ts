// What leaves its place: statements with their comments, or loads that stand within a larger expression.
import type { Edit } from "../../../facts/edits.ts";
import type { BindingId, Range } from "../../../facts/module.ts";
import type { Syntax } from "../syntax.ts";
import { around, type Draft, descendants, isFunction, isWithin, nodeAt, textOf, textWith } from "./draft.ts";
import { extentOf, indentAt, movedLines, movedText, standsAlone } from "./layout.ts";
import { freshName, nameOfResult } from "./names.ts";
import { functionAround, statementAt } from "./places.ts";

export interface Moved {
  /** The function that it leaves. */
  readonly source: Syntax;
  readonly statements: readonly Syntax[];
  /** Loads within expressions, with the names that take their places. */
  readonly extracted: readonly { readonly node: Syntax; readonly name: string }[];
  /** Names that the code which stays uses, by their bindings. */
  readonly provided: ReadonlyMap<BindingId, string>;
  readonly isAsync: boolean;
  /** Imports of the function that it needs, too. */
  readonly imports: readonly Taken[];
}

/** An import within a function, and whether nothing else there needs it. */
export interface Taken {
  readonly node: Syntax;
  readonly leaves: boolean;
}

/** @param provides Names that the statements declare and the code that stays uses. */
export function movedOf(
  draft: Draft,
  ranges: readonly Range[],
  provides: readonly string[],
): Moved | undefined {
  const statements = new Set<Syntax>();
  const expressions = new Set<Syntax>();
  for (const range of ranges) {
    const statement = statementAt(draft, range);
    const expression = statement ?? nodeAt(draft, range, ({ type }) => movable.has(type));
    if (!expression) return undefined;
    if (statement) statements.add(statement);
    else expressions.add(awaitAround(draft, expression));
  }
  const nodes = [...statements, ...expressions].sort((a, b) => a.start - b.start);
  const source = functionAround(draft, nodes[0]);
  if (!source || nodes.some((node) => functionAround(draft, node) !== source)) return undefined;
  const provided = new Map<BindingId, string>();
  for (const name of provides) {
    const binding = localBinding(draft, source, name);
    if (binding === undefined || !isWrittenOnlyIn(draft, binding, statements)) return undefined;
    provided.set(binding, name);
  }
  const extracted = [...expressions].map((node) => {
    const call = node.type === "await" ? (node.children.at(-1) ?? node) : node;
    return { node, name: freshName(draft, nameOfResult(draft, call)) };
  });
  if (nodes.some(leaves) || isSharedInside(draft, source, [...statements])) return undefined;
  return {
    source,
    statements: nodes.filter((node) => statements.has(node)),
    extracted,
    provided,
    isAsync: nodes.some(waits),
    imports: importsFor(draft, source, nodes),
  };
}

/** Imports within a function that code of it rests on. */
export function importsFor(draft: Draft, source: Syntax, nodes: readonly Syntax[]): readonly Taken[] {
  const { bindings } = draft.facts;
  return descendants(source)
    .filter(({ type }) => type === "import_statement" || type === "import_from_statement")
    .filter((node) => functionAround(draft, node) === source && standsAlone(draft, node))
    .filter((node) => !nodes.some((each) => isWithin(node, each)))
    .flatMap((node) => {
      const own = (binding: BindingId) => isWithin(bindings[binding]?.range ?? { start: -1, end: -1 }, node);
      const uses = draft.uses.filter((use) => own(use.binding) && !isWithin(use.range, node));
      const needed = (range: Range) => nodes.some((each) => isWithin(range, each));
      if (!uses.some(({ range }) => needed(range))) return [];
      return [{ node, leaves: uses.every(({ range }) => needed(range)) }];
    });
}

export function importLines(draft: Draft, imports: readonly Taken[], indent: string): readonly string[] {
  return imports.map(({ node }) => {
    const from = indentAt(draft.text, node.start);
    return indent + movedText(draft, node, { text: textOf(draft, node), at: node.start, from, to: indent });
  });
}

/** What has nothing left to do in the function. */
export function leaving({ statements, imports }: Moved): readonly Syntax[] {
  return [...statements, ...imports.filter((each) => each.leaves).map(({ node }) => node)];
}

const movable = new Set([
  "call",
  "await",
  "list_comprehension",
  "dictionary_comprehension",
  "attribute",
  "subscript",
]);

function awaitAround(draft: Draft, node: Syntax): Syntax {
  const parent = draft.parents.get(node);
  return parent?.type === "await" ? parent : node;
}

/** The binding of a name that belongs to a function itself. */
export function localBinding(draft: Draft, source: Syntax, name: string): BindingId | undefined {
  const { bindings, functions } = draft.facts;
  return draft.bindingsOf(name).find((id) => {
    const owner = functions[bindings[id]?.scope ?? -1];
    return owner !== undefined && isOf(draft, source, owner.range);
  });
}

/** Whether a function's range, decorators included, is that of a definition. */
export function isOf(draft: Draft, source: Syntax, range: Range): boolean {
  const parent = draft.parents.get(source);
  const whole = parent?.type === "decorated_definition" ? parent : source;
  return isFunction(source) && range.start === whole.start && range.end === whole.end;
}

function isWrittenOnlyIn(draft: Draft, binding: BindingId, statements: ReadonlySet<Syntax>): boolean {
  const own = draft.facts.bindings[binding];
  if (!own) return false;
  if (![...statements].some((statement) => isWithin(own.range, statement))) return false;
  return (
    !own.reassigned ||
    writesOf(draft, binding).every((at) => [...statements].some((each) => isWithin(at, each)))
  );
}

/** Where a name is written to: on the left of something, or behind `as`, `for`, `del`. */
function writesOf(draft: Draft, binding: BindingId): readonly Range[] {
  return draft.uses
    .filter((use) => use.binding === binding && isTarget(draft, use.range))
    .map(({ range }) => range);
}

function isTarget(draft: Draft, range: Range): boolean {
  const node = nodeAt(draft, range, ({ type }) => type === "identifier");
  const part = around(
    draft,
    node,
    (each) => each.field === "left" || each.field === "alias" || deletes(draft, each),
  );
  if (part === undefined || node === undefined) return false;
  return (
    part === node || descendants(part).every(({ type }) => !["attribute", "subscript", "call"].includes(type))
  );
}

function deletes(draft: Draft, node: Syntax): boolean {
  const type = draft.parents.get(node)?.type;
  return type === "delete_statement" || (type === "named_expression" && node.field === "name");
}

/** `return`, `yield`, and `break` without its loop mean something else where they move, or nothing. */
export function leaves(node: Syntax): boolean {
  return inside(node, ({ type }) => exits.has(type)) || jumps(node);
}

const exits = new Set(["return_statement", "yield", "nonlocal_statement", "global_statement"]);

function jumps(node: Syntax): boolean {
  if (node.type === "break_statement" || node.type === "continue_statement") return true;
  const ends = node.type === "for_statement" || node.type === "while_statement" || isFunction(node);
  return !ends && node.children.some(jumps);
}

/** Inner functions that set one of the names as `nonlocal` need it to stay a local one. */
function isSharedInside(draft: Draft, source: Syntax, statements: readonly Syntax[]): boolean {
  const { bindings } = draft.facts;
  const declared = statements.flatMap((each) => draft.bindingsWithin(each));
  const names = new Set(declared.map((id) => bindings[id]?.name));
  return descendants(source)
    .filter(({ type }) => type === "nonlocal_statement")
    .some(({ children }) => children.some((name) => names.has(textOf(draft, name))));
}

export function waits(node: Syntax): boolean {
  return inside(node, ({ type }) => type === "await" || type === "async");
}

/** Whether something stands in the code of a node, inner functions left out. */
function inside(node: Syntax, is: (node: Syntax) => boolean): boolean {
  if (is(node)) return true;
  if (isFunction(node) || node.type === "lambda" || node.type === "class_definition") return false;
  return node.children.some((child) => inside(child, is));
}

/**
 * The lines that moved code has at its new place.
 * @param renames What some names become.
 * @param keep What an extracted load is set to.
 */
export function linesOf(
  draft: Draft,
  { statements, extracted, imports }: Moved,
  {
    indent,
    renames,
    keep,
  }: { readonly indent: string; readonly renames: readonly Edit[]; keep: (name: string) => string },
): readonly string[] {
  const whole = statements.map((node) => {
    const extent = extentOf(draft, node);
    const text = textWith(draft, extent, renames);
    return movedLines(draft, node, {
      text,
      at: extent.start,
      from: indentAt(draft.text, node.start),
      to: indent,
    });
  });
  const parts = extracted.map(({ node, name }) => {
    const text = textWith(draft, node, renames);
    const from = indentAt(draft.text, node.start);
    return `${indent}${keep(name)} = ${movedText(draft, node, { text, at: node.start, from, to: indent })}`;
  });
  return [...importLines(draft, imports, indent), ...whole, ...parts];
}

/** Names of the function that code uses though it neither declares them nor finds them elsewhere. */
export function missingNames(draft: Draft, source: Syntax, nodes: readonly Range[]): readonly string[] {
  const { bindings, functions } = draft.facts;
  const missing = new Set<string>();
  const uses = nodes.flatMap((node) => draft.usesWithin(node)).sort((a, b) => a.range.start - b.range.start);
  for (const { binding } of uses) {
    const own = bindings[binding];
    const owner = own && functions[own.scope];
    if (!own || !owner || !isOf(draft, source, owner.range)) continue;
    if (!nodes.some((node) => isWithin(own.range, node))) missing.add(own.name);
  }
  return [...missing];
}

/** Inner functions of a node's function that give a name another meaning. */
export function isShadowed(draft: Draft, use: Range, name: string, source: Syntax): boolean {
  const node = nodeAt(draft, use, ({ type }) => type === "identifier");
  for (let at = functionAround(draft, node); at && at !== source; at = functionAround(draft, at)) {
    if (localBinding(draft, at, name) !== undefined) return true;
  }
  return false;
}
