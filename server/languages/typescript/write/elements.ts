// What each load becomes when several start together: its expression, and what takes its result.
import type { WorkPlace } from "../../../facts/function.ts";
import { ts } from "../compiler.ts";
import { around, type Draft, descendants, nodeAt, textOf, textWith } from "./draft.ts";
import {
  awaitsIn,
  bare,
  hasEffectsBefore,
  isAsync,
  isPure,
  runsOnce,
  type Site,
  siteOf,
  wrapped,
} from "./expressions.ts";
import { asynchronous } from "./sync-reads.ts";

export interface Element {
  /** The load's call. */
  readonly call: ts.Expression;
  /** What gives the result: the `await`, or the synchronous call. A name takes its place where its statement stays. */
  readonly source: ts.Expression;
  readonly site: Site;
  /** The promise. */
  readonly expression: string;
  /** The part of the text that `expression` repeats; undefined where it is made anew. */
  readonly repeats?: ts.Node;
  readonly target: Target;
}

/** What the statement does with the result. `part`: it stands within something larger. */
export type Target =
  | {
      readonly kind: "declare";
      readonly declaration: ts.VariableDeclaration;
      readonly statement: ts.VariableStatement;
    }
  | { readonly kind: "assign"; readonly left: ts.Expression }
  | { readonly kind: "nothing" }
  | { readonly kind: "part" };

export function elementsOf(draft: Draft, items: readonly WorkPlace[]): readonly Element[] | undefined {
  const calls = items.map((item) => callAt(draft, item));
  const found = calls.filter((call) => call !== undefined);
  if (found.length < items.length) return undefined;
  const sources = found.map((call) => ({ call, source: sourceOf(call) }));
  const harmless = new Set<ts.Node>(sources.map(({ source }) => source));
  const elements = sources.map(({ call, source }) => elementOf(draft, call, source, harmless, found));
  const whole = elements.filter((element) => element !== undefined);
  if (whole.length < elements.length) return undefined;
  const mixed = whole.every(isKept)
    ? whole
    : whole.map((element) => (isKept(element) ? keeping(draft, element) : element));
  return mixed.sort((a, b) => a.source.pos - b.source.pos);
}

/** `kept ??= await load()`, written as a whole. */
function isKept({ source, target }: Element): boolean {
  return target.kind === "assign" && ts.isBinaryExpression(source);
}

/** Beside loads that nothing is kept of, `kept ??= await load()` stays the statement that it is. */
function keeping(draft: Draft, element: Element): Element {
  const statement = `${textOf(draft, element.source)}${draft.style.semicolon}`;
  return { ...element, expression: `(async () => { ${statement} })()`, target: { kind: "nothing" } };
}

function callAt(draft: Draft, { call }: WorkPlace): ts.Expression | undefined {
  const node = nodeAt(draft, call, ts.isExpression);
  if (!node) return undefined;
  const inner = bare(node);
  return ts.isAwaitExpression(inner) ? bare(inner.expression) : inner;
}

/** The `await` of a call, or of what is made of its result in one chain: `await (await fetch(url)).json()`. */
export function sourceOf(call: ts.Expression): ts.Expression {
  let source = call;
  let inner: ts.Node = call;
  for (;;) {
    const { parent } = inner;
    if (ts.isAwaitExpression(parent)) source = parent;
    else if (!isChained(parent, inner)) return source;
    inner = parent;
  }
}

function isChained(parent: ts.Node, inner: ts.Node): boolean {
  return (
    ts.isParenthesizedExpression(parent) ||
    ((ts.isPropertyAccessExpression(parent) || ts.isNonNullExpression(parent)) &&
      !ts.isOptionalChain(parent)) ||
    (ts.isCallExpression(parent) &&
      parent.expression === inner &&
      !ts.isOptionalChain(parent) &&
      parent.arguments.every(isPure))
  );
}

function elementOf(
  draft: Draft,
  call: ts.Expression,
  source: ts.Expression,
  harmless: ReadonlySet<ts.Node>,
  calls: readonly ts.Expression[],
): Element | undefined {
  const site = siteOf(source);
  const memo = site && memoOf(source, site);
  if (!site || !(memo || runsOnce(source, site))) return undefined;
  if (hasEffectsBefore(site, source.getStart(draft.source), harmless)) return undefined;
  const promise = promiseOf(draft, call, source, calls);
  if (!promise) return undefined;
  if (!memo) return { call, source, site, ...promise, target: targetOf(source, site) };
  // `kept ??= await load()` loads nothing where something is kept already.
  const operator = memo.operatorToken.kind === ts.SyntaxKind.BarBarEqualsToken ? "||" : "??";
  const expression = `${textOf(draft, memo.left)} ${operator} ${promise.expression}`;
  return { call, source: memo, site, expression, target: { kind: "assign", left: memo.left } };
}

/** The statement that an expression ends as the value of `??=` or `||=`. */
function memoOf(source: ts.Expression, site: Site): ts.BinaryExpression | undefined {
  const outer = wrapped(source);
  const { parent } = outer;
  if (!ts.isAwaitExpression(source) || !ts.isBinaryExpression(parent) || parent.right !== outer)
    return undefined;
  const { kind } = parent.operatorToken;
  const keeps =
    kind === ts.SyntaxKind.QuestionQuestionEqualsToken || kind === ts.SyntaxKind.BarBarEqualsToken;
  return keeps && wrapped(parent).parent === site && ts.isExpressionStatement(site) && isPure(parent.left)
    ? parent
    : undefined;
}

type Promised = Pick<Element, "expression" | "repeats">;

function promiseOf(
  draft: Draft,
  call: ts.Expression,
  source: ts.Expression,
  calls: readonly ts.Expression[],
): Promised | undefined {
  if (!ts.isAwaitExpression(source)) {
    if (!isAsync(around(source, ts.isFunctionLike) ?? draft.source)) return undefined;
    const converted = asynchronous(draft, call, calls);
    return converted ? { expression: converted } : undefined;
  }
  // Helpers that only seem to be asynchronous get a read that is.
  if (ts.isCallExpression(call)) asynchronous(draft, call, calls);
  const operand = bare(source.expression);
  const followed = ts.isCallExpression(operand) ? thenOf(draft, operand) : undefined;
  if (followed) return { expression: followed };
  if (awaitsIn(operand).length > 0) return { expression: `(async () => ${textOf(draft, operand)})()` };
  if (descendants(operand).some(ts.isYieldExpression)) return undefined;
  const isList = ts.isBinaryExpression(operand) && operand.operatorToken.kind === ts.SyntaxKind.CommaToken;
  return isList
    ? { expression: `(${textOf(draft, operand)})` }
    : { expression: textOf(draft, operand), repeats: operand };
}

/** `(await fetch(url)).json()` is `fetch(url).then((response) => response.json())`. */
function thenOf(draft: Draft, node: ts.CallExpression): string | undefined {
  if (!ts.isPropertyAccessExpression(node.expression)) return undefined;
  const first = bare(node.expression.expression);
  if (!ts.isAwaitExpression(first) || awaitsIn(node).length > 1) return undefined;
  const promise = bare(first.expression);
  if (!ts.isCallExpression(promise) || !node.arguments.every(isPure)) return undefined;
  const isFetch = ts.isIdentifier(promise.expression) && promise.expression.text === "fetch";
  const name = isFetch ? "response" : "result";
  const chain = textWith(draft, node, new Map([[node.expression.expression, name]]));
  return `${textOf(draft, promise)}.then((${name}) => ${chain})`;
}

function targetOf(source: ts.Expression, site: Site): Target {
  const outer = wrapped(source);
  const { parent } = outer;
  if (ts.isVariableDeclaration(parent) && parent.initializer === outer && ts.isVariableStatement(site)) {
    return { kind: "declare", declaration: parent, statement: site };
  }
  if (ts.isExpressionStatement(parent)) return { kind: "nothing" };
  const isAssigned =
    ts.isBinaryExpression(parent) &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    parent.right === outer &&
    ts.isExpressionStatement(wrapped(parent).parent);
  if (isAssigned && isPure(parent.left)) return { kind: "assign", left: parent.left };
  return { kind: "part" };
}
