// Whether the type of a call may be inferred from what takes its result.
import { ts } from "../compiler.ts";
import type { Draft } from "./draft.ts";
import { helperOf } from "./sync-reads.ts";

/** False only where the file, or the project file that it imports from, shows that the callee has no type parameters. */
export function isGenericCall(draft: Draft, call: ts.Expression): boolean {
  if (!ts.isCallExpression(call)) return true;
  if (call.typeArguments) return false;
  const helper = helperOf(draft, call);
  if (helper) return helper.node.typeParameters !== undefined;
  const root = rootOf(call.expression);
  if (!root) return true;
  const source = importOf(draft, root.text);
  if (!source) return !(root.text === "fetch" || root.text === "Promise");
  if (source.specifier.startsWith("node:")) return false;
  const text = draft.imported(source.specifier);
  if (text === undefined || !ts.isIdentifier(call.expression)) return true;
  // `function load<`, `load = async <T`: near enough, and no second parse.
  const name = source.name.replace(/[$]/g, "\\$&");
  return new RegExp(
    `\\b${name}\\s*(?:=\\s*(?:async\\s*)?(?:function\\s*\\w*\\s*)?)?<|export\\s+(?:\\*|\\{)`,
  ).test(text);
}

function rootOf(node: ts.Expression): ts.Identifier | undefined {
  let root = node;
  while (ts.isPropertyAccessExpression(root)) root = root.expression;
  return ts.isIdentifier(root) ? root : undefined;
}

function importOf(
  draft: Draft,
  local: string,
): { readonly specifier: string; readonly name: string } | undefined {
  for (const statement of draft.source.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const { name, namedBindings } = statement.importClause ?? {};
    const specifier = statement.moduleSpecifier.text;
    if (name?.text === local) return { specifier, name: "default" };
    if (!namedBindings) continue;
    if (ts.isNamespaceImport(namedBindings)) {
      if (namedBindings.name.text === local) return { specifier, name: local };
      continue;
    }
    const found = namedBindings.elements.find((element) => element.name.text === local);
    if (found) return { specifier, name: (found.propertyName ?? found.name).text };
  }
  return undefined;
}
