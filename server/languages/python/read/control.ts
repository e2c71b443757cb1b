// Reads the statements that decide what runs: `if`, loops, `try`, `with`.
import type { Block, Statement, Value } from "../../../facts/module.ts";
import type { Syntax } from "../syntax.ts";
import { literal } from "./literals.ts";
import { readTarget } from "./patterns.ts";
import { childOf, childrenOf, type Reader, rangeOf, textOf } from "./reader.ts";
import { readStatements } from "./statements.ts";
import { readAll, readOther, readValue } from "./values.ts";

export function readBlock(reader: Reader, node: Syntax | undefined, around: Syntax): Block {
  if (!node) return { range: { start: around.end, end: around.end }, statements: [] };
  return { range: rangeOf(node), statements: readStatements(reader, node.children) };
}

export function readIf(reader: Reader, node: Syntax): Statement {
  const [next, ...rest] = childrenOf(node, "alternative");
  return readBranch(reader, node, next, rest);
}

/** `elif` is an `if` within the other branch. */
function readBranch(
  reader: Reader,
  node: Syntax,
  next: Syntax | undefined,
  rest: readonly Syntax[],
): Statement {
  const end = rest.at(-1)?.end ?? next?.end ?? node.end;
  const condition = childOf(node, "condition");
  const typesOnly = condition !== undefined && /^(?:\w+\.)?TYPE_CHECKING$/.test(textOf(reader, condition));
  const test = !condition
    ? readOther(reader, node)
    : typesOnly
      ? literal(false, condition)
      : readValue(reader, condition);
  const outer = reader.typeOnly;
  reader.typeOnly ||= typesOnly;
  const branches = [readBlock(reader, childOf(node, "consequence"), node)];
  reader.typeOnly = outer;
  if (next?.type === "elif_clause") {
    const [following, ...others] = rest;
    const statement = readBranch(reader, next, following, others);
    branches.push({ range: { start: next.start, end }, statements: [statement] });
  } else if (next) branches.push(readBlock(reader, childOf(next, "body"), next));
  return { kind: "branch", tests: [test], branches, range: { start: node.start, end } };
}

export function readWhile(reader: Reader, node: Syntax): Statement {
  const condition = childOf(node, "condition");
  const header = [condition ? readValue(reader, condition) : readOther(reader, node)];
  const body = readBlock(reader, childOf(node, "body"), node);
  return withElse(reader, node, { kind: "loop", header, body, async: false, range: rangeOf(node) });
}

export function readFor(reader: Reader, node: Syntax): Statement {
  const [left, right] = [childOf(node, "left"), childOf(node, "right")];
  const header = [right ? readValue(reader, right) : readOther(reader, node)];
  const pattern = left && readTarget(reader, left);
  const body = readBlock(reader, childOf(node, "body"), node);
  const async = isAsync(node);
  return withElse(reader, node, {
    kind: "loop",
    header,
    ...(pattern && { pattern }),
    body,
    async,
    range: rangeOf(node),
  });
}

function isAsync(node: Syntax): boolean {
  return node.children.some((child) => child.type === "async");
}

/** An `else` that runs unless a `break` or an exception came before it. */
function withElse(reader: Reader, node: Syntax, statement: Statement): Statement {
  const clause = node.children.find((child) => child.type === "else_clause");
  if (!clause) return statement;
  const range = rangeOf(node);
  const own = { ...statement, range: { start: node.start, end: clause.start } };
  return { kind: "block", body: { range, statements: [own, readElse(reader, clause)] }, range };
}

function readElse(reader: Reader, clause: Syntax): Statement {
  const branches = [readBlock(reader, childOf(clause, "body"), clause)];
  return { kind: "branch", tests: [], branches, range: rangeOf(clause) };
}

export function readTry(reader: Reader, node: Syntax): Statement {
  const range = rangeOf(node);
  const body = readBlock(reader, childOf(node, "body"), node);
  const handlers = node.children.filter((child) => child.type === "except_clause");
  const handler = handlers.length > 0 ? readHandlers(reader, handlers) : undefined;
  const otherwise = node.children.find((child) => child.type === "else_clause");
  const last = node.children.find((child) => child.type === "finally_clause");
  const following = otherwise && readElse(reader, otherwise);
  const finalizer = last && readBlock(reader, last.children.find(isBlock), last);
  const caught = { kind: "try", body, ...(handler && { handler }) } as const;
  if (!following) return { ...caught, ...(finalizer && { finalizer }), range };
  const inner: Block = { range, statements: [{ ...caught, range }, following] };
  return finalizer ? { kind: "try", body: inner, finalizer, range } : { kind: "block", body: inner, range };
}

function isBlock(node: Syntax): boolean {
  return node.type === "block";
}

/** One of several `except` clauses runs. */
function readHandlers(reader: Reader, clauses: readonly Syntax[]): Block {
  const [first] = clauses;
  const read = clauses.map((clause) => readHandler(reader, clause));
  const [only] = read;
  const range = { start: first?.start ?? 0, end: clauses.at(-1)?.end ?? 0 };
  if (read.length === 1 && only) return only.block;
  const tests = read.flatMap((handler) => handler.tests);
  const branches = read.map((handler) => handler.block);
  return { range, statements: [{ kind: "branch", tests, branches, range }] };
}

function readHandler(
  reader: Reader,
  clause: Syntax,
): { readonly tests: readonly Value[]; readonly block: Block } {
  const values = childrenOf(clause, "value");
  const [only] = values;
  const named = values.length === 1 && only?.type === "as_pattern" ? only : undefined;
  const alias = childOf(clause, "alias") ?? (named && childOf(named, "alias"));
  const tests = readAll(reader, named ? named.children.slice(0, 1) : values);
  const pattern = alias && readTarget(reader, alias);
  const block = readBlock(reader, clause.children.find(isBlock), clause);
  if (!pattern) return { tests, block };
  const range = pattern.range;
  const first: Statement = { kind: "declare", pattern, exported: false, declaration: range, range };
  return { tests, block: { range: block.range, statements: [first, ...block.statements] } };
}

/** From the first `as` on, what is opened is a declaration of the body. */
export function readWith(reader: Reader, node: Syntax): Statement {
  const clause = node.children.find((child) => child.type === "with_clause");
  const items = (clause?.children ?? []).flatMap(itemsOf);
  const waits = isAsync(node);
  const values: Value[] = [];
  const opened: Statement[] = [];
  for (const item of items) {
    const isNamed = item.type === "as_pattern";
    const source = isNamed ? item.children[0] : item;
    const alias = isNamed ? childOf(item, "alias") : undefined;
    const read = source ? readValue(reader, source) : readOther(reader, item);
    const value: Value = waits ? { kind: "await", value: read, range: read.range } : read;
    const range = rangeOf(item);
    if (alias) {
      const pattern = readTarget(reader, alias);
      opened.push({ kind: "declare", pattern, value, exported: false, declaration: range, range });
    } else if (opened.length > 0) opened.push({ kind: "expression", value, range });
    else values.push(value);
  }
  const body = readBlock(reader, childOf(node, "body"), node);
  const statements = [...opened, ...body.statements];
  return { kind: "with", values, body: { range: body.range, statements }, range: rangeOf(node) };
}

/** `with (a as b, c):` may read as a tuple. */
function itemsOf(item: Syntax): readonly Syntax[] {
  const value = childOf(item, "value") ?? item.children[0];
  if (!value) return [];
  const listed = value.type === "tuple" || value.type === "parenthesized_expression";
  return listed && value.children.some((child) => child.type === "as_pattern") ? value.children : [value];
}
