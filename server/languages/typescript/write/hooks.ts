// Writes hooks (`enter`, `build`), and extends those that are there.
import { ts } from "../compiler.ts";
import { type Definition, type FunctionNode, functionOf, optionOf } from "./definition.ts";
import { type Draft, insert, ownDescendants, rangeOf, replace, textOf } from "./draft.ts";
import { bare, isAsync, isPure } from "./expressions.ts";
import { indentAt, lineStart, movedText } from "./layout.ts";
import { boundNames, declaredNames, freshName, namesIn } from "./names.ts";
import { addProperties } from "./objects.ts";

/** `enter: async () => { … }`, its lines given for the white space that they begin with. */
export function hookText(
  draft: Draft,
  name: string,
  isAsync: boolean,
  indent: string,
  lines: (indent: string) => readonly string[],
): string {
  const { style } = draft;
  const deep = indent + style.indent;
  const body = lines(deep).map((line) => deep + line);
  return [`${name}: ${isAsync ? "async " : ""}() => {`, ...body, `${indent}}`].join(style.newline);
}

/** The function behind an option; `undefined` where it can't be edited. */
export function hookOf(
  draft: Draft,
  definition: Definition,
  option: string,
): FunctionNode | "none" | undefined {
  const property = optionOf(definition, option);
  if (property === undefined) return "none";
  if (property === "unknown") return undefined;
  if (ts.isMethodDeclaration(property)) return property;
  return functionOf(draft, ts.isPropertyAssignment(property) ? property.initializer : property.name);
}

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
    ? extendBlock(draft, body, addition)
    : extendConcise(draft, body, addition);
  if (extended && addition.isAsync && !isAsync(hook)) makeAsync(draft, hook);
  return extended;
}

function makeAsync(draft: Draft, hook: FunctionNode): void {
  const keyword = hook.getChildren(draft.source).find(({ kind }) => kind === ts.SyntaxKind.FunctionKeyword);
  insert(draft, (keyword ?? hook).getStart(draft.source), "async ");
  if (hook.type) replace(draft, { start: hook.type.pos - 1, end: hook.type.end }, "");
}

function extendConcise(draft: Draft, body: ts.Expression, addition: Addition): Returned | undefined {
  const { entries, uses, names, lines } = addition;
  const literal = objectOf(body);
  if (literal && entries && uses.length === 0) {
    addProperties(draft, literal, entries);
    return "object";
  }
  if (!literal && names.length > 0) return undefined;
  const { text, style } = draft;
  const indent = indentAt(text, body.getStart(draft.source));
  const deep = indent + style.indent;
  const state = freshName(draft, "state", body.parent);
  const value = movedText(draft, literal ?? body, rangeOf(draft, literal ?? body), indent, deep);
  const waits = literal || !addition.isAsync ? "" : "await ";
  const all = [
    `const ${state} = ${waits}${value}${style.semicolon}`,
    ...bindUsed(draft, state, uses),
    ...lines(deep),
    returnText(draft, state, names),
  ];
  const range = rangeOf(draft, body);
  replace(draft, range, block(draft, all, indent));
  return literal ? "object" : "nothing";
}

function extendBlock(draft: Draft, body: ts.Block, addition: Addition): Returned | undefined {
  const { uses, names, lines } = addition;
  const returns = ownDescendants(body).filter(ts.isReturnStatement);
  const last = body.statements.at(-1);
  const [only] = returns;
  if (returns.length > 1 || (only && only !== last)) return undefined;
  const indent = last
    ? indentAt(draft.text, last.getStart(draft.source))
    : indentAt(draft.text, body.getStart(draft.source)) + draft.style.indent;
  if (!only?.expression) {
    if (uses.length > 0) return undefined;
    const result = names.length > 0 ? [`return { ${names.join(", ")} }${draft.style.semicolon}`] : [];
    if (only) replace(draft, rangeOf(draft, only), joined(draft, [...lines(indent), ...result], indent));
    else appendToBlock(draft, body, [...lines(indent), ...result], indent);
    return "nothing";
  }
  const literal = objectOf(only.expression);
  const bound = new Set(body.statements.flatMap(declaredNames));
  if (literal && isPure(literal) && uses.every((name) => bound.has(name) && isShorthand(literal, name))) {
    insert(
      draft,
      only.getStart(draft.source),
      joined(draft, lines(indent), indent) + draft.style.newline + indent,
    );
    if (names.length > 0) addProperties(draft, literal, () => names);
    return "object";
  }
  if (!literal && names.length + uses.length > 0) return undefined;
  const state = freshName(draft, "state", body.parent);
  const value = `const ${state} = ${!literal && addition.isAsync ? "await " : ""}${textOf(draft, literal ?? only.expression)}${draft.style.semicolon}`;
  const all = [value, ...bindUsed(draft, state, uses), ...lines(indent), returnText(draft, state, names)];
  replace(draft, rangeOf(draft, only), joined(draft, all, indent));
  return literal ? "object" : "nothing";
}

/** White space that lines inside a block begin with. */
export function insideOf({ text, source, style }: Draft, body: ts.Block): string {
  const outer = indentAt(text, body.getStart(source));
  const [first] = body.statements;
  const isBroken = first && text.slice(body.getStart(source), first.getStart(source)).includes("\n");
  return isBroken ? indentAt(text, first.getStart(source)) : outer + style.indent;
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

export function joined({ style }: Draft, lines: readonly string[], indent: string): string {
  return lines.join(style.newline + indent);
}

/** A block with these lines, its closing brace at `indent`. */
export function block(draft: Draft, lines: readonly string[], indent: string): string {
  const { newline, indent: step } = draft.style;
  return `{${newline}${indent}${step}${joined(draft, lines, indent + step)}${newline}${indent}}`;
}

/** Adds lines before a block's closing brace. */
export function appendToBlock(draft: Draft, body: ts.Block, lines: readonly string[], indent: string): void {
  const { text, style } = draft;
  const open = body.getStart(draft.source) + 1;
  const close = body.end - 1;
  const line = lineStart(text, close);
  if (line > open && text.slice(line, close).trim() === "") {
    insert(draft, line, `${indent}${joined(draft, lines, indent)}${style.newline}`);
    return;
  }
  // All on one line: what is there gets a line of its own.
  const outer = indentAt(text, open);
  const inner = text.slice(open, close).trim();
  const all = inner === "" ? lines : [inner, ...lines];
  replace(draft, rangeOf(draft, body), block(draft, all, outer));
}

/** Names that a parameter brings, and itself where it is a plain name. */
export function parameterNames(parameter: ts.ParameterDeclaration | undefined): readonly string[] {
  return parameter ? boundNames(parameter.name) : [];
}
