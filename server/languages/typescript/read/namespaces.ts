// Reads enums and namespaces, the two declarations of TypeScript that leave code behind.
import type { Statement, Value } from "../../../facts/module.ts";
import { ts } from "../compiler.ts";
import { readBlock } from "./functions.ts";
import { exportPattern } from "./modules.ts";
import { readBindingName } from "./patterns.ts";
import { innerScope, type Reader, rangeOf, withScope } from "./reader.ts";
import { hasModifier, hoistVariables } from "./scope.ts";
import { readAll } from "./values.ts";

/** An enum is a constant object; what its members are set to is evaluated. */
export function readEnum(reader: Reader, node: ts.EnumDeclaration): readonly Statement[] {
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
export function readNamespace(reader: Reader, node: ts.ModuleDeclaration): readonly Statement[] {
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
