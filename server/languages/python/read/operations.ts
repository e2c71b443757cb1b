// Reads operators: choices, comparisons, arithmetic, `:=`, slices, spreads.
import type { Value } from "../../../facts/module.ts";
import type { Syntax } from "../syntax.ts";
import { literal } from "./literals.ts";
import { readTarget } from "./patterns.ts";
import { childOf, childrenOf, type Reader, rangeOf, textOf } from "./reader.ts";
import { type Reads, readAll, readOther, readValue } from "./values.ts";

export const operations: Reads = [
  ["parenthesized_expression", readInner],
  ["named_expression", readNamed],
  ["boolean_operator", readBoolean],
  ["binary_operator", readBinary],
  ["unary_operator", readUnary],
  ["not_operator", readNot],
  ["comparison_operator", readComparison],
  ["conditional_expression", readConditional],
  ["list_splat", readSplat],
  ["list_splat_pattern", readSplat],
  ["slice", readSlice],
  ["as_pattern", readInner],
  ["case_pattern", readInner],
];

/** Parentheses do nothing at run time. */
function readInner(reader: Reader, node: Syntax): Value {
  const [inner] = node.children;
  return inner ? readValue(reader, inner) : readOther(reader, node);
}

function readNamed(reader: Reader, node: Syntax): Value {
  const [name, value] = [childOf(node, "name"), childOf(node, "value")];
  if (!name || !value) return readOther(reader, node);
  const read = readValue(reader, value);
  return {
    kind: "assign",
    target: readTarget(reader, name),
    operator: "=",
    value: read,
    range: rangeOf(node),
  };
}

function readBoolean(reader: Reader, node: Syntax): Value {
  const operator = operatorOf(reader, node);
  const operands = chainOf(node, (left) => left.type === node.type && operatorOf(reader, left) === operator);
  const neutral = operator === "and" ? "&&" : "||";
  return { kind: "choice", operator: neutral, operands: readAll(reader, operands), range: rangeOf(node) };
}

function readBinary(reader: Reader, node: Syntax): Value {
  const operands = chainOf(node, (left) => left.type === node.type);
  return operation(reader, node, operatorOf(reader, node), operands);
}

/** Long chains lean to the left, hundreds of levels deep: they are read as one list. */
function chainOf(node: Syntax, joins: (left: Syntax) => boolean): readonly Syntax[] {
  const operands: Syntax[] = [];
  let at: Syntax | undefined = node;
  while (at) {
    const [left, right]: readonly (Syntax | undefined)[] = [childOf(at, "left"), childOf(at, "right")];
    if (right) operands.push(right);
    if (!left) break;
    at = joins(left) ? left : undefined;
    if (!at) operands.push(left);
  }
  return operands.reverse();
}

function readUnary(reader: Reader, node: Syntax): Value {
  const operand = childOf(node, "argument");
  if (!operand) return readOther(reader, node);
  const operator = operatorOf(reader, node);
  const value = readValue(reader, operand);
  if (operator === "-" && value.kind === "literal" && typeof value.value === "number") {
    return literal(-value.value, node);
  }
  return { kind: "operation", operator, operands: [value], range: rangeOf(node) };
}

function readNot(reader: Reader, node: Syntax): Value {
  const operand = childOf(node, "argument");
  return operation(reader, node, "!", operand ? [operand] : []);
}

function readComparison(reader: Reader, node: Syntax): Value {
  const operators = childrenOf(node, "operators");
  const operands = node.children.filter((child) => child.field !== "operators");
  const operator = operators[0] ? textOf(reader, operators[0]).replace(/\s+/g, " ") : "";
  return isMainTest(reader, operator, operands)
    ? literal(false, node)
    : operation(reader, node, operator, operands);
}

/** `__name__ == "__main__"`: a module that a platform imports is never the main one. */
function isMainTest(reader: Reader, operator: string, operands: readonly Syntax[]): boolean {
  const texts = operands.map((operand) => textOf(reader, operand));
  return (
    operator === "==" && texts.includes("__name__") && texts.some((text) => /^["']__main__["']$/.test(text))
  );
}

function readConditional(reader: Reader, node: Syntax): Value {
  const [whenTrue, condition, whenFalse] = node.children;
  if (!whenTrue || !condition || !whenFalse) return readOther(reader, node);
  const operands = readAll(reader, [condition, whenTrue, whenFalse]);
  return { kind: "choice", operator: "?:", operands, range: rangeOf(node) };
}

function readSplat(reader: Reader, node: Syntax): Value {
  return operation(reader, node, "...", node.children.slice(-1));
}

function readSlice(reader: Reader, node: Syntax): Value {
  return operation(reader, node, ":", node.children);
}

function operation(reader: Reader, node: Syntax, operator: string, operands: readonly Syntax[]): Value {
  return { kind: "operation", operator, operands: readAll(reader, operands), range: rangeOf(node) };
}

function operatorOf(reader: Reader, node: Syntax): string {
  const operator = childOf(node, "operator");
  return operator ? textOf(reader, operator) : "";
}
