// Reads comprehensions: functions of their own that loop and are called on the spot.
//   [f(x) for x in xs if x]   →   result = []; for x in xs: if x: result = [f(x)]; return result
import type { Pattern, Statement, Value } from "../../../facts/module.ts";
import type { Syntax } from "../syntax.ts";
import { reserveFunction } from "./functions.ts";
import { readEntry } from "./literals.ts";
import { readTarget } from "./patterns.ts";
import { childOf, innerScope, type Reader, rangeOf, type Scope, withScope } from "./reader.ts";
import { declareName, eachTarget } from "./scope.ts";
import { readOther, readValue } from "./values.ts";

export function readComprehension(reader: Reader, node: Syntax): Value {
  const range = rangeOf(node);
  const id = reserveFunction(reader);
  const parent = reader.scope.function;
  const scope = innerScope(reader, "function", id);
  const clauses = node.children.filter(
    (child) => child.type === "for_in_clause" || child.type === "if_clause",
  );
  for (const clause of clauses) {
    if (clause.type === "for_in_clause") {
      eachTarget(childOf(clause, "left"), (name) => declareName(reader, scope, name, "variable"));
    }
  }
  const result = reader.bindings.length;
  reader.bindings.push({ name: "", kind: "variable", scope: id, range, reassigned: true });
  const target: Pattern = { kind: "name", binding: result, range };
  const statements: readonly Statement[] = [
    {
      kind: "declare",
      pattern: target,
      value: { kind: "array", items: [], range },
      exported: false,
      declaration: range,
      range,
    },
    ...readClauses(reader, scope, node, clauses, target),
    { kind: "return", value: { kind: "name", name: "", binding: result, range }, range },
  ];
  reader.functions[id] = {
    kind: "arrow",
    async: clauses.some(isAsync),
    generator: false,
    parameters: [],
    body: { range, statements },
    range,
    parent,
  };
  const callee: Value = { kind: "function", function: id, range };
  return { kind: "call", callee, args: [], construct: false, optional: false, range };
}

function isAsync(clause: Syntax): boolean {
  return clause.children.some((child) => child.type === "async");
}

/** What the clauses from this one on do. The first iterable belongs to the code around. */
function readClauses(
  reader: Reader,
  scope: Scope,
  node: Syntax,
  [clause, ...rest]: readonly Syntax[],
  target: Pattern,
  first = true,
): readonly Statement[] {
  if (!clause) return [withScope(reader, scope, () => readElement(reader, node, target))];
  const range = rangeOf(clause);
  if (clause.type === "if_clause") {
    const [condition] = clause.children;
    const test = withScope(reader, scope, () => readValue(reader, condition ?? clause));
    const statements = readClauses(reader, scope, node, rest, target, false);
    return [{ kind: "branch", tests: [test], branches: [{ range: rangeOf(node), statements }], range }];
  }
  const [left, right] = [childOf(clause, "left"), childOf(clause, "right")];
  const read = () => (right ? readValue(reader, right) : readOther(reader, clause));
  const header = [first ? read() : withScope(reader, scope, read)];
  const pattern = left && withScope(reader, scope, () => readTarget(reader, left));
  const statements = readClauses(reader, scope, node, rest, target, false);
  const body = { range: rangeOf(node), statements };
  return [{ kind: "loop", header, ...(pattern && { pattern }), body, async: isAsync(clause), range }];
}

/** The result holds the element: one stands for all. */
function readElement(reader: Reader, node: Syntax, target: Pattern): Statement {
  const body = childOf(node, "body") ?? node.children[0];
  const range = rangeOf(body ?? node);
  const value: Value =
    body?.type === "pair"
      ? { kind: "object", entries: [readEntry(reader, body)], range }
      : { kind: "array", items: [body ? readValue(reader, body) : readOther(reader, node)], range };
  return { kind: "expression", value: { kind: "assign", target, operator: "=", value, range }, range };
}
