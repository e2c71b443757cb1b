// Reads expressions, in the order in which they are evaluated.
import type { ObjectEntry, Value } from "../../../facts/module.ts";
import { ts } from "../compiler.ts";
import { readClass } from "./classes.ts";
import { readFunction } from "./functions.ts";
import { readJsx } from "./jsx.ts";
import { noteCommonExport, noteExportsUse, noteRequire } from "./modules.ts";
import { keyOf, readTarget, withoutWrapping } from "./patterns.ts";
import { lookup, type Reader, rangeOf } from "./reader.ts";

export function readValue(reader: Reader, wrapped: ts.Expression): Value {
  const node = withoutWrapping(wrapped);
  const range = rangeOf(reader, node);
  switch (node.kind) {
    case ts.SyntaxKind.Identifier:
      return readName(reader, node as ts.Identifier);
    case ts.SyntaxKind.StringLiteral:
    case ts.SyntaxKind.NoSubstitutionTemplateLiteral:
      return { kind: "literal", value: (node as ts.StringLiteralLike).text, range };
    case ts.SyntaxKind.NumericLiteral:
      return { kind: "literal", value: Number((node as ts.NumericLiteral).text), range };
    case ts.SyntaxKind.BigIntLiteral:
      return { kind: "literal", value: bigIntOf((node as ts.BigIntLiteral).text), range };
    case ts.SyntaxKind.TrueKeyword:
    case ts.SyntaxKind.FalseKeyword:
      return { kind: "literal", value: node.kind === ts.SyntaxKind.TrueKeyword, range };
    case ts.SyntaxKind.NullKeyword:
      return { kind: "literal", value: null, range };
    case ts.SyntaxKind.OmittedExpression:
      return { kind: "literal", value: undefined, range };
    case ts.SyntaxKind.PropertyAccessExpression:
      return readProperty(reader, node as ts.PropertyAccessExpression);
    case ts.SyntaxKind.ElementAccessExpression:
      return readElement(reader, node as ts.ElementAccessExpression);
    case ts.SyntaxKind.CallExpression:
      return readCall(reader, node as ts.CallExpression);
    case ts.SyntaxKind.NewExpression: {
      const { expression, arguments: args } = node as ts.NewExpression;
      const callee = readValue(reader, expression);
      return {
        kind: "call",
        callee,
        args: readAll(reader, args ?? []),
        construct: true,
        optional: false,
        range,
      };
    }
    case ts.SyntaxKind.AwaitExpression:
      if (reader.scope.function === 0) reader.esm = true;
      return { kind: "await", value: readValue(reader, (node as ts.AwaitExpression).expression), range };
    case ts.SyntaxKind.YieldExpression: {
      const { expression } = node as ts.YieldExpression;
      return { kind: "yield", ...(expression && { value: readValue(reader, expression) }), range };
    }
    case ts.SyntaxKind.ObjectLiteralExpression: {
      const { properties } = node as ts.ObjectLiteralExpression;
      return { kind: "object", entries: properties.map((property) => readEntry(reader, property)), range };
    }
    case ts.SyntaxKind.ArrayLiteralExpression:
      return { kind: "array", items: readAll(reader, (node as ts.ArrayLiteralExpression).elements), range };
    case ts.SyntaxKind.ArrowFunction:
    case ts.SyntaxKind.FunctionExpression:
      return {
        kind: "function",
        function: readFunction(reader, node as ts.ArrowFunction | ts.FunctionExpression),
        range,
      };
    case ts.SyntaxKind.ClassExpression: {
      const { extends: base, decorators, members } = readClass(reader, node as ts.ClassExpression);
      const operands = [...decorators, ...(base ? [base] : []), ...members];
      return { kind: "operation", operator: "class", operands, range };
    }
    case ts.SyntaxKind.TemplateExpression: {
      const { head, templateSpans } = node as ts.TemplateExpression;
      const parts = templateSpans.flatMap((span) => [readValue(reader, span.expression), span.literal.text]);
      return { kind: "template", parts: [head.text, ...parts], range };
    }
    case ts.SyntaxKind.TaggedTemplateExpression: {
      const { tag, template } = node as ts.TaggedTemplateExpression;
      const spans = ts.isTemplateExpression(template) ? template.templateSpans : [];
      const operands = [readValue(reader, tag), ...spans.map((span) => readValue(reader, span.expression))];
      return { kind: "operation", operator: "`", operands, range };
    }
    case ts.SyntaxKind.BinaryExpression:
      return readBinary(reader, node as ts.BinaryExpression);
    case ts.SyntaxKind.ConditionalExpression: {
      const { condition, whenTrue, whenFalse } = node as ts.ConditionalExpression;
      return {
        kind: "choice",
        operator: "?:",
        operands: readAll(reader, [condition, whenTrue, whenFalse]),
        range,
      };
    }
    case ts.SyntaxKind.PrefixUnaryExpression:
      return readPrefix(reader, node as ts.PrefixUnaryExpression);
    case ts.SyntaxKind.PostfixUnaryExpression: {
      const { operand, operator } = node as ts.PostfixUnaryExpression;
      return {
        kind: "assign",
        target: readTarget(reader, operand),
        operator: ts.tokenToString(operator) ?? "++",
        range,
      };
    }
    case ts.SyntaxKind.VoidExpression: {
      const operand = readValue(reader, (node as ts.VoidExpression).expression);
      if (operand.kind === "literal") return { kind: "literal", value: undefined, range };
      return { kind: "operation", operator: "void", operands: [operand], range };
    }
    case ts.SyntaxKind.TypeOfExpression:
    case ts.SyntaxKind.DeleteExpression: {
      const operator = node.kind === ts.SyntaxKind.TypeOfExpression ? "typeof" : "delete";
      const operand = readValue(reader, (node as ts.TypeOfExpression | ts.DeleteExpression).expression);
      return { kind: "operation", operator, operands: [operand], range };
    }
    case ts.SyntaxKind.SpreadElement:
      return {
        kind: "operation",
        operator: "...",
        operands: [readValue(reader, (node as ts.SpreadElement).expression)],
        range,
      };
    case ts.SyntaxKind.JsxElement:
    case ts.SyntaxKind.JsxSelfClosingElement:
    case ts.SyntaxKind.JsxFragment:
      return readJsx(reader, node as ts.JsxElement | ts.JsxSelfClosingElement | ts.JsxFragment);
    case ts.SyntaxKind.MetaProperty:
      if ((node as ts.MetaProperty).keywordToken === ts.SyntaxKind.ImportKeyword) reader.esm = true;
      return { kind: "other", text: node.getText(reader.source), parts: [], range };
    default:
      return { kind: "other", text: node.getText(reader.source), parts: [], range };
  }
}

export function readAll(reader: Reader, nodes: readonly ts.Expression[]): readonly Value[] {
  return nodes.map((node) => readValue(reader, node));
}

function readName(reader: Reader, node: ts.Identifier): Value {
  const range = rangeOf(reader, node);
  const binding = lookup(reader, node.text);
  if (binding !== undefined) return { kind: "name", name: node.text, binding, range };
  if (node.text === "undefined") return { kind: "literal", value: undefined, range };
  noteExportsUse(reader, node.text);
  return { kind: "name", name: node.text, range };
}

function readProperty(reader: Reader, node: ts.PropertyAccessExpression): Value {
  return {
    kind: "member",
    object: readValue(reader, node.expression),
    property: node.name.text,
    optional: node.questionDotToken !== undefined,
    range: rangeOf(reader, node),
  };
}

function readElement(reader: Reader, node: ts.ElementAccessExpression): Value {
  const object = readValue(reader, node.expression);
  const argument = withoutWrapping(node.argumentExpression);
  const known = ts.isStringLiteralLike(argument) || ts.isNumericLiteral(argument);
  return {
    kind: "member",
    object,
    ...(known ? { property: argument.text } : { key: readValue(reader, argument) }),
    optional: node.questionDotToken !== undefined,
    range: rangeOf(reader, node),
  };
}

function readCall(reader: Reader, node: ts.CallExpression): Value {
  const callee = readCallee(reader, node);
  return {
    kind: "call",
    callee,
    args: readAll(reader, node.arguments),
    construct: false,
    optional: node.questionDotToken !== undefined,
    range: rangeOf(reader, node),
  };
}

/** `require` and `import` keep their names, so that nobody needs a word for a call that is an import. */
function readCallee(reader: Reader, node: ts.CallExpression): Value {
  const form = noteRequire(reader, node);
  if (form) return { kind: "name", name: form, range: rangeOf(reader, node.expression) };
  return readValue(reader, node.expression);
}

function readPrefix(reader: Reader, node: ts.PrefixUnaryExpression): Value {
  const range = rangeOf(reader, node);
  const operator = ts.tokenToString(node.operator) ?? "";
  if (operator === "++" || operator === "--") {
    return { kind: "assign", target: readTarget(reader, node.operand), operator, range };
  }
  const operand = readValue(reader, node.operand);
  if (operator === "-" && operand.kind === "literal" && typeof operand.value === "number") {
    return { kind: "literal", value: -operand.value, range };
  }
  return { kind: "operation", operator, operands: [operand], range };
}

const choices = new Set([
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.AmpersandAmpersandToken,
]);

function readBinary(reader: Reader, node: ts.BinaryExpression): Value {
  const range = rangeOf(reader, node);
  const { kind } = node.operatorToken;
  const operator = ts.tokenToString(kind) ?? "";
  if (kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment) {
    const target = readTarget(reader, node.left);
    const value = readValue(reader, node.right);
    if (operator === "=") noteCommonExport(reader, node, value);
    return { kind: "assign", target, operator, value, range };
  }
  // Long chains lean to the left, hundreds of levels deep: they are read as one list.
  const operands: ts.Expression[] = [node.right];
  const isChoice = choices.has(kind);
  let left = node.left;
  while (ts.isBinaryExpression(left) && (isChoice ? left.operatorToken.kind === kind : isPlain(left))) {
    operands.push(left.right);
    left = left.left;
  }
  operands.push(left);
  operands.reverse();
  return { kind: isChoice ? "choice" : "operation", operator, operands: readAll(reader, operands), range };
}

function isPlain({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return !choices.has(kind) && (kind < ts.SyntaxKind.FirstAssignment || kind > ts.SyntaxKind.LastAssignment);
}

function readEntry(reader: Reader, node: ts.ObjectLiteralElementLike): ObjectEntry {
  const range = rangeOf(reader, node);
  if (ts.isSpreadAssignment(node)) return { value: readValue(reader, node.expression), spread: true, range };
  if (ts.isShorthandPropertyAssignment(node)) {
    return { key: node.name.text, value: readName(reader, node.name), spread: false, range };
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
