// Reads what reaches for something: names, members, calls, `await`.
import type { Value } from "../../../facts/module.ts";
import { ts } from "../compiler.ts";
import { noteExportsUse, noteRequire } from "./modules.ts";
import { withoutWrapping } from "./patterns.ts";
import { lookup, type Reader, rangeOf } from "./reader.ts";
import { on, type Reads, readAll, readOther, readValue } from "./values.ts";

const Kind = ts.SyntaxKind;

export const accesses: Reads = [
  on<ts.Identifier>(Kind.Identifier, readName),
  on<ts.PropertyAccessExpression>(Kind.PropertyAccessExpression, readProperty),
  on<ts.ElementAccessExpression>(Kind.ElementAccessExpression, readElement),
  on<ts.CallExpression>(Kind.CallExpression, readCall),
  on<ts.NewExpression>(Kind.NewExpression, readNew),
  on<ts.AwaitExpression>(Kind.AwaitExpression, readAwait),
  on<ts.YieldExpression>(Kind.YieldExpression, (reader, { expression }, range) => ({
    kind: "yield",
    ...(expression && { value: readValue(reader, expression) }),
    range,
  })),
  on<ts.MetaProperty>(Kind.MetaProperty, (reader, node, range) => {
    if (node.keywordToken === Kind.ImportKeyword) reader.esm = true;
    return readOther(reader, node, range);
  }),
];

export function readName(reader: Reader, node: ts.Identifier, range: Value["range"]): Value {
  if (node.text === "") return readOther(reader, node, range);
  const binding = lookup(reader, node.text);
  if (binding !== undefined) return { kind: "name", name: node.text, binding, range };
  if (node.text === "undefined") return { kind: "literal", value: undefined, range };
  noteExportsUse(reader, node.text);
  return { kind: "name", name: node.text, range };
}

function readNew(reader: Reader, node: ts.NewExpression, range: Value["range"]): Value {
  const callee = readValue(reader, node.expression);
  const args = readAll(reader, node.arguments ?? []);
  return { kind: "call", callee, args, construct: true, optional: false, range };
}

function readAwait(reader: Reader, node: ts.AwaitExpression, range: Value["range"]): Value {
  if (reader.scope.function === 0) reader.esm = true;
  return { kind: "await", value: readValue(reader, node.expression), range };
}

function readProperty(reader: Reader, node: ts.PropertyAccessExpression, range: Value["range"]): Value {
  return {
    kind: "member",
    object: readValue(reader, node.expression),
    property: node.name.text,
    optional: node.questionDotToken !== undefined,
    range,
  };
}

function readElement(reader: Reader, node: ts.ElementAccessExpression, range: Value["range"]): Value {
  const object = readValue(reader, node.expression);
  const argument = withoutWrapping(node.argumentExpression);
  const known = ts.isStringLiteralLike(argument) || ts.isNumericLiteral(argument);
  return {
    kind: "member",
    object,
    ...(known ? { property: argument.text } : { key: readValue(reader, argument) }),
    optional: node.questionDotToken !== undefined,
    range,
  };
}

function readCall(reader: Reader, node: ts.CallExpression, range: Value["range"]): Value {
  const callee = readCallee(reader, node);
  return {
    kind: "call",
    callee,
    args: readAll(reader, node.arguments),
    construct: false,
    optional: node.questionDotToken !== undefined,
    range,
  };
}

/** `require` and `import` keep their names, so that nobody needs a word for a call that is an import. */
function readCallee(reader: Reader, node: ts.CallExpression): Value {
  const form = noteRequire(reader, node);
  if (form) return { kind: "name", name: form, range: rangeOf(reader, node.expression) };
  return readValue(reader, node.expression);
}
