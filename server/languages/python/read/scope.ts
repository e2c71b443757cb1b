// Finds the names that a scope binds, before any of its code is read: in Python an assignment anywhere makes a name local.
import type { Binding, BindingId } from "../../../facts/module.ts";
import type { Syntax } from "../syntax.ts";
import { childOf, moduleOf, type Reader, rangeOf, type Scope, textOf } from "./reader.ts";

/** Declares a name once; later ones in the same scope are the same binding. */
export function declareName(
  reader: Reader,
  scope: Scope,
  node: Syntax,
  kind: Binding["kind"],
): BindingId | undefined {
  return declare(reader, scope, textOf(reader, node), node, kind);
}

function declare(
  reader: Reader,
  scope: Scope,
  name: string,
  node: Syntax,
  kind: Binding["kind"],
): BindingId | undefined {
  // Broken code has names without text.
  if (name === "" || scope.globals.has(name)) return undefined;
  if (scope.kind === "class") {
    scope.members.add(name);
    return undefined;
  }
  const known = scope.names.get(name);
  if (known !== undefined) return known;
  const id = reader.bindings.length;
  reader.bindings.push({ name, kind, scope: scope.function, range: rangeOf(node), reassigned: false });
  scope.names.set(name, id);
  return id;
}

/** Declares everything that these statements bind in a scope. */
export function hoist(reader: Reader, scope: Scope, nodes: readonly Syntax[]): void {
  const outside = new Set<string>();
  for (const node of nodes) findOutside(reader, scope, node, outside);
  for (const node of nodes) visit(reader, scope, node, outside);
}

/** Names that `global` and `nonlocal` take out of the scope. */
function findOutside(reader: Reader, scope: Scope, node: Syntax, outside: Set<string>): void {
  if (node.type === "global_statement" || node.type === "nonlocal_statement") {
    for (const name of node.children) {
      if (scope.kind !== "module") outside.add(textOf(reader, name));
      if (node.type === "global_statement" && scope.kind !== "module")
        scope.globals.add(textOf(reader, name));
    }
  } else if (compound.has(node.type)) {
    for (const child of node.children) findOutside(reader, scope, child, outside);
  }
}

/** Declares what `global` statements of inner functions give to the module, where the module itself never says it. */
export function hoistGlobals(reader: Reader, node: Syntax): void {
  if (!reader.text.includes("global")) return;
  const module = moduleOf(reader.scope);
  const search = (inner: Syntax): void => {
    if (inner.type === "global_statement") {
      for (const name of inner.children) declareName(reader, module, name, "variable");
    } else if (compound.has(inner.type) || definitions.has(inner.type)) inner.children.forEach(search);
  };
  search(node);
}

const compound = new Set([
  ...["module", "block", "if_statement", "elif_clause", "else_clause", "for_statement", "while_statement"],
  ...["try_statement", "except_clause", "finally_clause", "with_statement", "match_statement", "case_clause"],
  "ERROR",
]);

const definitions = new Set(["decorated_definition", "function_definition", "class_definition"]);

function visit(reader: Reader, scope: Scope, node: Syntax, outside: ReadonlySet<string>): void {
  const bind = (name: Syntax | undefined, kind: Binding["kind"] = "variable") => {
    if (name && !outside.has(textOf(reader, name))) declareName(reader, scope, name, kind);
  };
  const each = (nodes: readonly Syntax[]) => {
    for (const child of nodes) visit(reader, scope, child, outside);
  };
  switch (node.type) {
    case "function_definition":
      bind(childOf(node, "name"), "function");
      if (reader.walrus) each(node.children.filter((child) => child.type === "parameters"));
      return;
    case "class_definition":
      bind(childOf(node, "name"), "class");
      if (reader.walrus) each(node.children.filter((child) => child.type === "argument_list"));
      return;
    case "lambda":
    case "global_statement":
    case "nonlocal_statement":
    case "future_import_statement":
      return;
    case "import_statement":
    case "import_from_statement":
      for (const name of node.children) {
        if (name.field === "name") bind(importedName(reader, node, name), "import");
      }
      return;
    case "assignment":
    case "augmented_assignment":
    case "for_statement":
      eachTarget(childOf(node, "left"), bind);
      each(node.children.filter((child) => child.field !== "left" || reader.walrus));
      return;
    case "as_pattern":
      eachTarget(childOf(node, "alias") ?? node.children.at(-1), bind);
      each(node.children);
      return;
    case "except_clause":
      eachTarget(childOf(node, "alias"), bind);
      each(node.children);
      return;
    case "delete_statement":
      for (const child of node.children) eachTarget(child, bind);
      return;
    case "type_alias_statement":
      eachTarget(childOf(node, "left"), bind);
      return;
    case "named_expression":
      bind(childOf(node, "name"));
      each(node.children);
      return;
    case "case_pattern":
      eachCapture(reader, node, bind);
      return;
    case "type":
      return;
    default:
      if (reader.walrus || !plain.has(node.type)) each(node.children);
  }
}

/** Expressions, which bind nothing where there is no `:=`. */
const plain = new Set([
  ...[
    "call",
    "attribute",
    "subscript",
    "string",
    "concatenated_string",
    "list",
    "dictionary",
    "tuple",
    "set",
  ],
  ...["binary_operator", "comparison_operator", "boolean_operator", "not_operator", "await"],
  ...["list_comprehension", "dictionary_comprehension", "set_comprehension", "generator_expression"],
  ...["conditional_expression", "return_statement", "raise_statement", "assert_statement", "decorator"],
]);

/** The name that an import binds: its alias, or the first word of a dotted one. */
export function importedName(reader: Reader, statement: Syntax, name: Syntax): Syntax | undefined {
  if (name.type === "aliased_import") return childOf(name, "alias");
  if (statement.type === "import_from_statement") return name;
  return name.children[0] ?? (textOf(reader, name) === "" ? undefined : name);
}

/** Names that stand on the left side of an assignment. */
export function eachTarget(node: Syntax | undefined, visitName: (name: Syntax) => void): void {
  if (!node) return;
  if (node.type === "identifier") visitName(node);
  else if (nesting.has(node.type)) for (const child of node.children) eachTarget(child, visitName);
}

const nesting = new Set([
  ...[
    "pattern_list",
    "tuple_pattern",
    "list_pattern",
    "list_splat_pattern",
    "expression_list",
    "tuple",
    "list",
  ],
  ...["list_splat", "parenthesized_expression", "as_pattern_target", "type"],
]);

/** Names that a `case` captures. */
export function eachCapture(reader: Reader, node: Syntax, visitName: (name: Syntax) => void): void {
  switch (node.type) {
    case "dotted_name":
      if (node.children.length === 1 && textOf(reader, node) !== "_") visitName(node);
      return;
    case "identifier":
      if (textOf(reader, node) !== "_") visitName(node);
      return;
    case "class_pattern":
    case "keyword_pattern":
      // The first is the class, or the attribute that is looked at.
      for (const child of node.children.slice(1)) eachCapture(reader, child, visitName);
      return;
    case "string":
    case "concatenated_string":
      return;
    default:
      for (const child of node.children) eachCapture(reader, child, visitName);
  }
}
