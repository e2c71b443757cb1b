// Reads `match`: one of its cases runs, and what a pattern captures is part of the subject.
import type { Block, Pattern, Statement, Value } from "../../../facts/module.ts";
import type { Syntax } from "../syntax.ts";
import { readBlock } from "./control.ts";
import { readTarget } from "./patterns.ts";
import { childOf, childrenOf, type Reader, rangeOf } from "./reader.ts";
import { eachCapture } from "./scope.ts";
import { isExpression, readAll, readOther, readValue } from "./values.ts";

export function readMatch(reader: Reader, node: Syntax): Statement {
  const range = rangeOf(node);
  const subjects = readAll(reader, childrenOf(node, "subject"));
  const clauses = (childOf(node, "body")?.children ?? []).filter((child) => child.type === "case_clause");
  const [only = readOther(reader, node), ...rest] = subjects;
  const subject: Value = rest.length > 0 ? { kind: "array", items: subjects, range: only.range } : only;
  // Captures hold the subject, whose calls must not happen twice.
  const binding = reader.bindings.length;
  reader.bindings.push({
    name: "",
    kind: "variable",
    scope: reader.scope.function,
    range: subject.range,
    reassigned: false,
  });
  const held: Value = { kind: "name", name: "", binding, range: subject.range };
  const pattern: Pattern = { kind: "name", binding, range: subject.range };
  const cases = clauses.map((clause) => readCase(reader, clause, held));
  const tests = [held, ...cases.flatMap((each) => each.tests)];
  const branch: Statement = { kind: "branch", tests, branches: cases.map((each) => each.block), range };
  const { range: declaration } = subject;
  const kept: Statement = {
    kind: "declare",
    pattern,
    value: subject,
    exported: false,
    declaration,
    range: declaration,
  };
  return { kind: "block", body: { range, statements: [kept, branch] }, range };
}

function readCase(
  reader: Reader,
  clause: Syntax,
  subject: Value,
): { readonly tests: readonly Value[]; readonly block: Block } {
  const captures: Statement[] = [];
  const tests: Value[] = [];
  for (const pattern of clause.children.filter((child) => child.type === "case_pattern")) {
    eachCapture(reader, pattern, (name) => {
      const range = rangeOf(name);
      const part: Value = { kind: "operation", operator: "case", operands: [subject], range };
      const target = readTarget(reader, name);
      captures.push({
        kind: "declare",
        pattern: target,
        value: part,
        exported: false,
        declaration: range,
        range,
      });
    });
    tests.push(...comparedWith(reader, pattern));
  }
  const guard = childOf(clause, "guard")?.children[0];
  if (guard) tests.push(readValue(reader, guard));
  const block = readBlock(reader, childOf(clause, "consequence"), clause);
  return { tests, block: { range: block.range, statements: [...captures, ...block.statements] } };
}

/** Constants and classes that a pattern looks for. */
function comparedWith(reader: Reader, node: Syntax): readonly Value[] {
  if (node.type === "class_pattern") {
    const [name, ...rest] = node.children;
    return [
      ...(name ? [readValue(reader, name)] : []),
      ...rest.flatMap((child) => comparedWith(reader, child)),
    ];
  }
  if (node.type === "dotted_name") return node.children.length > 1 ? [readValue(reader, node)] : [];
  if (node.type === "identifier") return [];
  const isValue = isExpression(node) && !nesting.has(node.type);
  return isValue ? [readValue(reader, node)] : node.children.flatMap((child) => comparedWith(reader, child));
}

const nesting = new Set(["case_pattern", "list_pattern", "tuple_pattern", "as_pattern"]);
