// Hoisting: puts the names of a function or block into its scope before any of its code is read.
import type { Binding, BindingId } from "../../../facts/module.ts";
import { ts } from "../compiler.ts";
import { type Reader, rangeOf, type Scope } from "./reader.ts";

/** Declares a name once; a second declaration of it in the same scope is the same binding. */
export function declareName(
  reader: Reader,
  scope: Scope,
  name: ts.Node & { readonly text: string },
  kind: Binding["kind"],
): BindingId {
  const known = scope.names.get(name.text);
  if (known !== undefined) return known;
  const id = reader.bindings.length;
  reader.bindings.push({
    name: name.text,
    kind,
    scope: scope.function,
    range: rangeOf(reader, name),
    reassigned: false,
  });
  scope.names.set(name.text, id);
  return id;
}

/** Declares all names of a pattern. */
export function declarePattern(
  reader: Reader,
  scope: Scope,
  name: ts.BindingName,
  kind: Binding["kind"],
): void {
  if (ts.isIdentifier(name)) {
    // A name that is missing in broken code declares nothing.
    if (name.text !== "") declareName(reader, scope, name, kind);
    return;
  }
  for (const element of name.elements) {
    if (ts.isBindingElement(element)) declarePattern(reader, scope, element.name, kind);
  }
}

/** `var` belongs to the whole function, however deep in its blocks it stands. */
export function hoistVariables(reader: Reader, scope: Scope, statements: readonly ts.Node[]): void {
  for (const statement of statements) hoistVariablesOf(reader, scope, statement);
}

function hoistVariablesOf(reader: Reader, scope: Scope, node: ts.Node | undefined): void {
  if (!node) return;
  switch (node.kind) {
    case ts.SyntaxKind.VariableStatement:
      if (isAmbient(node)) return;
      hoistVariableList(reader, scope, (node as ts.VariableStatement).declarationList);
      return;
    case ts.SyntaxKind.VariableDeclarationList:
      hoistVariableList(reader, scope, node as ts.VariableDeclarationList);
      return;
    case ts.SyntaxKind.ForStatement:
    case ts.SyntaxKind.ForInStatement:
    case ts.SyntaxKind.ForOfStatement: {
      const loop = node as ts.ForStatement | ts.ForInOrOfStatement;
      hoistVariablesOf(reader, scope, loop.initializer);
      hoistVariablesOf(reader, scope, loop.statement);
      return;
    }
    case ts.SyntaxKind.Block:
    case ts.SyntaxKind.IfStatement:
    case ts.SyntaxKind.WhileStatement:
    case ts.SyntaxKind.DoStatement:
    case ts.SyntaxKind.TryStatement:
    case ts.SyntaxKind.CatchClause:
    case ts.SyntaxKind.SwitchStatement:
    case ts.SyntaxKind.CaseBlock:
    case ts.SyntaxKind.CaseClause:
    case ts.SyntaxKind.DefaultClause:
    case ts.SyntaxKind.LabeledStatement:
    case ts.SyntaxKind.WithStatement:
      ts.forEachChild(node, (child) => hoistVariablesOf(reader, scope, child));
      return;
    default:
  }
}

function hoistVariableList(reader: Reader, scope: Scope, list: ts.VariableDeclarationList): void {
  if (list.flags & ts.NodeFlags.BlockScoped) return;
  for (const { name } of list.declarations) declarePattern(reader, scope, name, "variable");
}

/** `let`, `const`, functions, classes and imports belong to the block that they stand in. */
export function hoistBlock(reader: Reader, scope: Scope, statements: readonly ts.Statement[]): void {
  for (const statement of statements) hoistStatement(reader, scope, statement);
}

function hoistStatement(reader: Reader, scope: Scope, statement: ts.Statement): void {
  switch (statement.kind) {
    case ts.SyntaxKind.VariableStatement:
      if (!isAmbient(statement))
        hoistList(reader, scope, (statement as ts.VariableStatement).declarationList);
      return;
    case ts.SyntaxKind.FunctionDeclaration: {
      const { name, body } = statement as ts.FunctionDeclaration;
      if (name && body) declareName(reader, scope, name, "function");
      return;
    }
    case ts.SyntaxKind.ClassDeclaration: {
      const { name } = statement as ts.ClassDeclaration;
      if (name && !isAmbient(statement)) declareName(reader, scope, name, "class");
      return;
    }
    case ts.SyntaxKind.EnumDeclaration:
    case ts.SyntaxKind.ModuleDeclaration: {
      const { name } = statement as ts.EnumDeclaration | ts.ModuleDeclaration;
      if (ts.isIdentifier(name) && !isAmbient(statement)) declareName(reader, scope, name, "const");
      return;
    }
    case ts.SyntaxKind.ImportEqualsDeclaration:
      declareName(reader, scope, (statement as ts.ImportEqualsDeclaration).name, "import");
      return;
    case ts.SyntaxKind.ImportDeclaration:
      hoistImport(reader, scope, (statement as ts.ImportDeclaration).importClause);
      return;
    case ts.SyntaxKind.LabeledStatement:
      hoistStatement(reader, scope, (statement as ts.LabeledStatement).statement);
      return;
    default:
  }
}

/** Names of a `let`, `const` or `using` list. */
export function hoistList(reader: Reader, scope: Scope, list: ts.VariableDeclarationList): void {
  if (!(list.flags & ts.NodeFlags.BlockScoped)) return;
  // `using` and `await using` hold the bit of `const`.
  const kind = list.flags & ts.NodeFlags.Const || list.flags & ts.NodeFlags.Using ? "const" : "variable";
  for (const { name } of list.declarations) declarePattern(reader, scope, name, kind);
}

function hoistImport(reader: Reader, scope: Scope, clause: ts.ImportClause | undefined): void {
  if (clause?.name) declareName(reader, scope, clause.name, "import");
  const named = clause?.namedBindings;
  if (!named) return;
  if (ts.isNamespaceImport(named)) declareName(reader, scope, named.name, "import");
  else for (const { name } of named.elements) declareName(reader, scope, name, "import");
}

/** `declare …`: a promise about a name that something else makes. */
export function isAmbient(node: ts.Node): boolean {
  return ts.canHaveModifiers(node) && hasModifier(node, ts.SyntaxKind.DeclareKeyword);
}

export function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  const { modifiers } = node as { readonly modifiers?: readonly ts.ModifierLike[] };
  return modifiers?.some((modifier) => modifier.kind === kind) ?? false;
}
