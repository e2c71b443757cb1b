// Where statements stand on their lines: the comments that belong to them, taking them out, moving them over.
import type { Range } from "../../../facts/module.ts";
import type { Syntax } from "../syntax.ts";
import { type Draft, descendants, replace } from "./draft.ts";

/** Before the line break. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  if (end < 0) return text.length;
  return text[end - 1] === "\r" ? end - 1 : end;
}

export function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

/** White space that the line of a position begins with. */
export function indentAt(text: string, at: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, at), at))?.[0] ?? "";
}

/** Whether nothing but a comment stands on the lines of a statement besides it. */
export function standsAlone(draft: Draft, { start, end }: Range): boolean {
  const { text } = draft;
  return (
    text.slice(lineStart(text, start), start).trim() === "" &&
    /^\s*(#.*)?$/.test(text.slice(end, lineEnd(text, end)))
  );
}

/** A statement with the comments that go where it goes: whole lines, without the last line break. */
export function extentOf(draft: Draft, { start, end }: Range): Range {
  const { text, comments } = draft;
  const indent = indentAt(text, start);
  let from = lineStart(text, start);
  for (;;) {
    const above = lineStart(text, from - 1);
    if (from === 0) break;
    const line = text.slice(above, from);
    const isComment = comments.some((comment) => comment.start === above + indent.length);
    if (!isComment || !line.startsWith(`${indent}#`) || isHeading(line)) break;
    from = above;
  }
  return { start: from, end: lineEnd(text, end) };
}

/** `#!`, `# %%`, `# ----`: a mark of the file, not a word about the next statement. */
function isHeading(line: string): boolean {
  return /^\s*#(!|\s*(%%|[-=#*~]{3,}|-\*-))/.test(line);
}

/**
 * Takes statements out with their lines, and leaves `pass` where a block would be empty.
 * @param filled Something else is put into the block.
 */
export function removeStatements(draft: Draft, statements: readonly Syntax[], filled = false): void {
  const { text } = draft;
  const gone = new Set(statements);
  const blocks = new Set(statements.map((statement) => draft.parents.get(statement)));
  for (const block of blocks) {
    const isEmpty = !filled && block?.type === "block" && block.children.every((child) => gone.has(child));
    const [first, ...rest] = statements.filter((statement) => draft.parents.get(statement) === block);
    if (!first) continue;
    if (isEmpty) replace(draft, extentOf(draft, first), `${indentAt(text, first.start)}pass`);
    for (const run of runsOf(draft, isEmpty ? rest : [first, ...rest]))
      replace(draft, wholeLines(text, run), "");
  }
}

/** Neighbours are taken out together, so that no blank lines stay between them. */
function runsOf(draft: Draft, statements: readonly Syntax[]): readonly Range[] {
  const runs: Range[] = [];
  const extents = statements.map((each) => extentOf(draft, each)).sort((a, b) => a.start - b.start);
  for (const extent of extents) {
    const last = runs.at(-1);
    if (last && draft.text.slice(last.end, extent.start).trim() === "") {
      runs[runs.length - 1] = { start: last.start, end: extent.end };
    } else runs.push(extent);
  }
  return runs;
}

/** With the last line break, and with the fewer of the blank lines that would meet. */
function wholeLines(text: string, { start, end }: Range): Range {
  let to = text.indexOf("\n", end) + 1 || text.length;
  const before = tailBefore(text, start);
  const isFirst = before === "" || /:[ \t]*(?:#[^\n]*)?\r?\n$/.test(before);
  const blanksBefore = (/(?:\n[ \t]*\r?(?=\n))*\n$/.exec(before)?.[0].match(/\n/g)?.length ?? 1) - 1;
  for (let count = isFirst ? Number.POSITIVE_INFINITY : blanksBefore; count > 0; count--) {
    const blank = /^[ \t]*\r?\n/.exec(text.slice(to));
    if (!blank) break;
    to += blank[0].length;
  }
  return { start, end: to };
}

/** What stands before a place, from the last line on that is not blank: there may be a lot of text above. */
function tailBefore(text: string, place: number): string {
  let at = place;
  while (at > 0 && (text[at - 1] ?? "").trim() === "") at -= 1;
  return text.slice(text.lastIndexOf("\n", at - 1) + 1, place);
}

interface Relocation {
  /** What stands at the range, names in it replaced or not. */
  readonly text: string;
  readonly at: number;
  /** Old and new indentation. */
  readonly from: string;
  readonly to: string;
}

/** Whole lines as they read at another depth; lines inside strings stay. */
export function movedLines(draft: Draft, node: Syntax, moved: Relocation): string {
  const kept = linesInStrings(draft, node, moved.at);
  return moved.text
    .split("\n")
    .map((line, index) => (kept.has(index) ? line : shifted(line, moved)))
    .join("\n");
}

/** As `movedLines`, of a range whose first line begins with the node itself. */
export function movedText(draft: Draft, node: Syntax, moved: Relocation): string {
  const [first = "", ...rest] = moved.text.split("\n");
  const kept = linesInStrings(draft, node, moved.at);
  return [first, ...rest.map((line, index) => (kept.has(index + 1) ? line : shifted(line, moved)))].join(
    "\n",
  );
}

/** Lines that begin inside a string, counted from a place; replaced names change no line breaks. */
function linesInStrings(draft: Draft, node: Syntax, at: number): ReadonlySet<number> {
  const kept = new Set<number>();
  for (const { type, start, end } of descendants(node)) {
    if (type !== "string") continue;
    const first = draft.text.slice(at, start).split("\n").length - 1;
    const count = draft.text.slice(start, end).split("\n").length - 1;
    for (let line = 1; line <= count; line++) kept.add(first + line);
  }
  return kept;
}

function shifted(line: string, { from, to }: Relocation): string {
  if (line.trim() === "") return line;
  return line.startsWith(from) ? to + line.slice(from.length) : line;
}
