// Extends a hook that is there: more lines behind what it does, more names in what it returns.
import { ts } from "../compiler.ts";
import type { FunctionNode } from "./definition.ts";
import { type Draft, insert, ownDescendants, rangeOf, replace, textOf, textWith } from "./draft.ts";
import { bare, isAsync, isPure } from "./expressions.ts";
import { appendToBlock, block, insideOf, joined } from "./hooks.ts";
import { indentAt, movedText } from "./layout.ts";
import { declaredNames, freshName, namesIn } from "./names.ts";
import { addProperties, openUp } from "./objects.ts";

export interface Addition {
  /** Given the white space that their lines begin with. */
  readonly lines: (indent: string) => readonly string[];
  /** What the hook has to return besides what it returns now. */
  readonly names: readonly string[];
  /** Names of what it returns now that the new lines use. */
  readonly uses: readonly string[];
  readonly isAsync: boolean;
  /** Where the new lines are just `name: value` pairs, these. */
  readonly entries?: (indent: string) => readonly string[];
}

/** What a hook returned before it was extended. */
export type Returned = "object" | "nothing";

/** Adds lines to a hook, behind what it does now; undefined where its form allows no such thing. */
export function extendHook(draft: Draft, hook: FunctionNode, addition: Addition): Returned | undefined {
  const { body } = hook;
  if (!body || hook.asteriskToken || hook.parameters.length > 0) return undefined;
  if (addition.names.some((name) => namesIn(hook).has(name))) return undefined;
  const extended = ts.isBlock(body)
    ? extendBlock(draft, hook, body, addition)
    : extendConcise(draft, hook, body, addition);
  if (!extended) return undefined;
  const becomesAsync = addition.isAsync && !isAsync(hook);
  if (becomesAsync) makeAsync(draft, hook);
  // A type that is written down says nothing of the new names.
  const { type } = hook;
  if (type && (becomesAsync || addition.names.length > 0))
    replace(draft, { start: type.pos - 1, end: type.end }, "");
  return extended;
}

function makeAsync(draft: Draft, hook: FunctionNode): void {
  const keyword = hook.getChildren(draft.source).find(({ kind }) => kind === ts.SyntaxKind.FunctionKeyword);
  insert(draft, (keyword ?? hook).getStart(draft.source), "async ");
}

/** White space of the hook's line; options that stand on one line are given a line each. */
function indentOf(draft: Draft, hook: FunctionNode): string {
  const property = ts.isMethodDeclaration(hook) ? hook : hook.parent;
  const literal = property.parent;
  const isOption = ts.isMethodDeclaration(property) || ts.isPropertyAssignment(property);
  const isOneLine =
    isOption && ts.isObjectLiteralExpression(literal) && !textOf(draft, literal).includes("\n");
  return isOneLine
    ? openUp(draft, literal)
    : indentAt(draft.text, (hook.body ?? hook).getStart(draft.source));
}

function extendConcise(
  draft: Draft,
  hook: FunctionNode,
  body: ts.Expression,
  addition: Addition,
): Returned | undefined {
  const { entries, uses, names, lines } = addition;
  const literal = objectOf(body);
  if (literal && entries && uses.length === 0) {
    addProperties(draft, literal, entries);
    return "object";
  }
  if (!literal && names.length > 0) return undefined;
  const { text, style } = draft;
  const indent = indentOf(draft, hook);
  const deep = indent + style.indent;
  const state = freshName(draft, "state", hook);
  const from = indentAt(text, body.getStart(draft.source));
  const value = movedText(draft, literal ?? body, rangeOf(draft, literal ?? body), from, deep);
  const waits = literal || !addition.isAsync ? "" : "await ";
  const all = [
    `const ${state} = ${waits}${value}${style.semicolon}`,
    ...bindUsed(draft, state, uses),
    ...lines(deep),
    returnText(draft, state, names),
  ];
  replace(draft, rangeOf(draft, body), block(draft, all, indent));
  return literal ? "object" : "nothing";
}

function extendBlock(
  draft: Draft,
  hook: FunctionNode,
  body: ts.Block,
  addition: Addition,
): Returned | undefined {
  const returns = ownDescendants(body).filter(ts.isReturnStatement);
  const [only] = returns;
  if (returns.length > 1 || (only && only !== body.statements.at(-1))) return undefined;
  const result = resultOf(draft, hook, body, only, addition);
  if (!result) return undefined;
  if (!textOf(draft, body).includes("\n")) {
    const indent = indentOf(draft, hook);
    const kept = body.statements
      .filter((statement) => statement !== only)
      .map((statement) => textOf(draft, statement));
    const all = [...kept, ...result.before, ...addition.lines(indent + draft.style.indent), ...result.after];
    replace(draft, rangeOf(draft, body), block(draft, all, indent));
    return result.returned;
  }
  const indent = insideOf(draft, body);
  const all = [...result.before, ...addition.lines(indent), ...result.after];
  if (only) replace(draft, rangeOf(draft, only), joined(draft, all, indent));
  else appendToBlock(draft, body, all, indent);
  return result.returned;
}

interface Result {
  readonly returned: Returned;
  /** Lines around the added ones that take the place of the `return`. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

function resultOf(
  draft: Draft,
  hook: FunctionNode,
  body: ts.Block,
  only: ts.ReturnStatement | undefined,
  { uses, names, isAsync }: Addition,
): Result | undefined {
  const { semicolon } = draft.style;
  if (!only?.expression) {
    if (uses.length > 0) return undefined;
    const after = names.length > 0 ? [`return { ${names.join(", ")} }${semicolon}`] : [];
    return { returned: "nothing", before: [], after };
  }
  const literal = objectOf(only.expression);
  const bound = new Set(body.statements.flatMap(declaredNames));
  if (literal && isPure(literal) && uses.every((name) => bound.has(name) && isShorthand(literal, name))) {
    const after = [textWith(draft, only, new Map([[literal, withNames(draft, literal, names)]]))];
    return { returned: "object", before: [], after };
  }
  if (!literal && names.length + uses.length > 0) return undefined;
  const state = freshName(draft, "state", hook);
  const value = textOf(draft, literal ?? only.expression);
  const before = [`const ${state} = ${!literal && isAsync ? "await " : ""}${value}${semicolon}`];
  return {
    returned: literal ? "object" : "nothing",
    before: [...before, ...bindUsed(draft, state, uses)],
    after: [returnText(draft, state, names)],
  };
}

/** `{ a }` with more names: `{ a, b }`. */
function withNames(draft: Draft, literal: ts.ObjectLiteralExpression, names: readonly string[]): string {
  const text = textOf(draft, literal);
  const last = literal.properties.at(-1);
  if (names.length === 0) return text;
  if (!last) return `{ ${names.join(", ")} }`;
  const start = literal.getStart(draft.source);
  const end = last.end - start;
  const gap = /^\s*/.exec(draft.text.slice(last.pos, last.end))?.[0] ?? " ";
  const separator = gap.includes("\n") ? gap : " ";
  return text.slice(0, end) + names.map((name) => `,${separator}${name}`).join("") + text.slice(end);
}

function objectOf(node: ts.Expression): ts.ObjectLiteralExpression | undefined {
  const inner = bare(node);
  return ts.isObjectLiteralExpression(inner) ? inner : undefined;
}

function isShorthand(literal: ts.ObjectLiteralExpression, name: string): boolean {
  return literal.properties.some(
    (property) => ts.isShorthandPropertyAssignment(property) && property.name.text === name,
  );
}

function bindUsed({ style }: Draft, state: string, uses: readonly string[]): readonly string[] {
  return uses.length === 0 ? [] : [`const { ${uses.join(", ")} } = ${state}${style.semicolon}`];
}

function returnText({ style }: Draft, state: string, names: readonly string[]): string {
  if (names.length === 0) return `return ${state}${style.semicolon}`;
  return `return { ...${state}, ${names.join(", ")} }${style.semicolon}`;
}
