// Reads operators: assignments, choices, arithmetic and the like.
import type { Value } from "../../../facts/module.ts";
import { ts } from "../compiler.ts";
import { noteCommonExport } from "./modules.ts";
import { readTarget } from "./patterns.ts";
import type { Reader } from "./reader.ts";
import { on, type Reads, readAll, readValue } from "./values.ts";

const Kind = ts.SyntaxKind;

export const operations: Reads = [
  on<ts.BinaryExpression>(Kind.BinaryExpression, readBinary),
  on<ts.ConditionalExpression>(Kind.ConditionalExpression, readConditional),
  on<ts.PrefixUnaryExpression>(Kind.PrefixUnaryExpression, readPrefix),
  on<ts.PostfixUnaryExpression>(Kind.PostfixUnaryExpression, readPostfix),
  on<ts.VoidExpression>(Kind.VoidExpression, readVoid),
  on<ts.TypeOfExpression>(Kind.TypeOfExpression, readUnary("typeof")),
  on<ts.DeleteExpression>(Kind.DeleteExpression, readUnary("delete")),
  on<ts.SpreadElement>(Kind.SpreadElement, readUnary("...")),
  on<ts.TaggedTemplateExpression>(Kind.TaggedTemplateExpression, readTagged),
];

function readUnary(operator: string) {
  return (
    reader: Reader,
    node: ts.TypeOfExpression | ts.DeleteExpression | ts.SpreadElement,
    range: Value["range"],
  ): Value => ({
    kind: "operation",
    operator,
    operands: [readValue(reader, node.expression)],
    range,
  });
}

function readVoid(reader: Reader, node: ts.VoidExpression, range: Value["range"]): Value {
  const operand = readValue(reader, node.expression);
  if (operand.kind === "literal") return { kind: "literal", value: undefined, range };
  return { kind: "operation", operator: "void", operands: [operand], range };
}

function readConditional(reader: Reader, node: ts.ConditionalExpression, range: Value["range"]): Value {
  const operands = readAll(reader, [node.condition, node.whenTrue, node.whenFalse]);
  return { kind: "choice", operator: "?:", operands, range };
}

function readTagged(reader: Reader, node: ts.TaggedTemplateExpression, range: Value["range"]): Value {
  const spans = ts.isTemplateExpression(node.template) ? node.template.templateSpans : [];
  const operands = [readValue(reader, node.tag), ...spans.map((span) => readValue(reader, span.expression))];
  return { kind: "operation", operator: "`", operands, range };
}

function readPostfix(reader: Reader, node: ts.PostfixUnaryExpression, range: Value["range"]): Value {
  const target = readTarget(reader, node.operand);
  return { kind: "assign", target, operator: ts.tokenToString(node.operator) ?? "", range };
}

function readPrefix(reader: Reader, node: ts.PrefixUnaryExpression, range: Value["range"]): Value {
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

const choices = new Set([Kind.QuestionQuestionToken, Kind.BarBarToken, Kind.AmpersandAmpersandToken]);

function readBinary(reader: Reader, node: ts.BinaryExpression, range: Value["range"]): Value {
  const { kind } = node.operatorToken;
  const operator = ts.tokenToString(kind) ?? "";
  if (kind >= Kind.FirstAssignment && kind <= Kind.LastAssignment) {
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
  return !choices.has(kind) && (kind < Kind.FirstAssignment || kind > Kind.LastAssignment);
}
