// Reads functions of every form: declarations, arrows, methods, accessors, constructors, static blocks.
import type { Block, FunctionDef, FunctionId, Parameter, Statement, Value } from "../../../facts/module.ts";
import { ts } from "../compiler.ts";
import { keyOf, readBindingName } from "./patterns.ts";
import { innerScope, type Reader, rangeOf, withScope } from "./reader.ts";
import { declareName, declarePattern, hasModifier, hoistBlock, hoistVariables } from "./scope.ts";
import { readStatements } from "./statements.ts";
import { readValue } from "./values.ts";

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

/** @param first Statements that run before the body: what a class's properties are set to. */
export function readFunction(
  reader: Reader,
  node: ts.FunctionLikeDeclaration,
  first: (owner: FunctionId) => readonly Statement[] = () => [],
): FunctionId {
  const parent = reader.scope.function;
  const id = reserveFunction(reader);
  const scope = innerScope(reader, id);
  // A function expression knows its own name; nobody outside does.
  if (ts.isFunctionExpression(node) && node.name) {
    const own = declareName(reader, scope, node.name, "function");
    const binding = reader.bindings[own];
    if (binding) binding.function = id;
  }
  const inner = withScope(reader, scope, () => innerScope(reader, id));
  for (const parameter of node.parameters) declarePattern(reader, inner, parameter.name, "parameter");
  const decorators = decoratorsOf(reader, node);
  const read = withScope(reader, inner, () => {
    const parameters = node.parameters
      .filter((parameter) => !isThis(parameter))
      .map((parameter) => readParameter(reader, parameter));
    return {
      parameters,
      body: readBody(reader, node.body, [...parameterProperties(reader, node), ...first(id)]),
    };
  });
  const name = nameOf(node);
  reader.functions[id] = {
    ...(name !== undefined && { name }),
    kind: kindOf(node),
    async: hasModifier(node, ts.SyntaxKind.AsyncKeyword),
    generator: "asteriskToken" in node && node.asteriskToken !== undefined,
    parameters: read.parameters,
    body: read.body,
    range: rangeOf(reader, node),
    ...(node.name && { nameRange: rangeOf(reader, node.name) }),
    parent,
    ...(decorators.length > 0 && { decorators }),
    ...(hasModifier(node, ts.SyntaxKind.StaticKeyword) && { static: true }),
    ...(ts.isGetAccessor(node) && { accessor: "get" as const }),
    ...(ts.isSetAccessor(node) && { accessor: "set" as const }),
  };
  return id;
}

/** Code that a class runs though nobody wrote a function around it: a static block, a constructor for its properties. */
export function readImplied(
  reader: Reader,
  node: ts.Node,
  kind: "function" | "constructor",
  read: (owner: FunctionId) => readonly Statement[],
): FunctionId {
  const parent = reader.scope.function;
  const id = reserveFunction(reader);
  const range = rangeOf(reader, node);
  const statements = withScope(reader, innerScope(reader, id), () => read(id));
  reader.functions[id] = { ...empty, kind, body: { range, statements }, range, parent };
  return id;
}

/** Statements of a block in a scope of their own. */
export function readBlock(
  reader: Reader,
  node: ts.Node,
  statements: readonly ts.Statement[],
  first: readonly Statement[] = [],
): Block {
  const scope = innerScope(reader);
  hoistBlock(reader, scope, statements);
  const read = withScope(reader, scope, () => readStatements(reader, statements));
  return { range: rangeOf(reader, node), statements: first.length > 0 ? [...first, ...read] : read };
}

function readBody(reader: Reader, body: ts.ConciseBody | undefined, first: readonly Statement[]): Block {
  if (!body) return { range: { start: reader.source.end, end: reader.source.end }, statements: first };
  if (!ts.isBlock(body)) {
    const range = rangeOf(reader, body);
    return { range, statements: [...first, { kind: "return", value: readValue(reader, body), range }] };
  }
  hoistVariables(reader, reader.scope, body.statements);
  hoistBlock(reader, reader.scope, body.statements);
  return { range: rangeOf(reader, body), statements: [...first, ...readStatements(reader, body.statements)] };
}

function readParameter(reader: Reader, node: ts.ParameterDeclaration): Parameter {
  return {
    pattern: readBindingName(reader, node.name),
    ...(node.initializer && { default: readValue(reader, node.initializer) }),
    rest: node.dotDotDotToken !== undefined,
    ...(node.questionToken && { optional: true }),
    range: rangeOf(reader, node),
  };
}

/** `constructor(private readonly x: X)` also says `this.x = x`. */
function parameterProperties(reader: Reader, node: ts.FunctionLikeDeclaration): readonly Statement[] {
  if (!ts.isConstructorDeclaration(node)) return [];
  return node.parameters.flatMap((parameter): readonly Statement[] => {
    if (!ts.isIdentifier(parameter.name) || !ts.isParameterPropertyDeclaration(parameter, node)) return [];
    const range = rangeOf(reader, parameter);
    const value = readValue(reader, parameter.name);
    return [{ kind: "expression", value: assignTo(thisMember(parameter.name.text, range), value), range }];
  });
}

export function thisMember(property: string | undefined, range: Value["range"], key?: Value): Value {
  const object: Value = { kind: "other", text: "this", parts: [], range };
  return {
    kind: "member",
    object,
    ...(property !== undefined && { property }),
    ...(key && { key }),
    optional: false,
    range,
  };
}

export function assignTo(place: Value, value: Value): Value {
  const range = { start: place.range.start, end: value.range.end };
  return {
    kind: "assign",
    target: { kind: "place", value: place, range: place.range },
    operator: "=",
    value,
    range,
  };
}

/** Decorators of a function or class, as the expressions that they are. */
export function decoratorsOf(reader: Reader, node: ts.Node): readonly Value[] {
  const { modifiers } = node as { readonly modifiers?: readonly ts.ModifierLike[] };
  if (!modifiers) return [];
  return modifiers.filter(ts.isDecorator).map((decorator) => readValue(reader, decorator.expression));
}

function isThis(parameter: ts.ParameterDeclaration): boolean {
  return ts.isIdentifier(parameter.name) && parameter.name.text === "this";
}

function nameOf(node: ts.FunctionLikeDeclaration): string | undefined {
  if (ts.isConstructorDeclaration(node)) return "constructor";
  return node.name ? keyOf(node.name) : undefined;
}

function kindOf(node: ts.FunctionLikeDeclaration): FunctionDef["kind"] {
  if (ts.isArrowFunction(node)) return "arrow";
  if (ts.isConstructorDeclaration(node)) return "constructor";
  return ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) ? "function" : "method";
}
