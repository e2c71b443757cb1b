// Where statements stand on their lines: the comments that belong to them, taking them out, moving them over.
import type { Range } from "../../../facts/module.ts";
import { ts } from "../compiler.ts";
import { type Draft, descendants, replace } from "./draft.ts";

/** A statement with the comments that go where it goes. */
export interface Extent extends Range {
  /** Own lines directly above. */
  readonly leading: readonly Range[];
  /** Behind it on its line. */
  readonly trailing: readonly Range[];
}

export function extentOf(draft: Draft, node: ts.Node): Extent {
  const { text } = draft;
  const start = node.getStart(draft.source);
  const leading: Range[] = [];
  let above = start;
  for (const { pos, end } of (ts.getLeadingCommentRanges(text, node.pos) ?? []).toReversed()) {
    const gap = text.slice(end, above);
    const alone = text.slice(lineStart(text, pos), pos).trim() === "";
    if (!alone || (gap.match(/\n/g) ?? []).length > 1) break;
    leading.unshift({ start: pos, end });
    above = pos;
  }
  const trailing = (ts.getTrailingCommentRanges(text, node.end) ?? []).map(({ pos, end }) => ({
    start: pos,
    end,
  }));
  return { start: above, end: trailing.at(-1)?.end ?? node.end, leading, trailing };
}

export function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

/** Before the line break. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  if (end < 0) return text.length;
  return text[end - 1] === "\r" ? end - 1 : end;
}

/** White space that the line of a position begins with. */
export function indentAt(text: string, at: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, at), at))?.[0] ?? "";
}

/** Whether nothing else stands on the lines of a range. */
export function standsAlone(text: string, { start, end }: Range): boolean {
  return (
    text.slice(lineStart(text, start), start).trim() === "" &&
    text.slice(end, lineEnd(text, end)).trim() === ""
  );
}

/** Takes statements out, with their comments and lines, and leaves no second blank line where they stood. */
export function removeStatements(draft: Draft, statements: readonly ts.Node[]): void {
  const { text } = draft;
  const extents = statements.map((statement) => extentOf(draft, statement)).sort((a, b) => a.start - b.start);
  const runs: Range[] = [];
  for (const extent of extents) {
    const last = runs.at(-1);
    if (last && text.slice(last.end, extent.start).trim() === "")
      runs[runs.length - 1] = { start: last.start, end: extent.end };
    else runs.push(extent);
  }
  for (const run of runs)
    replace(draft, standsAlone(text, run) ? wholeLines(text, run) : inLine(text, run), "");
}

function wholeLines(text: string, { start, end }: Range): Range {
  let from = lineStart(text, start);
  let to = text.indexOf("\n", end) + 1 || text.length;
  const before = tailBefore(text, from);
  const after = text.slice(to);
  const blankBefore = /\n[ \t]*\r?\n$/.exec(before);
  const blankAfter = /^[ \t]*\r?\n/.exec(after);
  if (blankBefore && (blankAfter || /^\s*([}\])]|$)/.test(after))) from -= blankBefore[0].length - 1;
  else if (blankAfter && /(^|[{([]\s*\n)$/.test(before)) to += blankAfter[0].length;
  return { start: from, end: to };
}

/** What stands before a place, from the last line on that is not blank: there may be a lot of text above. */
function tailBefore(text: string, place: number): string {
  let at = place;
  while (at > 0 && (text[at - 1] ?? "").trim() === "") at -= 1;
  return text.slice(text.lastIndexOf("\n", at - 1) + 1, place);
}

function inLine(text: string, { start, end }: Range): Range {
  const after = /^[ \t]+/.exec(text.slice(end))?.[0].length ?? 0;
  return { start, end: end + after };
}

/** Text of a range as it reads when its first line stands at another depth; what strings hold stays. */
export function movedText(draft: Draft, node: ts.Node, range: Range, from: string, to: string): string {
  const { text } = draft;
  const kept = descendants(node)
    .filter(holdsLines)
    .map((inner) => ({ start: inner.getStart(draft.source), end: inner.end }));
  let result = "";
  let at = range.start;
  for (const match of text.slice(range.start, range.end).matchAll(/\n([ \t]*)/g)) {
    const begin = range.start + match.index + 1;
    const space = match[1] ?? "";
    if (kept.some(({ start, end }) => start < begin && begin <= end)) continue;
    result += text.slice(at, begin) + shifted(space, from, to, text[begin + space.length]);
    at = begin + space.length;
  }
  return result + text.slice(at, range.end);
}

function shifted(space: string, from: string, to: string, next: string | undefined): string {
  if (next === "\n" || next === "\r" || next === undefined) return space;
  return space.startsWith(from) ? to + space.slice(from.length) : space;
}

function holdsLines(node: ts.Node): boolean {
  return (
    ts.isStringLiteralLike(node) ||
    ts.isJsxText(node) ||
    node.kind === ts.SyntaxKind.TemplateHead ||
    node.kind === ts.SyntaxKind.TemplateMiddle ||
    node.kind === ts.SyntaxKind.TemplateTail
  );
}
