// Reads statements, in the order in which they run.
import type { Block, Statement, Value } from "../../../facts/module.ts";
import { ts } from "../compiler.ts";
import { readClass } from "./classes.ts";
import { readBlock, readFunction } from "./functions.ts";
import {
  bindRequired,
  exportBinding,
  exportPattern,
  exportValue,
  readExport,
  readImport,
  readImportEquals,
} from "./modules.ts";
import { readBindingName, readTarget } from "./patterns.ts";
import { innerScope, lookup, markReassigned, type Reader, rangeOf, withScope } from "./reader.ts";
import { declarePattern, hasModifier, hoistBlock, hoistList, hoistVariables, isAmbient } from "./scope.ts";
import { readAll, readValue } from "./values.ts";

export function readStatements(reader: Reader, nodes: readonly ts.Statement[]): readonly Statement[] {
  return nodes.flatMap((node) => readStatement(reader, node));
}

function readStatement(reader: Reader, node: ts.Statement): readonly Statement[] {
  const range = rangeOf(reader, node);
  if (isAmbient(node)) return [{ kind: "inert", range }];
  switch (node.kind) {
    case ts.SyntaxKind.VariableStatement:
      return readVariables(reader, node as ts.VariableStatement);
    case ts.SyntaxKind.ExpressionStatement:
      return [
        { kind: "expression", value: readValue(reader, (node as ts.ExpressionStatement).expression), range },
      ];
    case ts.SyntaxKind.ReturnStatement: {
      const { expression } = node as ts.ReturnStatement;
      return [{ kind: "return", ...(expression && { value: readValue(reader, expression) }), range }];
    }
    case ts.SyntaxKind.ThrowStatement:
      return [{ kind: "throw", value: readValue(reader, (node as ts.ThrowStatement).expression), range }];
    case ts.SyntaxKind.IfStatement: {
      const { expression, thenStatement, elseStatement } = node as ts.IfStatement;
      const tests = [readValue(reader, expression)];
      const branches = [readBranch(reader, thenStatement)];
      if (elseStatement) branches.push(readBranch(reader, elseStatement));
      return [{ kind: "branch", tests, branches, range }];
    }
    case ts.SyntaxKind.SwitchStatement:
      return [readSwitch(reader, node as ts.SwitchStatement)];
    case ts.SyntaxKind.WhileStatement:
    case ts.SyntaxKind.DoStatement: {
      const { expression, statement } = node as ts.WhileStatement | ts.DoStatement;
      const header = [readValue(reader, expression)];
      return [{ kind: "loop", header, body: readBranch(reader, statement), async: false, range }];
    }
    case ts.SyntaxKind.ForStatement:
      return [readFor(reader, node as ts.ForStatement)];
    case ts.SyntaxKind.ForInStatement:
    case ts.SyntaxKind.ForOfStatement:
      return [readForEach(reader, node as ts.ForInOrOfStatement)];
    case ts.SyntaxKind.TryStatement:
      return [readTry(reader, node as ts.TryStatement)];
    case ts.SyntaxKind.Block:
      return [{ kind: "block", body: readBranch(reader, node), range }];
    case ts.SyntaxKind.LabeledStatement:
      return readStatement(reader, (node as ts.LabeledStatement).statement);
    case ts.SyntaxKind.WithStatement: {
      const { expression, statement } = node as ts.WithStatement;
      const values = [readValue(reader, expression)];
      return [{ kind: "with", values, body: readBranch(reader, statement), range }];
    }
    case ts.SyntaxKind.BreakStatement:
    case ts.SyntaxKind.ContinueStatement:
      return [{ kind: "jump", range }];
    case ts.SyntaxKind.FunctionDeclaration:
      return [readFunctionDeclaration(reader, node as ts.FunctionDeclaration)];
    case ts.SyntaxKind.ClassDeclaration:
      return [readClassDeclaration(reader, node as ts.ClassDeclaration)];
    case ts.SyntaxKind.EnumDeclaration:
      return readEnum(reader, node as ts.EnumDeclaration);
    case ts.SyntaxKind.ModuleDeclaration:
      return readNamespace(reader, node as ts.ModuleDeclaration);
    case ts.SyntaxKind.ImportDeclaration:
      readImport(reader, node as ts.ImportDeclaration);
      return [{ kind: "inert", range }];
    case ts.SyntaxKind.ImportEqualsDeclaration:
      readImportEquals(reader, node as ts.ImportEqualsDeclaration);
      return [{ kind: "inert", range }];
    case ts.SyntaxKind.ExportDeclaration:
      readExport(reader, node as ts.ExportDeclaration);
      return [{ kind: "inert", range }];
    case ts.SyntaxKind.ExportAssignment:
      return [readDefault(reader, node as ts.ExportAssignment)];
    default:
      return [{ kind: "inert", range }];
  }
}

/** A statement that may or may not run, or runs again: a block of its own even where nobody wrote braces. */
function readBranch(reader: Reader, node: ts.Statement): Block {
  return readBlock(reader, node, ts.isBlock(node) ? node.statements : [node]);
}

function readVariables(reader: Reader, node: ts.VariableStatement): readonly Statement[] {
  const declaration = rangeOf(reader, node);
  const exported = hasModifier(node, ts.SyntaxKind.ExportKeyword);
  if (exported) reader.esm = true;
  const { declarations } = node.declarationList;
  return declarations.map((declarator): Statement => {
    const read = readDeclarator(reader, declarator);
    if (exported) exportPattern(reader, read.pattern, declaration);
    const range = declarations.length === 1 ? declaration : rangeOf(reader, declarator);
    return { kind: "declare", ...read, exported, declaration, range };
  });
}

function readDeclarator(reader: Reader, node: ts.VariableDeclaration) {
  const pattern = readBindingName(reader, node.name);
  const binding = pattern.kind === "name" ? reader.bindings[pattern.binding] : undefined;
  // A second `var` of a name that also sets it.
  if (pattern.kind === "name" && node.initializer && binding?.range.start !== pattern.range.start) {
    markReassigned(reader, pattern.binding);
  }
  if (!node.initializer) return { pattern };
  const value = readValue(reader, node.initializer);
  bindRequired(reader, pattern, value);
  if (pattern.kind === "name" && binding?.name === "require" && isCreateRequire(value)) {
    reader.requireBinding = pattern.binding;
  }
  return { pattern, value };
}

function isCreateRequire(value: Value): boolean {
  if (value.kind !== "call") return false;
  const { callee } = value;
  return (
    (callee.kind === "name" ? callee.name : callee.kind === "member" ? callee.property : "") ===
    "createRequire"
  );
}

function readSwitch(reader: Reader, node: ts.SwitchStatement): Statement {
  const { clauses } = node.caseBlock;
  const subject = readValue(reader, node.expression);
  const scope = innerScope(reader);
  hoistBlock(
    reader,
    scope,
    clauses.flatMap((clause) => [...clause.statements]),
  );
  return withScope(reader, scope, (): Statement => {
    const tests = clauses.flatMap((clause) =>
      ts.isCaseClause(clause) ? [readValue(reader, clause.expression)] : [],
    );
    const branches = clauses.map((clause) => ({
      range: rangeOf(reader, clause),
      statements: readStatements(reader, clause.statements),
    }));
    return { kind: "branch", tests: [subject, ...tests], branches, range: rangeOf(reader, node) };
  });
}

function readFor(reader: Reader, node: ts.ForStatement): Statement {
  const scope = innerScope(reader);
  const list =
    node.initializer && ts.isVariableDeclarationList(node.initializer) ? node.initializer : undefined;
  if (list) hoistList(reader, scope, list);
  return withScope(reader, scope, (): Statement => {
    const header: Value[] = [];
    for (const declarator of list?.declarations ?? []) {
      const { pattern: target, value } = readDeclarator(reader, declarator);
      header.push({
        kind: "assign",
        target,
        operator: "=",
        ...(value && { value }),
        range: rangeOf(reader, declarator),
      });
    }
    const expressions = [
      list ? undefined : (node.initializer as ts.Expression | undefined),
      node.condition,
      node.incrementor,
    ];
    header.push(
      ...readAll(
        reader,
        expressions.filter((expression) => expression !== undefined),
      ),
    );
    return {
      kind: "loop",
      header,
      body: readBranch(reader, node.statement),
      async: false,
      range: rangeOf(reader, node),
    };
  });
}

function readForEach(reader: Reader, node: ts.ForInOrOfStatement): Statement {
  const header = [readValue(reader, node.expression)];
  const scope = innerScope(reader);
  const { initializer } = node;
  if (ts.isVariableDeclarationList(initializer)) hoistList(reader, scope, initializer);
  return withScope(reader, scope, (): Statement => {
    const declared = ts.isVariableDeclarationList(initializer)
      ? initializer.declarations[0]?.name
      : undefined;
    const pattern = declared
      ? readBindingName(reader, declared)
      : ts.isVariableDeclarationList(initializer)
        ? undefined
        : readTarget(reader, initializer);
    return {
      kind: "loop",
      header,
      ...(pattern && { pattern }),
      body: readBranch(reader, node.statement),
      async: ts.isForOfStatement(node) && node.awaitModifier !== undefined,
      range: rangeOf(reader, node),
    };
  });
}

function readTry(reader: Reader, node: ts.TryStatement): Statement {
  const clause = node.catchClause;
  return {
    kind: "try",
    body: readBranch(reader, node.tryBlock),
    ...(clause && { handler: readCatch(reader, clause) }),
    ...(node.finallyBlock && { finalizer: readBranch(reader, node.finallyBlock) }),
    range: rangeOf(reader, node),
  };
}

function readCatch(reader: Reader, node: ts.CatchClause): Block {
  const scope = innerScope(reader);
  const caught = node.variableDeclaration;
  if (caught) declarePattern(reader, scope, caught.name, "variable");
  return withScope(reader, scope, () => {
    const range = caught && rangeOf(reader, caught);
    const first: readonly Statement[] = range
      ? [
          {
            kind: "declare",
            pattern: readBindingName(reader, caught.name),
            exported: false,
            declaration: range,
            range,
          },
        ]
      : [];
    return readBlock(reader, node.block, node.block.statements, first);
  });
}

function readFunctionDeclaration(reader: Reader, node: ts.FunctionDeclaration): Statement {
  const range = rangeOf(reader, node);
  if (!node.body) return { kind: "inert", range };
  const binding = node.name && lookup(reader, node.name.text);
  const draft = binding === undefined ? undefined : reader.bindings[binding];
  if (draft?.function !== undefined || (draft && draft.kind !== "function")) markReassigned(reader, binding);
  const id = readFunction(reader, node);
  if (draft) draft.function = id;
  exportDeclared(reader, node, binding, { kind: "function", function: id, range });
  return { kind: "function", function: id, range };
}

function readClassDeclaration(reader: Reader, node: ts.ClassDeclaration): Statement {
  const range = rangeOf(reader, node);
  const binding = node.name && lookup(reader, node.name.text);
  const { extends: base, decorators, members } = readClass(reader, node);
  exportDeclared(reader, node, binding, { kind: "operation", operator: "class", operands: members, range });
  return {
    kind: "class",
    ...(binding !== undefined && { binding }),
    ...(base && { extends: base }),
    ...(decorators.length > 0 && { decorators }),
    members,
    range,
  };
}

/** `export function f`, `export default class`: by name where there is one, else by value. */
function exportDeclared(
  reader: Reader,
  node: ts.FunctionDeclaration | ts.ClassDeclaration,
  binding: number | undefined,
  value: Value,
): void {
  if (!hasModifier(node, ts.SyntaxKind.ExportKeyword)) return;
  reader.esm = true;
  const isDefault = hasModifier(node, ts.SyntaxKind.DefaultKeyword);
  const own = { name: isDefault ? "default" : (node.name?.text ?? "default"), range: value.range };
  if (binding !== undefined) exportBinding(reader, own, binding);
  else exportValue(reader, own, value);
}

function readDefault(reader: Reader, node: ts.ExportAssignment): Statement {
  const range = rangeOf(reader, node);
  if (node.isExportEquals) reader.cjs = true;
  else reader.esm = true;
  const value = readValue(reader, node.expression);
  exportValue(reader, { name: "default", range }, value);
  return { kind: "expression", value, range };
}

/** An enum is a constant object; what its members are set to is evaluated. */
function readEnum(reader: Reader, node: ts.EnumDeclaration): readonly Statement[] {
  const range = rangeOf(reader, node);
  const initial = node.members.flatMap((member) => (member.initializer ? [member.initializer] : []));
  return readObjectLike(reader, node, {
    kind: "other",
    text: "enum",
    parts: readAll(reader, initial),
    range,
  });
}

/** A namespace is a constant object whose code runs in place; its names are seen as a block's. */
function readNamespace(reader: Reader, node: ts.ModuleDeclaration): readonly Statement[] {
  const range = rangeOf(reader, node);
  const declared = readObjectLike(reader, node, { kind: "other", text: "namespace", parts: [], range });
  if (!node.body) return declared;
  if (ts.isModuleDeclaration(node.body)) return declared;
  const { statements } = node.body as ts.ModuleBlock;
  const inner = innerScope(reader);
  hoistVariables(reader, inner, statements ?? []);
  const exportsBefore = reader.exports.length;
  const body = withScope(reader, inner, () => readBlock(reader, node, statements ?? []));
  // `export` inside a namespace gives to the namespace, not to other files.
  reader.exports.length = exportsBefore;
  return [...declared, { kind: "block", body, range }];
}

function readObjectLike(
  reader: Reader,
  node: ts.EnumDeclaration | ts.ModuleDeclaration,
  value: Value,
): readonly Statement[] {
  if (!ts.isIdentifier(node.name)) return [{ kind: "inert", range: value.range }];
  const exported = hasModifier(node, ts.SyntaxKind.ExportKeyword);
  const pattern = readBindingName(reader, node.name);
  if (exported) {
    reader.esm = true;
    exportPattern(reader, pattern, value.range);
  }
  return [{ kind: "declare", pattern, value, exported, declaration: value.range, range: value.range }];
}
