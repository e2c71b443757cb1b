// Extends a hook that is there: more lines behind what it does, more names in what it returns.
import { ts } from "../compiler.ts";
import { readComments } from "../read/comments.ts";
import type { FunctionNode } from "./definition.ts";
import { type Draft, insert, ownDescendants, rangeOf, replace, textOf } from "./draft.ts";
import { bare, isAsync, isPure } from "./expressions.ts";
import { appendToBlock, block, insideOf, joined } from "./hooks.ts";
import { indentAt, movedText } from "./layout.ts";
import { declaredNames, freshName, isName, namesIn } from "./names.ts";
import { addProperties, openUp } from "./objects.ts";

export interface Addition {
  /** Given the white space that their lines begin with. */
  readonly lines: (indent: string) => readonly string[];
  /** What the hook has to return besides what it returns now. */
  readonly names: readonly string[];
  /** What the new lines declare. */
  readonly declares: readonly string[];
  /** Names of what it returns now that the new lines use. */
  readonly uses: readonly string[];
  /** All names that the new lines mention. */
  readonly mentions: ReadonlySet<string>;
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
  if (addition.declares.some((name) => namesIn(hook).has(name))) return undefined;
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
  // Decorators and modifiers of a method come first.
  const first = keyword ?? (ts.isMethodDeclaration(hook) ? hook.name : hook);
  insert(draft, first.getStart(draft.source), "async ");
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
  const { entries, uses, lines } = addition;
  const literal = objectOf(body);
  if (literal && entries && uses.length === 0) {
    addProperties(draft, literal, entries);
    return "object";
  }
  const from = indentAt(draft.text, body.getStart(draft.source));
  const result = resultOf(draft, hook, body, new Set(), addition, from);
  if (!result) return undefined;
  const indent = indentOf(draft, hook);
  const deep = indent + draft.style.indent;
  const before = result.before(deep);
  replace(draft, rangeOf(draft, body), block(draft, [...before, ...lines(deep), ...result.after], indent));
  return result.returned;
}

function extendBlock(
  draft: Draft,
  hook: FunctionNode,
  body: ts.Block,
  addition: Addition,
): Returned | undefined {
  const returns = ownDescendants(body).filter(ts.isReturnStatement);
  const [only] = returns;
  if (returns.length > 1) return extendAround(draft, hook, body, returns, addition);
  if (only && only !== body.statements.at(-1)) return undefined;
  const bound = new Set(body.statements.flatMap(declaredNames));
  const from = insideOf(draft, body);
  const result = resultOf(draft, hook, only?.expression, bound, addition, from);
  if (!result) return undefined;
  if (!textOf(draft, body).includes("\n")) {
    const indent = indentOf(draft, hook);
    const deep = indent + draft.style.indent;
    const kept = body.statements
      .filter((statement) => statement !== only)
      .map((statement) => textOf(draft, statement));
    const all = [...kept, ...result.before(deep), ...addition.lines(deep), ...result.after];
    replace(draft, rangeOf(draft, body), block(draft, all, indent));
    return result.returned;
  }
  const all = [...result.before(from), ...addition.lines(from), ...result.after];
  if (only) replace(draft, rangeOf(draft, only), joined(draft, all, from));
  else appendToBlock(draft, body, all, from);
  return result.returned;
}

/**
 * A hook that returns at several places keeps its code as a function of its own:
 *   const prepare = () => { … };
 *   const state = prepare();
 */
function extendAround(
  draft: Draft,
  hook: FunctionNode,
  body: ts.Block,
  returns: readonly ts.ReturnStatement[],
  { lines, names, uses, mentions }: Addition,
): Returned | undefined {
  const isWhole = returns.at(-1) === body.statements.at(-1);
  const isObject = returns.every(({ expression }) => expression && objectOf(expression));
  if (!isWhole || !isObject || uses.length > 0 || usesArguments(body)) return undefined;
  const { style } = draft;
  const [prepare, state] = [freshName(draft, "prepare", hook), freshName(draft, "state", hook)];
  if (mentions.has(prepare) || mentions.has(state)) return undefined;
  const from = indentAt(draft.text, body.getStart(draft.source));
  const indent = indentOf(draft, hook);
  const deep = indent + style.indent;
  const inner = movedText(draft, body, rangeOf(draft, body), from, deep);
  const [made, waits] = isAsync(hook) ? ["async ", "await "] : ["", ""];
  const all = [
    `const ${prepare} = ${made}() => ${inner}${style.semicolon}`,
    `const ${state} = ${waits}${prepare}()${style.semicolon}`,
    ...lines(deep),
    returnText(draft, state, names),
  ];
  replace(draft, rangeOf(draft, body), block(draft, all, indent));
  return "object";
}

/** What an arrow function would not have of its own. */
function usesArguments(body: ts.Block): boolean {
  return ownDescendants(body).some((node) => ts.isIdentifier(node) && node.text === "arguments");
}

interface Result {
  readonly returned: Returned;
  /** Lines around the added ones that take the place of the `return`. */
  readonly before: (indent: string) => readonly string[];
  readonly after: readonly string[];
}

/** @param bound Names that the hook's body declares. */
function resultOf(
  draft: Draft,
  hook: FunctionNode,
  returned: ts.Expression | undefined,
  bound: ReadonlySet<string>,
  addition: Addition,
  from: string,
): Result | undefined {
  const { uses, names, isAsync } = addition;
  const { semicolon } = draft.style;
  if (!returned) {
    if (uses.length > 0) return undefined;
    const after = names.length > 0 ? [`return { ${names.join(", ")} }${semicolon}`] : [];
    return { returned: "nothing", before: () => [], after };
  }
  const literal = objectOf(returned);
  const moved = (node: ts.Node, indent: string) => movedText(draft, node, rangeOf(draft, node), from, indent);
  if (literal && isPure(literal) && uses.every((name) => bound.has(name) && isShorthand(literal, name))) {
    return {
      returned: "object",
      before: () => [],
      after: [`return ${withNames(draft, literal, names)}${semicolon}`],
    };
  }
  const unfolded = literal && unfold(draft, hook, literal, addition);
  if (unfolded) {
    const before = (indent: string) =>
      unfolded.constants.map(({ name, value }) => `const ${name} = ${moved(value, indent)}${semicolon}`);
    const after = [`return { ${[...unfolded.entries, ...names].join(", ")} }${semicolon}`];
    return { returned: "object", before, after };
  }
  if (!literal && names.length + uses.length > 0) return undefined;
  const state = freshName(draft, "state", hook);
  const waits = !literal && isAsync ? "await " : "";
  return {
    returned: literal ? "object" : "nothing",
    before: (indent) => [
      `const ${state} = ${waits}${moved(literal ?? returned, indent)}${semicolon}`,
      ...bindUsed(draft, state, uses),
    ],
    after: [returnText(draft, state, names)],
  };
}

interface Unfolded {
  readonly constants: readonly { readonly name: string; readonly value: ts.Expression }[];
  readonly entries: readonly string[];
}

/** `{ a: await f() }` as `const a = await f();` and `{ a }`, where the keys are free to be names. */
function unfold(
  draft: Draft,
  hook: FunctionNode,
  literal: ts.ObjectLiteralExpression,
  { uses, mentions }: Addition,
): Unfolded | undefined {
  const constants: { name: string; value: ts.Expression }[] = [];
  const entries: string[] = [];
  for (const property of literal.properties) {
    if (ts.isShorthandPropertyAssignment(property)) {
      entries.push(property.name.text);
      continue;
    }
    if (!ts.isPropertyAssignment(property) || !ts.isIdentifier(property.name)) return undefined;
    const name = property.name.text;
    if (isPure(property.initializer) && !uses.includes(name)) {
      entries.push(textOf(draft, property));
      continue;
    }
    const isFree = isName(name) && !namesIn(hook).has(name) && (uses.includes(name) || !mentions.has(name));
    if (!isFree) return undefined;
    constants.push({ name, value: property.initializer });
    entries.push(name);
  }
  const { start, end } = rangeOf(draft, literal);
  const hasComments = readComments(draft.source).some(({ range }) => range.start > start && range.end < end);
  return hasComments || !uses.every((name) => entries.includes(name)) ? undefined : { constants, entries };
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
