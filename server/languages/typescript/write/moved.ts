// What leaves its place: statements with their comments, or loads that stand within a larger expression.
import type { Range } from "../../../facts/module.ts";
import { ts } from "../compiler.ts";
import { around, type Draft, nodeAt, rangeOf, replace, textOf } from "./draft.ts";
import { sourceOf } from "./elements.ts";
import { awaitsIn, bare, wrapped } from "./expressions.ts";
import { extentOf, indentAt, movedText, removeStatements } from "./layout.ts";
import { declaredNames, freshName, mentions, nameOfResult } from "./names.ts";

export interface Moved {
  readonly statements: readonly ts.Statement[];
  /** Loads within expressions, with the names that take their places. */
  readonly extracted: readonly { readonly node: ts.Expression; readonly name: string }[];
  /** What the code that stays needs. */
  readonly names: readonly string[];
  readonly isAsync: boolean;
}

/** @param provides Names that the statements declare and the code that stays uses. */
export function movedOf(
  draft: Draft,
  ranges: readonly Range[],
  provides: readonly string[],
): Moved | undefined {
  const statements = new Set<ts.Statement>();
  const expressions: ts.Expression[] = [];
  for (const range of ranges) {
    const statement = statementAt(draft, range);
    const expression = statement ? undefined : nodeAt(draft, range, ts.isExpression);
    if (statement) statements.add(statement);
    else if (expression) expressions.push(expression);
    else return undefined;
  }
  if (![...statements].every((statement) => isWhole(draft, statement, ranges))) return undefined;
  const ordered = [...statements].sort((a, b) => a.pos - b.pos);
  const declared = new Set(ordered.flatMap(declaredNames));
  if (!provides.every((name) => declared.has(name))) return undefined;
  const extracted = expressions.map((expression) => {
    const node = sourceOf(bare(expression));
    const call = ts.isAwaitExpression(node) ? bare(node.expression) : node;
    const scope = around(node, ts.isFunctionLike) ?? draft.source;
    return { node, name: freshName(draft, nameOfResult(call), scope) };
  });
  const nodes = [...ordered, ...extracted.map(({ node }) => node)];
  return {
    statements: ordered,
    extracted,
    names: [...provides.filter((name) => isMentioned(ordered, name)), ...extracted.map(({ name }) => name)],
    isAsync: nodes.some((node) => awaitsIn(node).length > 0 || isForAwait(node)),
  };
}

/** Whether the function that statements leave goes on to use a name. */
function isMentioned(statements: readonly ts.Statement[], name: string): boolean {
  const owner = around(statements[0]?.parent, ts.isFunctionLike);
  const stays = (mention: ts.Node) =>
    !statements.some((statement) => statement.pos <= mention.pos && mention.end <= statement.end);
  return owner === undefined || mentions(owner, name).some(stays);
}

function isForAwait(node: ts.Node): boolean {
  return ts.isForOfStatement(node) && node.awaitModifier !== undefined;
}

export function statementAt(draft: Draft, range: Range): ts.Statement | undefined {
  const declaration = nodeAt(draft, range, ts.isVariableDeclaration);
  const statement = nodeAt(draft, range, ts.isStatement) ?? around(declaration, ts.isVariableStatement);
  return statement && !ts.isBlock(statement) ? statement : undefined;
}

/** Of `const a = 1, b = 2` either all moves or nothing. */
function isWhole(draft: Draft, statement: ts.Statement, ranges: readonly Range[]): boolean {
  if (!ts.isVariableStatement(statement)) return true;
  const given = (node: ts.Node) => {
    const { start, end } = rangeOf(draft, node);
    return ranges.some((range) => range.start === start && range.end === end);
  };
  return given(statement) || statement.declarationList.declarations.every(given);
}

/** The texts that moved statements have at their new place, without the white space before their first lines. */
export function textsOf(draft: Draft, { statements, extracted }: Moved, indent: string): readonly string[] {
  const { text, style } = draft;
  const whole = statements.map((statement) => {
    const extent = extentOf(draft, statement);
    const from = indentAt(text, statement.getStart(draft.source));
    const moved = movedText(draft, statement, extent, from, indent);
    const ends = style.semicolon === "" || /[;}]$/.test(textOf(draft, statement));
    return ends || extent.trailing.length > 0 ? moved : moved + style.semicolon;
  });
  const parts = extracted.map(({ node, name }) => {
    const from = indentAt(text, node.getStart(draft.source));
    const value = movedText(draft, node, rangeOf(draft, node), from, indent);
    return `const ${name} = ${value}${style.semicolon}`;
  });
  return [...whole, ...parts];
}

/** Takes what moved out of its old place. */
export function takeOut(draft: Draft, { statements, extracted }: Moved): void {
  removeStatements(draft, statements);
  for (const { node, name } of extracted) replace(draft, rangeOf(draft, wrapped(node)), name);
}

/** `const x = INIT` and nothing else: the name and the initialiser. */
export function singleOf(
  draft: Draft,
  moved: Moved,
): { readonly name: string; readonly value: ts.Expression } | undefined {
  const [statement] = moved.statements;
  const [part] = moved.extracted;
  if (part && moved.extracted.length === 1 && !statement) return { name: part.name, value: part.node };
  if (!statement || part || moved.statements.length > 1 || !ts.isVariableStatement(statement))
    return undefined;
  const [declaration, second] = statement.declarationList.declarations;
  if (second || !declaration?.initializer || declaration.type || !ts.isIdentifier(declaration.name))
    return undefined;
  const { leading, trailing } = extentOf(draft, statement);
  if (leading.length + trailing.length > 0 || moved.names[0] !== declaration.name.text) return undefined;
  return { name: declaration.name.text, value: declaration.initializer };
}
