// A change in the making: the parsed text, what its code looks like, and the edits so far.
import { applyAll, type Edit } from "../../../facts/edits.ts";
import type { Range } from "../../../facts/module.ts";
import { ts } from "../compiler.ts";
import { statementAround } from "../read/comments.ts";
import { readStyle, type Style } from "./style.ts";

export interface Draft {
  readonly path: string;
  readonly text: string;
  readonly source: ts.SourceFile;
  readonly style: Style;
  readonly edits: Edit[];
  /** Names that were made up for this change. */
  readonly madeUp: Set<string>;
  /** Text of a project file that this one imports by a specifier; undefined where it is a package or unknown. */
  readonly imported: (specifier: string) => string | undefined;
}

export function createDraft(
  path: string,
  text: string,
  source: ts.SourceFile,
  imported: Draft["imported"],
): Draft {
  const style = styles.get(source) ?? readStyle(text);
  styles.set(source, style);
  return { path, text, source, style, edits: [], madeUp: new Set(), imported };
}

/** A file may have thousands of changes. */
const styles = new WeakMap<ts.SourceFile, Style>();

export function replace(draft: Draft, range: Range, text: string): void {
  draft.edits.push({ start: range.start, end: range.end, text });
}

export function insert(draft: Draft, at: number, text: string): void {
  draft.edits.push({ start: at, end: at, text });
}

export function rangeOf(draft: Draft, node: ts.Node): Range {
  return { start: node.getStart(draft.source), end: node.end };
}

export function textOf(draft: Draft, node: ts.Node): string {
  return draft.text.slice(node.getStart(draft.source), node.end);
}

/** A node's text with some nodes inside it (or itself) replaced. */
export function textWith(draft: Draft, node: ts.Node, replaced: ReadonlyMap<ts.Node, string>): string {
  const { start, end } = rangeOf(draft, node);
  const inside = [...replaced]
    .map(([inner, text]) => ({ ...rangeOf(draft, inner), text }))
    .filter((edit) => edit.start >= start && edit.end <= end);
  const shifted = inside.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start }));
  return applyAll(draft.text.slice(start, end), shifted);
}

/** The outermost node that spans exactly this range and is what is asked for. */
export function nodeAt<T extends ts.Node>(
  draft: Draft,
  range: Range,
  is: (node: ts.Node) => node is T,
): T | undefined {
  const inside = statementAround(draft.source, range.start);
  let node: ts.Node | undefined = inside && range.end <= inside.end ? inside : draft.source;
  while (node) {
    if (node.getStart(draft.source) === range.start && node.end === range.end && is(node)) return node;
    node = ts.forEachChild(node, (child) =>
      child.pos <= range.start && range.end <= child.end && child.getStart(draft.source) <= range.start
        ? child
        : undefined,
    );
  }
  return undefined;
}

/** The nearest node around this one (or itself) that is what is asked for. */
export function around<T extends ts.Node>(
  node: ts.Node | undefined,
  is: (node: ts.Node) => node is T,
): T | undefined {
  let outer = node;
  while (outer && !is(outer)) outer = outer.parent;
  return outer;
}

/** All nodes inside this one, itself included, in the order of the text. */
export function descendants(node: ts.Node): readonly ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (inner: ts.Node): void => {
    found.push(inner);
    ts.forEachChild(inner, visit);
  };
  visit(node);
  return found;
}

/** As `descendants`, without what stands inside other functions. */
export function ownDescendants(node: ts.Node): readonly ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (inner: ts.Node): void => {
    found.push(inner);
    if (!ts.isFunctionLike(inner) || inner === node) ts.forEachChild(inner, visit);
  };
  visit(node);
  return found;
}
