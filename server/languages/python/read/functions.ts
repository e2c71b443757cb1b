// Reads functions: definitions, methods, lambdas, and code that a class body runs.
import type { Block, FunctionDef, FunctionId, Parameter, Statement, Value } from "../../../facts/module.ts";
import type { Syntax } from "../syntax.ts";
import { readTarget } from "./patterns.ts";
import { childOf, innerScope, type Reader, rangeOf, type Scope, textOf, withScope } from "./reader.ts";
import { declareName, eachTarget, hoist } from "./scope.ts";
import { readStatements } from "./statements.ts";
import { readAll, readValue } from "./values.ts";

const empty: FunctionDef = {
  kind: "function",
  async: false,
  generator: false,
  parameters: [],
  body: { range: { start: 0, end: 0 }, statements: [] },
  range: { start: 0, end: 0 },
};

/** Takes the next id, so that a function stands before those inside it. */
export function reserveFunction(reader: Reader): FunctionId {
  return reader.functions.push(empty) - 1;
}

/** @param whole The definition with its decorators. */
export function readFunction(reader: Reader, node: Syntax, whole: Syntax): FunctionId {
  const id = reserveFunction(reader);
  const parent = reader.scope.function;
  const inClass = reader.scope.kind === "class";
  const decorators = decoratorsOf(reader, whole);
  const marks = decorators.map(lastName);
  const nameNode = childOf(node, "name");
  const name = nameNode && textOf(reader, nameNode);
  const scope = innerScope(reader, "function", id);
  const hasReceiver = inClass && !marks.includes("staticmethod");
  const { parameters, receiver } = readParameters(reader, scope, childOf(node, "parameters"), hasReceiver);
  const body = childOf(node, "body");
  const read = readBody(reader, scope, body, node);
  const accessor = marks.some((mark) => mark === "property" || mark === "cached_property")
    ? "get"
    : marks.includes("setter")
      ? "set"
      : undefined;
  reader.functions[id] = {
    ...(name !== undefined && { name }),
    kind: !inClass ? "function" : name === "__init__" ? "constructor" : "method",
    async: node.children.some((child) => child.type === "async"),
    generator: read.generator,
    parameters,
    ...(receiver !== undefined && { receiver }),
    body: read.block,
    range: rangeOf(whole),
    ...(nameNode && { nameRange: rangeOf(nameNode) }),
    parent,
    ...(decorators.length > 0 && { decorators }),
    ...(inClass && marks.some(isStatic) && { static: true }),
    ...(inClass && accessor && { accessor }),
  };
  return id;
}

function isStatic(mark: string | undefined): boolean {
  return mark === "staticmethod" || mark === "classmethod";
}

/** `functools.cached_property` → `cached_property`, `@model.setter` → `setter`. */
function lastName(value: Value): string | undefined {
  return value.kind === "name" ? value.name : value.kind === "member" ? value.property : undefined;
}

function readBody(
  reader: Reader,
  scope: Scope,
  body: Syntax | undefined,
  node: Syntax,
): { readonly block: Block; readonly generator: boolean } {
  const nodes = body?.children ?? [];
  hoist(reader, scope, nodes);
  const outer = reader.generator;
  reader.generator = false;
  const statements = withScope(reader, scope, () => readStatements(reader, nodes));
  const { generator } = reader;
  reader.generator = outer;
  return { block: { range: rangeOf(body ?? node), statements }, generator };
}

export function readLambda(reader: Reader, node: Syntax): Value {
  const id = reserveFunction(reader);
  const parent = reader.scope.function;
  const scope = innerScope(reader, "function", id);
  const { parameters } = readParameters(reader, scope, childOf(node, "parameters"), false);
  const body = childOf(node, "body");
  const range = rangeOf(body ?? node);
  const outer = reader.generator;
  reader.generator = false;
  const value = body && withScope(reader, scope, () => readValue(reader, body));
  const { generator } = reader;
  reader.generator = outer;
  const statements: readonly Statement[] = [{ kind: "return", ...(value && { value }), range }];
  reader.functions[id] = {
    kind: "arrow",
    async: false,
    generator,
    parameters,
    body: { range, statements },
    range: rangeOf(node),
    parent,
  };
  return { kind: "function", function: id, range: rangeOf(node) };
}

/** Code that runs where it stands though it has no function: what a class's body does besides defining. */
export function readImplied(reader: Reader, node: Syntax, read: () => readonly Statement[]): Value {
  const id = reserveFunction(reader);
  const parent = reader.scope.function;
  const range = rangeOf(node);
  const scope: Scope = { ...reader.scope, function: id };
  const statements = withScope(reader, scope, read);
  reader.functions[id] = { ...empty, kind: "arrow", body: { range, statements }, range, parent };
  const callee: Value = { kind: "function", function: id, range };
  return { kind: "call", callee, args: [], construct: false, optional: false, range };
}

/** Decorators of a function or class, as the expressions that they are. */
export function decoratorsOf(reader: Reader, whole: Syntax): readonly Value[] {
  return whole.children
    .filter((child) => child.type === "decorator")
    .flatMap((decorator) => readAll(reader, decorator.children.slice(0, 1)));
}

interface Parameters {
  readonly parameters: readonly Parameter[];
  readonly receiver?: number;
}

function readParameters(
  reader: Reader,
  scope: Scope,
  list: Syntax | undefined,
  hasReceiver: boolean,
): Parameters {
  const parameters: Parameter[] = [];
  let receiver: number | undefined;
  let onlyNamed = false;
  let first = hasReceiver;
  for (const node of list?.children ?? []) {
    const name = nameNodeOf(node);
    if (node.type === "keyword_separator") onlyNamed = true;
    if (!name) continue;
    eachTarget(name, (each) => declareName(reader, scope, each, "parameter"));
    const inner = splatOf(node);
    if (first && !inner) receiver = scope.names.get(textOf(reader, name));
    else {
      const value = childOf(node, "value");
      // Defaults are evaluated where the function is defined.
      const otherwise = value && readValue(reader, value);
      const named = inner === "**" ? "rest" : onlyNamed ? "only" : undefined;
      parameters.push({
        pattern: withScope(reader, scope, () => readTarget(reader, name)),
        ...(otherwise && { default: otherwise }),
        rest: inner === "*",
        ...(named && { named }),
        range: rangeOf(node),
      });
    }
    if (inner === "*") onlyNamed = true;
    first = false;
  }
  return { parameters, ...(receiver !== undefined && { receiver }) };
}

function splatOf(node: Syntax): "*" | "**" | undefined {
  const inner = node.type === "typed_parameter" ? node.children[0] : node;
  if (inner?.type === "list_splat_pattern") return "*";
  return inner?.type === "dictionary_splat_pattern" ? "**" : undefined;
}

function nameNodeOf(node: Syntax): Syntax | undefined {
  switch (node.type) {
    case "identifier":
    case "tuple_pattern":
      return node;
    case "default_parameter":
    case "typed_default_parameter":
      return childOf(node, "name");
    case "typed_parameter":
      return node.children[0] && nameNodeOf(node.children[0]);
    case "list_splat_pattern":
    case "dictionary_splat_pattern":
      return node.children.find((child) => child.type === "identifier");
    default:
      return undefined;
  }
}
