// Reads statements, in the order in which they run.
import type { Statement, Value } from "../../../facts/module.ts";
import { ts } from "../compiler.ts";
import { readClass } from "./classes.ts";
import { readBranch, readFor, readForEach, readSwitch, readTry } from "./control.ts";
import { readFunction } from "./functions.ts";
import {
  bindRequired,
  exportBinding,
  exportPattern,
  exportValue,
  readExport,
  readImport,
  readImportEquals,
} from "./modules.ts";
import { readEnum, readNamespace } from "./namespaces.ts";
import { readBindingName } from "./patterns.ts";
import { lookup, markReassigned, type Reader, rangeOf } from "./reader.ts";
import { hasModifier, isAmbient } from "./scope.ts";
import { readValue } from "./values.ts";

const Kind = ts.SyntaxKind;

export function readStatements(reader: Reader, nodes: readonly ts.Statement[]): readonly Statement[] {
  return nodes.flatMap((node) => readStatement(reader, node));
}

function readStatement(reader: Reader, node: ts.Statement): readonly Statement[] {
  const range = rangeOf(reader, node);
  if (isAmbient(node)) return [{ kind: "inert", range }];
  switch (node.kind) {
    case Kind.VariableStatement:
      return readVariables(reader, node as ts.VariableStatement);
    case Kind.ExpressionStatement:
      return [
        { kind: "expression", value: readValue(reader, (node as ts.ExpressionStatement).expression), range },
      ];
    case Kind.ReturnStatement: {
      const { expression } = node as ts.ReturnStatement;
      return [{ kind: "return", ...(expression && { value: readValue(reader, expression) }), range }];
    }
    case Kind.ThrowStatement:
      return [{ kind: "throw", value: readValue(reader, (node as ts.ThrowStatement).expression), range }];
    case Kind.IfStatement: {
      const { expression, thenStatement, elseStatement } = node as ts.IfStatement;
      const tests = [readValue(reader, expression)];
      const branches = [readBranch(reader, thenStatement)];
      if (elseStatement) branches.push(readBranch(reader, elseStatement));
      return [{ kind: "branch", tests, branches, range }];
    }
    case Kind.SwitchStatement:
      return [readSwitch(reader, node as ts.SwitchStatement)];
    case Kind.WhileStatement:
    case Kind.DoStatement: {
      const { expression, statement } = node as ts.WhileStatement | ts.DoStatement;
      const header = [readValue(reader, expression)];
      return [{ kind: "loop", header, body: readBranch(reader, statement), async: false, range }];
    }
    case Kind.ForStatement:
      return [readFor(reader, node as ts.ForStatement)];
    case Kind.ForInStatement:
    case Kind.ForOfStatement:
      return [readForEach(reader, node as ts.ForInOrOfStatement)];
    case Kind.TryStatement:
      return [readTry(reader, node as ts.TryStatement)];
    case Kind.Block:
      return [{ kind: "block", body: readBranch(reader, node), range }];
    case Kind.LabeledStatement:
      return readStatement(reader, (node as ts.LabeledStatement).statement);
    case Kind.WithStatement: {
      const { expression, statement } = node as ts.WithStatement;
      const values = [readValue(reader, expression)];
      return [{ kind: "with", values, body: readBranch(reader, statement), range }];
    }
    case Kind.BreakStatement:
    case Kind.ContinueStatement:
      return [{ kind: "jump", range }];
    case Kind.FunctionDeclaration:
      return [readFunctionDeclaration(reader, node as ts.FunctionDeclaration)];
    case Kind.ClassDeclaration:
      return [readClassDeclaration(reader, node as ts.ClassDeclaration)];
    case Kind.EnumDeclaration:
      return readEnum(reader, node as ts.EnumDeclaration);
    case Kind.ModuleDeclaration:
      return readNamespace(reader, node as ts.ModuleDeclaration);
    case Kind.ImportDeclaration:
      readImport(reader, node as ts.ImportDeclaration);
      return [{ kind: "inert", range }];
    case Kind.ImportEqualsDeclaration:
      readImportEquals(reader, node as ts.ImportEqualsDeclaration);
      return [{ kind: "inert", range }];
    case Kind.ExportDeclaration:
      readExport(reader, node as ts.ExportDeclaration);
      return [{ kind: "inert", range }];
    case Kind.ExportAssignment:
      return [readDefault(reader, node as ts.ExportAssignment)];
    default:
      return [{ kind: "inert", range }];
  }
}

function readVariables(reader: Reader, node: ts.VariableStatement): readonly Statement[] {
  const declaration = rangeOf(reader, node);
  const exported = hasModifier(node, Kind.ExportKeyword);
  if (exported) reader.esm = true;
  const { declarations } = node.declarationList;
  return declarations.map((declarator): Statement => {
    const read = readDeclarator(reader, declarator);
    if (exported) exportPattern(reader, read.pattern, declaration);
    const range = declarations.length === 1 ? declaration : rangeOf(reader, declarator);
    return { kind: "declare", ...read, exported, declaration, range };
  });
}

export function readDeclarator(reader: Reader, node: ts.VariableDeclaration) {
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
  if (!hasModifier(node, Kind.ExportKeyword)) return;
  reader.esm = true;
  const isDefault = hasModifier(node, Kind.DefaultKeyword);
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
