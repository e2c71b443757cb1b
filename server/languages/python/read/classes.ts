// Reads classes: their bases, their methods, and the code that runs when they are defined.
import type { BindingId, Statement, Value } from "../../../facts/module.ts";
import type { Syntax } from "../syntax.ts";
import { decoratorsOf, readFunction, readImplied } from "./functions.ts";
import {
  childOf,
  classMember,
  innerScope,
  lookup,
  type Reader,
  rangeOf,
  type Scope,
  textOf,
  withScope,
} from "./reader.ts";
import { hoist } from "./scope.ts";
import { definitionIn, readStatements } from "./statements.ts";
import { readAll, readValue } from "./values.ts";

interface ClassFacts {
  readonly binding?: BindingId;
  readonly extends?: Value;
  readonly mixins?: readonly Value[];
  readonly decorators?: readonly Value[];
  readonly fields?: readonly string[];
  readonly members: readonly Value[];
}

export function readClassStatement(reader: Reader, node: Syntax, whole: Syntax): Statement {
  const range = rangeOf(whole);
  const facts = readClass(reader, node, whole);
  if (reader.scope.kind !== "class") return { kind: "class", ...facts, range };
  return { kind: "expression", value: memberClass(reader, node, facts, range), range };
}

/** A class within a class is what a member of the outer one is set to. */
function memberClass(reader: Reader, node: Syntax, facts: ClassFacts, range: Value["range"]): Value {
  const operands = [
    ...(facts.decorators ?? []),
    ...(facts.extends ? [facts.extends] : []),
    ...(facts.mixins ?? []),
    ...facts.members,
  ];
  const value: Value = { kind: "operation", operator: "class", operands, range };
  const name = childOf(node, "name");
  const { owner } = reader.scope;
  return name && owner ? assignMember(owner, textOf(reader, name), rangeOf(name), value) : value;
}

function readClass(reader: Reader, node: Syntax, whole: Syntax): ClassFacts {
  const decorators = decoratorsOf(reader, whole);
  const bases = childOf(node, "superclasses")?.children ?? [];
  const [base, ...mixins] = readAll(
    reader,
    bases.filter((child) => child.type !== "keyword_argument" && child.type !== "dictionary_splat"),
  );
  const nameNode = childOf(node, "name");
  const name = nameNode ? textOf(reader, nameNode) : "";
  const found = lookup(reader, name);
  const binding = found?.kind === "binding" ? found.binding : undefined;
  const owner = { name, ...(binding !== undefined && { binding }) };
  const scope: Scope = { ...innerScope(reader, "class", reader.scope.function), owner };
  const nodes = childOf(node, "body")?.children ?? [];
  const fields = nodes.flatMap((child) => annotated(reader, child));
  const members = withScope(reader, scope, () =>
    nodes.flatMap((child) => {
      // Before its own definition a member's name is that of the module: `@enter() def enter(self)`.
      const isSimple = definitionIn(child) !== undefined || child.type === "expression_statement";
      if (!isSimple) hoist(reader, scope, [child]);
      const read = readMember(reader, child);
      if (isSimple) hoist(reader, scope, [child]);
      return read;
    }),
  );
  return {
    ...(binding !== undefined && { binding }),
    ...(base && { extends: base }),
    ...(mixins.length > 0 && { mixins }),
    ...(decorators.length > 0 && { decorators }),
    ...(fields.length > 0 && { fields }),
    members,
  };
}

function readMember(reader: Reader, node: Syntax): readonly Value[] {
  const definition = definitionIn(node);
  if (definition?.type === "function_definition") {
    return [{ kind: "function", function: readFunction(reader, definition, node), range: rangeOf(node) }];
  }
  if (definition) {
    const statement = readClassStatement(reader, definition, node);
    return statement.kind === "expression" ? [statement.value] : [];
  }
  const inner = node.type === "expression_statement" ? node.children[0] : undefined;
  if (inner?.type === "string" || inner?.type === "ellipsis") return [];
  if (inner && node.children.length === 1 && inner.type === "assignment")
    return readAttribute(reader, inner, node);
  if (inner && node.children.length === 1) return [readValue(reader, inner)];
  if (inert.has(node.type)) return [];
  const statements: Statement[] = [];
  const call = readImplied(reader, node, () => {
    statements.push(...readStatements(reader, [node]));
    return statements;
  });
  return [...methodsIn(reader, statements), call];
}

const inert = new Set(["pass_statement", "comment", "type_alias_statement"]);

/** Methods that stand under a condition (`if sys.version_info …`) are methods all the same. */
function methodsIn(reader: Reader, statements: readonly Statement[]): readonly Value[] {
  return statements.flatMap((statement): readonly Value[] => {
    if (statement.kind === "function") {
      return [{ kind: "function", function: statement.function, range: statement.range }];
    }
    const blocks =
      statement.kind === "branch"
        ? statement.branches
        : statement.kind === "try"
          ? [statement.body, ...(statement.handler ? [statement.handler] : [])]
          : statement.kind === "block" || statement.kind === "with"
            ? [statement.body]
            : [];
    return blocks.flatMap((block) => methodsIn(reader, block.statements));
  });
}

/** `x: int`: the name of an attribute that every object has. */
function annotated(reader: Reader, node: Syntax): readonly string[] {
  const inner = node.type === "expression_statement" ? node.children[0] : undefined;
  const name = inner?.type === "assignment" && childOf(inner, "type") ? childOf(inner, "left") : undefined;
  return name?.type === "identifier" ? [textOf(reader, name)] : [];
}

/** `x: int = 1` sets a member; `x: int` only promises one. */
function readAttribute(reader: Reader, node: Syntax, statement: Syntax): readonly Value[] {
  const [left, right] = [childOf(node, "left"), childOf(node, "right")];
  if (!right) return [];
  const { owner } = reader.scope;
  if (!owner || left?.type !== "identifier" || right.type === "assignment") {
    return readStatements(reader, [statement]).flatMap((each) =>
      each.kind === "expression" ? [each.value] : [],
    );
  }
  return [assignMember(owner, textOf(reader, left), rangeOf(left), readValue(reader, right))];
}

function assignMember(
  owner: NonNullable<Scope["owner"]>,
  name: string,
  range: Value["range"],
  value: Value,
): Value {
  const target = { kind: "place", value: classMember(owner, name, range), range } as const;
  return {
    kind: "assign",
    target,
    operator: "=",
    value,
    range: { start: range.start, end: value.range.end },
  };
}
