// Reads what is bound: declarations, parameters and the targets of assignments.
import type { Pattern } from "../../../facts/module.ts";
import { ts } from "../compiler.ts";
import { lookup, markReassigned, type Reader, rangeOf } from "./reader.ts";
import { readValue } from "./values.ts";

type Entry = Extract<Pattern, { readonly kind: "object" }>["entries"][number];

/** A declaration's name or pattern; its names are in scope already. */
export function readBindingName(reader: Reader, name: ts.BindingName): Pattern {
  const range = rangeOf(reader, name);
  if (ts.isIdentifier(name)) {
    const binding = lookup(reader, name.text);
    if (binding !== undefined) return { kind: "name", binding, range };
    return { kind: "place", value: { kind: "name", name: name.text, range }, range };
  }
  if (ts.isObjectBindingPattern(name)) {
    return { kind: "object", entries: name.elements.map((element) => readElement(reader, element)), range };
  }
  const items = name.elements.map((element) =>
    ts.isBindingElement(element) ? readBindingName(reader, element.name) : undefined,
  );
  return { kind: "array", items, range };
}

function readElement(reader: Reader, element: ts.BindingElement): Entry {
  const named = element.propertyName ?? (ts.isIdentifier(element.name) ? element.name : undefined);
  const key = element.dotDotDotToken || !named ? undefined : keyOf(named);
  const pattern = readBindingName(reader, element.name);
  return {
    ...(key !== undefined && { key }),
    pattern,
    ...(element.initializer && { default: readValue(reader, element.initializer) }),
  };
}

/** The left side of an assignment; every name in it is written to. */
export function readTarget(reader: Reader, node: ts.Expression): Pattern {
  const target = withoutWrapping(node);
  const range = rangeOf(reader, target);
  if (ts.isIdentifier(target)) {
    const binding = lookup(reader, target.text);
    markReassigned(reader, binding);
    if (binding !== undefined) return { kind: "name", binding, range };
    return { kind: "place", value: { kind: "name", name: target.text, range }, range };
  }
  if (ts.isObjectLiteralExpression(target)) {
    return {
      kind: "object",
      entries: target.properties.flatMap((property) => readTargetEntry(reader, property)),
      range,
    };
  }
  if (ts.isArrayLiteralExpression(target)) {
    const items = target.elements.map((element) => {
      if (ts.isOmittedExpression(element)) return undefined;
      const inner = ts.isSpreadElement(element) ? element.expression : element;
      return readTarget(reader, splitDefault(inner).target);
    });
    return { kind: "array", items, range };
  }
  return { kind: "place", value: readValue(reader, target), range };
}

function readTargetEntry(reader: Reader, property: ts.ObjectLiteralElementLike): readonly Entry[] {
  if (ts.isShorthandPropertyAssignment(property)) {
    const initial = property.objectAssignmentInitializer;
    const pattern = readTarget(reader, property.name);
    return [{ key: property.name.text, pattern, ...(initial && { default: readValue(reader, initial) }) }];
  }
  if (ts.isSpreadAssignment(property)) return [{ pattern: readTarget(reader, property.expression) }];
  if (!ts.isPropertyAssignment(property)) return [];
  const { target, initial } = splitDefault(property.initializer);
  const key = keyOf(property.name);
  const pattern = readTarget(reader, target);
  return [
    { ...(key !== undefined && { key }), pattern, ...(initial && { default: readValue(reader, initial) }) },
  ];
}

function splitDefault(node: ts.Expression): {
  readonly target: ts.Expression;
  readonly initial?: ts.Expression;
} {
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    return { target: node.left, initial: node.right };
  }
  return { target: node };
}

/** A property's name where the text says it. */
export function keyOf(name: ts.PropertyName | ts.ModuleExportName): string | undefined {
  if (!ts.isComputedPropertyName(name)) return name.text;
  const key = withoutWrapping(name.expression);
  return ts.isStringLiteralLike(key) || ts.isNumericLiteral(key) ? key.text : undefined;
}

/** Parentheses, casts and assertions do nothing at run time. */
export function withoutWrapping(node: ts.Expression): ts.Expression {
  let inner = node;
  while (isWrapping(inner)) inner = inner.expression;
  return inner;
}

const wrappings = new Set<ts.SyntaxKind>([
  ts.SyntaxKind.ParenthesizedExpression,
  ts.SyntaxKind.AsExpression,
  ts.SyntaxKind.SatisfiesExpression,
  ts.SyntaxKind.NonNullExpression,
  ts.SyntaxKind.TypeAssertionExpression,
  ts.SyntaxKind.ExpressionWithTypeArguments,
]);

function isWrapping(node: ts.Expression): node is ts.ParenthesizedExpression {
  return wrappings.has(node.kind);
}
