// Finds the parts of a function's definition: `app.function(OPTIONS, HANDLER)`.
import type { Spelling } from "../../../facts/function.ts";
import { ts } from "../compiler.ts";
import { type Draft, insert, nodeAt } from "./draft.ts";
import { bare } from "./expressions.ts";
import { mentions } from "./names.ts";
import { addProperties } from "./objects.ts";

export type FunctionNode =
  | ts.ArrowFunction
  | ts.FunctionExpression
  | ts.FunctionDeclaration
  | ts.MethodDeclaration;

export interface Definition {
  readonly call: ts.CallExpression;
  /** Undefined where the call has none. */
  readonly options: ts.ObjectLiteralExpression | undefined;
  readonly handler: FunctionNode;
  /** The handler is written elsewhere and named here. */
  readonly isNamed: boolean;
}

export function definitionOf(draft: Draft, { definition }: Spelling): Definition | undefined {
  const call = definition && nodeAt(draft, definition.call, ts.isCallExpression);
  if (!call || call.arguments.length === 0 || call.arguments.length > 2) return undefined;
  const last = call.arguments.at(-1);
  const handler = last && functionOf(draft, last);
  if (!handler) return undefined;
  const given = call.arguments.length === 2 ? call.arguments[0] : undefined;
  const options = given && literalOf(draft, given);
  if (given && !options) return undefined;
  return { call, options, handler, isNamed: bare(last).kind === ts.SyntaxKind.Identifier };
}

/** A function as it is written in place, or the only one that a name used nowhere else means. */
export function functionOf(draft: Draft, node: ts.Expression): FunctionNode | undefined {
  const inner = plain(node);
  if (ts.isArrowFunction(inner) || ts.isFunctionExpression(inner)) return inner;
  if (!ts.isIdentifier(inner)) return undefined;
  const found = mentions(draft.source, inner.text);
  const declared = found
    .map(({ parent }) => parent)
    .find((parent) => ts.isFunctionDeclaration(parent) && parent.body);
  if (found.length !== 2) return undefined;
  if (declared && ts.isFunctionDeclaration(declared)) return isExported(declared) ? undefined : declared;
  const value = variableOf(found)?.initializer;
  return value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? value : undefined;
}

/** An object as it is written in place, or the constant that is used here only. */
function literalOf(draft: Draft, node: ts.Expression): ts.ObjectLiteralExpression | undefined {
  const inner = plain(node);
  if (ts.isObjectLiteralExpression(inner)) return inner;
  if (!ts.isIdentifier(inner)) return undefined;
  const found = mentions(draft.source, inner.text);
  const declaration = variableOf(found);
  if (found.length !== 2 || declaration?.type || !declaration?.initializer) return undefined;
  const value = plain(declaration.initializer);
  return ts.isObjectLiteralExpression(value) ? value : undefined;
}

function plain(node: ts.Expression): ts.Expression {
  let inner = node;
  while (ts.isParenthesizedExpression(inner) || ts.isSatisfiesExpression(inner)) inner = inner.expression;
  return inner;
}

function variableOf(found: readonly ts.Identifier[]): ts.VariableDeclaration | undefined {
  const declarations = found.map(({ parent }) => parent).filter(ts.isVariableDeclaration);
  const [declaration] = declarations;
  const list = declaration?.parent;
  const isPrivate = list && ts.isVariableStatement(list.parent) && !isExported(list.parent);
  return declarations.length === 1 && isPrivate ? declaration : undefined;
}

export function isExported(node: ts.Statement): boolean {
  if (!ts.canHaveModifiers(node)) return false;
  return ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

/** The option of this name; `"unknown"` where something that is spread into the options may set it. */
export function optionOf(
  draft: Draft,
  { options }: Definition,
  name: string,
): ts.PropertyAssignment | ts.MethodDeclaration | ts.ShorthandPropertyAssignment | undefined | "unknown" {
  for (const property of options?.properties.toReversed() ?? []) {
    if (ts.isSpreadAssignment(property)) {
      if (mayHold(draft, property.expression, name)) return "unknown";
      continue;
    }
    if (ts.isComputedPropertyName(property.name)) return "unknown";
    if (!ts.isAccessor(property) && property.name.text === name) return property;
  }
  return undefined;
}

/** Whether an object that is spread may have a property: any but those that are written down without it, and stay so. */
function mayHold(draft: Draft, spread: ts.Expression, name: string): boolean {
  const inner = bare(spread);
  if (ts.isObjectLiteralExpression(inner)) return mayName(draft, inner, name);
  if (!ts.isIdentifier(inner)) return true;
  const found = mentions(draft.source, inner.text);
  const declarations = found.map(({ parent }) => parent).filter(ts.isVariableDeclaration);
  const [declaration] = declarations;
  const value = declaration?.initializer && bare(declaration.initializer);
  const isConstant = declarations.length === 1 && (declaration?.parent.flags ?? 0) & ts.NodeFlags.Const;
  if (!isConstant || !value || !ts.isObjectLiteralExpression(value)) return true;
  const isRead = (mention: ts.Identifier) =>
    mention === declaration?.name || ts.isSpreadAssignment(mention.parent) || isPropertyRead(mention);
  return !found.every(isRead) || mayName(draft, value, name);
}

/** `common.timeout`, where nothing is set to it. */
function isPropertyRead(mention: ts.Identifier): boolean {
  const { parent } = mention;
  if (!ts.isPropertyAccessExpression(parent) || parent.expression !== mention) return false;
  const { parent: user } = parent;
  const isTarget = ts.isBinaryExpression(user) && user.left === parent;
  return !isTarget && !ts.isDeleteExpression(user) && !ts.isCallExpression(user);
}

function mayName(draft: Draft, literal: ts.ObjectLiteralExpression, name: string): boolean {
  return literal.properties.some((property) => {
    if (ts.isSpreadAssignment(property)) return mayHold(draft, property.expression, name);
    return ts.isComputedPropertyName(property.name) || property.name.text === name;
  });
}

/** @param value Given the white space that its line begins with, the text of the property. */
export function addOption(draft: Draft, definition: Definition, property: (indent: string) => string): void {
  const { call, options } = definition;
  if (options) {
    addProperties(draft, options, (indent) => [property(indent)]);
    return;
  }
  const { style, text } = draft;
  const at = call.arguments.pos;
  const line = text.lastIndexOf("\n", at) + 1;
  const indent = /^[ \t]*/.exec(text.slice(line))?.[0] ?? "";
  const deep = indent + style.indent;
  const value = property(deep);
  const isShort = !value.includes("\n") && value.length + 60 < style.width;
  const object = isShort
    ? `{ ${value} }`
    : `{${style.newline}${deep}${value}${style.trailingComma}${style.newline}${indent}}`;
  const rest = /^\s/.test(text.slice(at)) ? "," : ", ";
  insert(draft, at, object + rest);
}
