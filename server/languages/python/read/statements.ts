// Reads statements, in the order in which they run.
import type { Pattern, Statement, Value } from "../../../facts/module.ts";
import type { Syntax } from "../syntax.ts";
import { readClassStatement } from "./classes.ts";
import { readFor, readIf, readTry, readWhile, readWith } from "./control.ts";
import { readFunction } from "./functions.ts";
import { readImport, readImportFrom } from "./imports.ts";
import { readMatch } from "./matching.ts";
import { declares, readTarget } from "./patterns.ts";
import { childOf, childrenOf, lookup, markReassigned, type Reader, rangeOf, textOf } from "./reader.ts";
import { isExpression, readAll, readOther, readValue } from "./values.ts";

export function readStatements(reader: Reader, nodes: readonly Syntax[]): readonly Statement[] {
  return nodes.flatMap((node) => readStatement(reader, node));
}

function readStatement(reader: Reader, node: Syntax): readonly Statement[] {
  const range = rangeOf(node);
  switch (node.type) {
    case "expression_statement":
      return readExpressionStatement(reader, node);
    case "return_statement": {
      const [value] = node.children;
      return [{ kind: "return", ...(value && { value: readValue(reader, value) }), range }];
    }
    case "raise_statement":
      return [{ kind: "throw", value: readRaised(reader, node), range }];
    case "if_statement":
      return [readIf(reader, node)];
    case "match_statement":
      return [readMatch(reader, node)];
    case "for_statement":
      return [readFor(reader, node)];
    case "while_statement":
      return [readWhile(reader, node)];
    case "try_statement":
      return [readTry(reader, node)];
    case "with_statement":
      return [readWith(reader, node)];
    case "break_statement":
    case "continue_statement":
      return [{ kind: "jump", range }];
    case "function_definition":
    case "class_definition":
    case "decorated_definition": {
      const definition = definitionIn(node);
      if (!definition) return [{ kind: "inert", range }];
      return definition.type === "class_definition"
        ? [readClassStatement(reader, definition, node)]
        : [readFunctionStatement(reader, definition, node)];
    }
    case "import_statement":
      readImport(reader, node);
      return [{ kind: "inert", range }];
    case "import_from_statement":
      readImportFrom(reader, node);
      return [{ kind: "inert", range }];
    case "delete_statement":
      return [{ kind: "expression", value: readDelete(reader, node), range }];
    case "assert_statement":
      return [
        { kind: "expression", value: operation("assert", readAll(reader, node.children), range), range },
      ];
    case "print_statement":
    case "exec_statement":
      return [{ kind: "expression", value: readOldCall(reader, node), range }];
    case "block":
    case "ERROR":
      return readBroken(reader, node);
    default:
      return isExpression(node)
        ? [{ kind: "expression", value: readValue(reader, node), range }]
        : [{ kind: "inert", range }];
  }
}

/** The definition behind decorators, or the node itself where it is one. */
export function definitionIn(node: Syntax): Syntax | undefined {
  if (node.type === "decorated_definition") return childOf(node, "definition");
  return node.type === "function_definition" || node.type === "class_definition" ? node : undefined;
}

/** What stands within an error: statements and expressions keep their calls, other tokens say nothing. */
function readBroken(reader: Reader, node: Syntax): readonly Statement[] {
  return node.children
    .filter((child) => child.end > child.start)
    .flatMap((child) => readStatement(reader, child));
}

function readExpressionStatement(reader: Reader, node: Syntax): readonly Statement[] {
  const range = rangeOf(node);
  const [first, ...rest] = node.children;
  if (!first) return [{ kind: "inert", range }];
  if (rest.length > 0 || textOf(reader, node).endsWith(",")) {
    return [
      { kind: "expression", value: { kind: "array", items: readAll(reader, node.children), range }, range },
    ];
  }
  if (first.type === "assignment") return readAssignment(reader, first, range);
  const value =
    first.type === "augmented_assignment" ? readAugmented(reader, first) : readValue(reader, first);
  return [{ kind: "expression", value, range }];
}

/** `a = b = value` sets its targets from left to right. */
function readAssignment(reader: Reader, node: Syntax, range: Statement["range"]): readonly Statement[] {
  const targets: Syntax[] = [];
  let at: Syntax | undefined = node;
  while (at?.type === "assignment") {
    targets.push(...childrenOf(at, "left"));
    at = childOf(at, "right");
  }
  // `x: int` alone says nothing at run time.
  if (!at) return [{ kind: "inert", range }];
  const value = at.type === "augmented_assignment" ? readAugmented(reader, at) : readValue(reader, at);
  const patterns = targets.map((target) => readTarget(reader, target));
  const names = patterns.filter((pattern) => pattern.kind === "name");
  const [source] = names;
  if (patterns.length < 2 || names.length < patterns.length || !source) {
    return [setAll(reader, patterns, value, range)];
  }
  // Names among themselves: all but the first are set to what the first holds.
  return names.map((pattern, index) => {
    const held = index === 0 ? value : nameOf(reader, source);
    return setAll(reader, [pattern], held, range);
  });
}

function nameOf(reader: Reader, { binding, range }: Extract<Pattern, { kind: "name" }>): Value {
  return { kind: "name", name: reader.bindings[binding]?.name ?? "", binding, range };
}

function setAll(
  reader: Reader,
  [first, ...rest]: readonly Pattern[],
  value: Value,
  range: Statement["range"],
): Statement {
  const inner = rest.reduceRight<Value>(
    (held, target) => ({ kind: "assign", target, operator: "=", value: held, range: spanOf(target, value) }),
    value,
  );
  if (!first) return { kind: "expression", value, range };
  if (declares(reader, first)) {
    const exported = reader.scope.kind === "module";
    return { kind: "declare", pattern: first, value: inner, exported, declaration: range, range };
  }
  const assigned: Value = { kind: "assign", target: first, operator: "=", value: inner, range };
  return { kind: "expression", value: assigned, range };
}

function spanOf(target: Pattern, value: Value): Value["range"] {
  return { start: target.range.start, end: value.range.end };
}

function readAugmented(reader: Reader, node: Syntax): Value {
  const [left, operator, right] = [childOf(node, "left"), childOf(node, "operator"), childOf(node, "right")];
  if (!left || !operator || !right) return readOther(reader, node);
  const value = right.type === "assignment" ? readOther(reader, right) : readValue(reader, right);
  const target = readTarget(reader, left);
  if (target.kind === "name") markReassigned(reader, target.binding);
  return { kind: "assign", target, operator: textOf(reader, operator), value, range: rangeOf(node) };
}

/** `raise` alone raises again what is being handled. */
function readRaised(reader: Reader, node: Syntax): Value {
  const values = readAll(
    reader,
    node.children.filter((child) => child.type !== "from"),
  );
  const [only] = values;
  if (values.length === 1 && only) return only;
  return { kind: "other", text: "raise", parts: values, range: rangeOf(node) };
}

function readDelete(reader: Reader, node: Syntax): Value {
  const operands = readAll(reader, node.children).flatMap((value) =>
    value.kind === "array" ? value.items : [value],
  );
  for (const operand of operands) {
    if (operand.kind === "name" && operand.binding !== undefined) markReassigned(reader, operand.binding);
  }
  return operation("delete", operands, rangeOf(node));
}

/** `print x`, as Python 2 had it. */
function readOldCall(reader: Reader, node: Syntax): Value {
  const range = rangeOf(node);
  const name = node.type === "exec_statement" ? "exec" : "print";
  const callee: Value = { kind: "name", name, range: { start: node.start, end: node.start + name.length } };
  const args = readAll(reader, node.children);
  return { kind: "call", callee, args, construct: false, optional: false, range };
}

function operation(operator: string, operands: readonly Value[], range: Value["range"]): Value {
  return { kind: "operation", operator, operands, range };
}

function readFunctionStatement(reader: Reader, node: Syntax, whole: Syntax): Statement {
  const range = rangeOf(whole);
  const nameNode = childOf(node, "name");
  const found = nameNode && lookup(reader, textOf(reader, nameNode));
  const draft = found?.kind === "binding" ? reader.bindings[found.binding] : undefined;
  if (found?.kind === "binding" && draft?.range.start !== nameNode?.start)
    markReassigned(reader, found.binding);
  const id = readFunction(reader, node, whole);
  if (draft) draft.function = id;
  return { kind: "function", function: id, range };
}
