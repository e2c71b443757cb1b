// Reads values that are written out: constants, objects, arrays, templates, functions, classes, JSX.
import type { ObjectEntry, Value } from "../../../facts/module.ts";
import { ts } from "../compiler.ts";
import { readName } from "./access.ts";
import { readClass } from "./classes.ts";
import { readFunction } from "./functions.ts";
import { readJsx } from "./jsx.ts";
import { keyOf } from "./patterns.ts";
import { type Reader, rangeOf } from "./reader.ts";
import { on, type Reads, readAll, readValue } from "./values.ts";

const Kind = ts.SyntaxKind;

export const literals: Reads = [
  on<ts.StringLiteral>(Kind.StringLiteral, readString),
  on<ts.NoSubstitutionTemplateLiteral>(Kind.NoSubstitutionTemplateLiteral, readString),
  on<ts.NumericLiteral>(Kind.NumericLiteral, (_, node, range) => literal(Number(node.text), range)),
  on<ts.BigIntLiteral>(Kind.BigIntLiteral, (_, node, range) => literal(bigIntOf(node.text), range)),
  on<ts.TrueLiteral>(Kind.TrueKeyword, (_, _node, range) => literal(true, range)),
  on<ts.FalseLiteral>(Kind.FalseKeyword, (_, _node, range) => literal(false, range)),
  on<ts.NullLiteral>(Kind.NullKeyword, (_, _node, range) => literal(null, range)),
  on<ts.OmittedExpression>(Kind.OmittedExpression, (_, _node, range) => literal(undefined, range)),
  on<ts.ObjectLiteralExpression>(Kind.ObjectLiteralExpression, (reader, { properties }, range) => ({
    kind: "object",
    entries: properties.map((property) => readEntry(reader, property)),
    range,
  })),
  on<ts.ArrayLiteralExpression>(Kind.ArrayLiteralExpression, (reader, { elements }, range) => ({
    kind: "array",
    items: readAll(reader, elements),
    range,
  })),
  on<ts.TemplateExpression>(Kind.TemplateExpression, readTemplate),
  on<ts.ArrowFunction>(Kind.ArrowFunction, readFunctionValue),
  on<ts.FunctionExpression>(Kind.FunctionExpression, readFunctionValue),
  on<ts.ClassExpression>(Kind.ClassExpression, readClassValue),
  on<ts.JsxElement>(Kind.JsxElement, readJsx),
  on<ts.JsxSelfClosingElement>(Kind.JsxSelfClosingElement, readJsx),
  on<ts.JsxFragment>(Kind.JsxFragment, readJsx),
];

export function literal(value: Extract<Value, { kind: "literal" }>["value"], range: Value["range"]): Value {
  return { kind: "literal", value, range };
}

function readString(_: Reader, node: ts.StringLiteralLike, range: Value["range"]): Value {
  return literal(node.text, range);
}

function readTemplate(reader: Reader, node: ts.TemplateExpression, range: Value["range"]): Value {
  const parts = node.templateSpans.flatMap((span) => [readValue(reader, span.expression), span.literal.text]);
  return { kind: "template", parts: [node.head.text, ...parts], range };
}

function readFunctionValue(
  reader: Reader,
  node: ts.ArrowFunction | ts.FunctionExpression,
  range: Value["range"],
): Value {
  return { kind: "function", function: readFunction(reader, node), range };
}

function readClassValue(reader: Reader, node: ts.ClassExpression, range: Value["range"]): Value {
  const { extends: base, decorators, members } = readClass(reader, node);
  const operands = [...decorators, ...(base ? [base] : []), ...members];
  return { kind: "operation", operator: "class", operands, range };
}

function readEntry(reader: Reader, node: ts.ObjectLiteralElementLike): ObjectEntry {
  const range = rangeOf(reader, node);
  if (ts.isSpreadAssignment(node)) return { value: readValue(reader, node.expression), spread: true, range };
  if (ts.isShorthandPropertyAssignment(node)) {
    return {
      key: node.name.text,
      value: readName(reader, node.name, rangeOf(reader, node.name)),
      spread: false,
      range,
    };
  }
  const key = keyOf(node.name);
  const value: Value = ts.isPropertyAssignment(node)
    ? readValue(reader, node.initializer)
    : { kind: "function", function: readFunction(reader, node), range };
  if (key !== undefined) return { key, value, spread: false, range };
  const computed = ts.isComputedPropertyName(node.name) ? [readValue(reader, node.name.expression)] : [];
  return {
    value: { kind: "operation", operator: "[]", operands: [...computed, value], range },
    spread: false,
    range,
  };
}

function bigIntOf(text: string): bigint {
  try {
    return BigInt(text.replace(/n$/, ""));
  } catch {
    // The scanner lets broken numbers such as `0xn` through and reports them apart.
    return 0n;
  }
}
