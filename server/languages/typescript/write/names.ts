// Makes names up that mean something and are nobody's yet.
import { ts } from "../compiler.ts";
import { type Draft, descendants } from "./draft.ts";
import { wholeFile } from "./whole.ts";

/** The first of `wanted`, `wanted2`, `wanted3` … that means nothing yet in a scope, nor at the file's top. */
export function freshName(draft: Draft, wanted: string, scope: ts.Node): string {
  const { declared, mentions } = wholeFile(draft.source);
  const taken = scope === draft.source ? mentions : namesIn(scope);
  const isTaken = (name: string) =>
    taken.has(name) || declared.has(name) || draft.madeUp.has(name) || reserved.has(name);
  let name = wanted;
  for (let count = 2; isTaken(name); count++) name = `${wanted}${count}`;
  draft.madeUp.add(name);
  return name;
}

/** Names that are declared or used as variables, at any depth; keys of objects are none. */
export function namesIn(scope: ts.Node): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of descendants(scope)) if (ts.isIdentifier(node) && isVariable(node)) names.add(node.text);
  return names;
}

/** Where a name stands as a variable within a node. */
export function mentions(scope: ts.Node, name: string): readonly ts.Identifier[] {
  if (ts.isSourceFile(scope)) return wholeFile(scope).mentions.get(name) ?? [];
  return descendants(scope).filter(
    (node): node is ts.Identifier => ts.isIdentifier(node) && node.text === name && isVariable(node),
  );
}

/** Whether an identifier stands for a variable, not for the key of something. */
export function isVariable(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent)) return parent.name !== node;
  if (ts.isBindingElement(parent)) return parent.propertyName !== node;
  if (ts.isQualifiedName(parent)) return parent.right !== node;
  if (ts.isImportSpecifier(parent)) return parent.name === node;
  if (ts.isExportSpecifier(parent)) return (parent.propertyName ?? parent.name) === node;
  const keyed =
    ts.isMethodDeclaration(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isAccessor(parent) ||
    ts.isTypeElement(parent) ||
    ts.isJsxAttribute(parent) ||
    ts.isEnumMember(parent);
  return !keyed || parent.name !== node;
}

/** Names that a statement declares in its block. */
export function declaredNames(statement: ts.Node): readonly string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => boundNames(name));
  }
  if (
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement)
  ) {
    return statement.name ? [statement.name.text] : [];
  }
  if (ts.isImportEqualsDeclaration(statement)) return [statement.name.text];
  if (!ts.isImportDeclaration(statement)) return [];
  const { name, namedBindings } = statement.importClause ?? {};
  const named = !namedBindings
    ? []
    : ts.isNamespaceImport(namedBindings)
      ? [namedBindings]
      : namedBindings.elements;
  return [...(name ? [name.text] : []), ...named.map((binding) => binding.name.text)];
}

export function boundNames(name: ts.BindingName): readonly string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? boundNames(element.name) : []));
}

/** A name for what a call brings: `loadVectors("titles")` → `titles`, `readFile("./users.json")` → `users`. */
export function nameOfResult(call: ts.Expression): string {
  if (!ts.isCallExpression(call)) return "loaded";
  // The first text among the arguments, also of calls inside: `JSON.parse(await readFile("users.json", "utf8"))`.
  const text = call.arguments.flatMap(descendants).find(ts.isStringLiteralLike)?.text;
  const named = text === undefined ? undefined : identifierFrom(baseName(text));
  if (named) return named;
  const callee = ts.isPropertyAccessExpression(call.expression) ? call.expression.name : call.expression;
  const noun = ts.isIdentifier(callee)
    ? /^(?:load|get|fetch|read|open|create|connect|import)([A-Z]\w*)$/.exec(callee.text)?.[1]
    : "";
  return noun ? lowerFirst(noun) : "loaded";
}

/** A name for a part of what becomes `name`: `users` from `JSON.parse(await readFile(…, "utf8"))` needs `usersText`. */
export function nameOfPart(name: string, call: ts.Expression): string {
  if (!ts.isCallExpression(call)) return `${name}Loaded`;
  if (call.expression.kind === ts.SyntaxKind.ImportKeyword) return `${name}Module`;
  const callee = ts.isPropertyAccessExpression(call.expression) ? call.expression.name : call.expression;
  const called = ts.isIdentifier(callee) ? callee.text : "";
  if (/^readFile(Sync)?$/.test(called)) return call.arguments.length > 1 ? `${name}Text` : `${name}Bytes`;
  if (called === "fetch") return `${name}Response`;
  return `${name}Loaded`;
}

export function lowerFirst(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}

export function upperFirst(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

function baseName(path: string): string {
  const last = path.split(/[\\/]/).filter(Boolean).at(-1) ?? "";
  return last.replace(/\.\w+$/, "");
}

function identifierFrom(text: string): string | undefined {
  const words = text.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const name = words.map((word, index) => (index === 0 ? lowerFirst(word) : upperFirst(word))).join("");
  return /^[\p{L}][\p{L}\p{N}]{1,30}$/u.test(name) ? name : undefined;
}

/** Whether a key could be the name of a variable. */
export function isName(key: string): boolean {
  return !reserved.has(key);
}

const reserved = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends " +
    "false finally for function if implements import in instanceof interface let new null package private protected " +
    "public return static super switch this throw true try typeof undefined var void while with yield"
  ).split(" "),
);
