// Says where work stands in a Python file in the words of Python's own `ast`, for profile runs.
//
// A Python file is not rewritten here. Whoever runs it parses it once more, in its own interpreter, wraps the very
// expressions by `ast` and compiles the tree: lines, columns, docstrings and the text of tracebacks stay as they are,
// and syntax that is newer than our grammar is no obstacle. This is the list of the expressions to wrap.
import type { Range } from "../../facts/module.ts";
import { parse, type Syntax } from "./syntax.ts";

export interface SpanMark {
  readonly id: number;
  readonly range: Range;
}

/** A node of `ast`: `(lineno, col_offset)` to `(end_lineno, end_col_offset)`. */
export interface SpanPlace {
  readonly id: number;
  /** `ast.Call`, or `ast.Await` where the call is awaited. */
  readonly node: "Call" | "Await";
  /** From 1. */
  readonly line: number;
  /** From 0, in bytes of UTF-8. */
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/**
 * The text with the places of spans in a comment at its end: the one form in which a text and its marks travel
 * together. Whoever runs it without knowing of them runs the same program.
 */
export function markSpans(text: string, spans: readonly SpanMark[]): string {
  const end = text === "" || text.endsWith("\n") ? "" : "\n";
  return `${text}${end}# coldstart-spans: ${JSON.stringify(placesOf(text, spans))}\n`;
}

/**
 * To be called after `initialise()` was awaited. Calls and awaited calls have a place; whatever else a mark speaks of
 * is left out.
 * @param spans Expressions, as the analysis found them; an awaited call is timed to the end of its `await`.
 */
export function placesOf(text: string, spans: readonly SpanMark[]): readonly SpanPlace[] {
  const { root } = parse("/spans.py", text);
  const lines = lineStarts(text);
  return spans.flatMap(({ id, range }): readonly SpanPlace[] => {
    const node = timed(root, range);
    if (!node) return [];
    const [line, column] = placeIn(text, lines, node.start);
    const [endLine, endColumn] = placeIn(text, lines, node.end);
    return [{ id, node: node.type === "await" ? "Await" : "Call", line, column, endLine, endColumn }];
  });
}

/** The call of a range, with the `await` around it. */
function timed(root: Syntax, { start, end }: Range): Syntax | undefined {
  let outer: Syntax | undefined;
  let node: Syntax | undefined = root;
  while (node) {
    const exact = node.start === start && node.end === end;
    if (exact && (node.type === "call" || node.type === "await")) return outer ?? node;
    const inner: Syntax | undefined = node.children.find((child) => child.start <= start && end <= child.end);
    const awaits = node.type === "await" || (outer !== undefined && node.type === "parenthesized_expression");
    outer = awaits ? (outer ?? node) : undefined;
    node = inner;
  }
  return undefined;
}

/** Python ends a line at `\n`, `\r\n` and `\r`. */
function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
  return starts;
}

function placeIn(
  text: string,
  lines: readonly number[],
  at: number,
): readonly [line: number, column: number] {
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lines[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  // A byte order mark is no part of the first line.
  const start = lines[low] === 0 && text.startsWith("\uFEFF") ? 1 : (lines[low] ?? 0);
  return [low + 1, Buffer.byteLength(text.slice(start, at))];
}
