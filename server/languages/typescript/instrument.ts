// Puts span marks around expressions of a text, for profile runs: `end(start(id), EXPR)`. Lines keep their numbers.
import { applyAll, type Edit } from "../../facts/edits.ts";
import type { Range } from "../../facts/module.ts";
import { ts } from "./compiler.ts";
import { parse, syntaxErrorsOf } from "./read.ts";
import { createDraft, type Draft, nodeAt } from "./write/draft.ts";
import { bare } from "./write/expressions.ts";
import { freshName } from "./write/names.ts";

export interface SpanMark {
  readonly id: number;
  readonly range: Range;
}

/**
 * The text with marks. They report to `globalThis[Symbol.for("coldstart.span")]`, an object with `start(id)`, which
 * gives a token, and `end(token, value)`; where there is none they do nothing.
 * @param spans Expressions, as the analysis found them; an awaited call is timed to the end of its `await`. What can't
 * be wrapped without another meaning is left alone, and so is a text that doesn't parse.
 * @param path Its ending says which of the dialects the text is.
 */
export function instrument(text: string, spans: readonly SpanMark[], path = "/module.ts"): string {
  const source = parse(path, text, true);
  if (syntaxErrorsOf(source).length > 0) return text;
  const draft = createDraft(path, text, source, () => undefined);
  const marked = spans.flatMap(({ id, range }) => {
    const found = nodeAt(draft, range, ts.isExpression);
    const node = found && timed(found);
    return node ? [{ id, node }] : [];
  });
  if (marked.length === 0) return text;
  const start = freshName(draft, "coldstartSpanStart", source);
  const end = freshName(draft, "coldstartSpanEnd", source);
  // Of two that begin together the outer one opens first.
  const outerFirst = marked.toSorted((a, b) => b.node.end - b.node.pos - (a.node.end - a.node.pos));
  const edits = outerFirst.flatMap(({ id, node }) => wrap(draft, node, `${end}(${start}(${id}), `));
  const breaks = /[\n\r]$/.test(text) || text === "" ? "" : draft.style.newline;
  return applyAll(text, edits) + breaks + helpers(start, end);
}

/** Function declarations are there before any code of the module runs, and at its end they move no line. */
function helpers(start: string, end: string): string {
  const spans = `globalThis[Symbol.for("coldstart.span")]`;
  return (
    `function ${start}(id) { return ${spans}?.start(id); } ` +
    `function ${end}(token, value) { ${spans}?.end(token, value); return value; }\n`
  );
}

/** The expression that stands for the work: a call with its `await`, and with all of its optional chain. */
function timed(node: ts.Expression): ts.Expression | undefined {
  let inner = bare(node);
  for (;;) {
    const { parent } = inner;
    const continues = ts.isOptionalChain(parent) && parent.expression === inner;
    if (!continues && !ts.isAwaitExpression(parent) && !ts.isParenthesizedExpression(parent)) break;
    if (ts.isParenthesizedExpression(parent) && !isAwaited(parent)) break;
    inner = parent as ts.Expression;
  }
  return canWrap(inner) ? inner : undefined;
}

function isAwaited(node: ts.Expression): boolean {
  let outer: ts.Node = node;
  while (ts.isParenthesizedExpression(outer)) outer = outer.parent;
  return ts.isAwaitExpression(outer);
}

/** Whether a value may take its place: no reference, no function that takes its name from where it stands. */
function canWrap(node: ts.Expression): boolean {
  if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isSpreadElement(node)) return false;
  if (node.kind === ts.SyntaxKind.SuperKeyword || node.kind === ts.SyntaxKind.ImportKeyword) return false;
  const { parent } = node;
  const isReference =
    ts.isIdentifier(node) || ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
  if (ts.isCallExpression(parent) && parent.expression === node) return !isReference;
  if (ts.isNewExpression(parent) && parent.expression === node) return false;
  if (ts.isTaggedTemplateExpression(parent) || ts.isDeleteExpression(parent)) return false;
  return !isReference;
}

function wrap(draft: Draft, node: ts.Expression, opening: string): readonly Edit[] {
  const start = node.getStart(draft.source);
  const joins = /[\w$]/.test(draft.text[start - 1] ?? "") ? " " : "";
  const isList = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.CommaToken;
  return [
    { start, end: start, text: joins + opening + (isList ? "(" : "") },
    { start: node.end, end: node.end, text: isList ? "))" : ")" },
  ];
}
