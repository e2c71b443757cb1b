// Reads the imports of a file and adds one, in the module system that the file is written in.
import { ts } from "../compiler.ts";
import { type Draft, insert, rangeOf, replace } from "./draft.ts";
import { lineEnd } from "./layout.ts";
import { freshName, mentions } from "./names.ts";

export interface Imported {
  readonly local: ts.Identifier;
  /** The exported name; undefined for the whole module. */
  readonly name: string | undefined;
  readonly statement: ts.Statement;
  /** The list that the name stands in. */
  readonly list?: ts.NamedImports | ts.ObjectBindingPattern;
}

/** What the file's top imports from a module of Node, with and without `node:`. */
export function importsFrom({ source }: Draft, module: string): readonly Imported[] {
  const modules = known.get(source) ?? new Map<string, readonly Imported[]>();
  known.set(source, modules);
  const found = modules.get(module) ?? findImports(source, module);
  modules.set(module, found);
  return found;
}

const known = new WeakMap<ts.SourceFile, Map<string, readonly Imported[]>>();

function findImports(source: ts.SourceFile, module: string): readonly Imported[] {
  return source.statements.flatMap((statement) =>
    ts.isImportDeclaration(statement)
      ? isModule(statement.moduleSpecifier, module)
        ? importedBy(statement)
        : []
      : ts.isVariableStatement(statement)
        ? requiredBy(statement, module)
        : [],
  );
}

function importedBy(statement: ts.ImportDeclaration): readonly Imported[] {
  const clause = statement.importClause;
  if (!clause || clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return [];
  const whole = clause.name ? [{ local: clause.name, name: undefined, statement }] : [];
  const list = clause.namedBindings;
  if (!list) return whole;
  if (ts.isNamespaceImport(list)) return [...whole, { local: list.name, name: undefined, statement }];
  const named = list.elements.filter((element) => !element.isTypeOnly);
  return [
    ...whole,
    ...named.map(({ name, propertyName }) => ({
      local: name,
      name: (propertyName ?? name).text,
      statement,
      list,
    })),
  ];
}

function requiredBy(statement: ts.VariableStatement, module: string): readonly Imported[] {
  return statement.declarationList.declarations.flatMap(({ name, initializer }): readonly Imported[] => {
    const isRequire =
      initializer &&
      ts.isCallExpression(initializer) &&
      ts.isIdentifier(initializer.expression) &&
      initializer.expression.text === "require" &&
      isModule(initializer.arguments[0], module);
    if (!isRequire) return [];
    if (ts.isIdentifier(name)) return [{ local: name, name: undefined, statement }];
    if (!ts.isObjectBindingPattern(name)) return [];
    return name.elements.flatMap((element) => {
      const key = element.propertyName ?? element.name;
      return ts.isIdentifier(element.name) && ts.isIdentifier(key)
        ? [{ local: element.name, name: key.text, statement, list: name }]
        : [];
    });
  });
}

function isModule(specifier: ts.Node | undefined, module: string): boolean {
  return (
    specifier !== undefined &&
    ts.isStringLiteralLike(specifier) &&
    specifier.text.replace(/^node:/, "") === module
  );
}

/**
 * The expression that reaches an export of a module of Node, imported where it is not yet.
 * @param instead The mention that it takes the place of; an import that nobody mentions any more goes.
 */
export function useImport(draft: Draft, name: string, module: string, instead: ts.Identifier): string {
  const known = importsFrom(draft, module);
  const named = known.find((entry) => entry.name === name);
  const whole = known.find((entry) => entry.name === undefined);
  const promises = importsFrom(draft, "fs").find((entry) => entry.name === "promises");
  const planned = imports(draft);
  planned.replaced.push(instead);
  if (named) return named.local.text;
  if (whole) return `${whole.local.text}.${name}`;
  if (module === "fs/promises" && promises) return `${promises.local.text}.${name}`;
  const wanted = planned.added.get(name) ?? freshName(draft, name, draft.source);
  planned.added.set(name, wanted);
  planned.module = module;
  return wanted;
}

interface Planned {
  readonly added: Map<string, string>;
  readonly replaced: ts.Identifier[];
  module: string;
}

const plans = new WeakMap<Draft, Planned>();

function imports(draft: Draft): Planned {
  const known = plans.get(draft);
  if (known) return known;
  const planned: Planned = { added: new Map(), replaced: [], module: "" };
  plans.set(draft, planned);
  return planned;
}

/** Writes the imports that were asked for, and takes those out that nobody mentions any more. Once, at the end. */
export function writeImports(draft: Draft): void {
  const planned = plans.get(draft);
  if (!planned) return;
  const unused = importsFrom(draft, "fs").filter(({ local }) => isUnused(draft, local, planned.replaced));
  const lists = new Map(
    unused.flatMap((entry) => (entry.list ? [[entry.list, entry.statement] as const] : [])),
  );
  let pending = planned.added.size > 0 ? statementOf(draft, planned) : undefined;
  for (const [list, statement] of lists) {
    const rest = [...list.elements].filter((element) => !unused.some(({ local }) => local === element.name));
    const isAlone = rest.length === 0 && isOnlyBinding(statement);
    if (isAlone) {
      replace(draft, rangeOf(draft, statement), pending ?? "");
      pending = undefined;
    } else {
      const kept = rest
        .map((element) => draft.text.slice(element.getStart(draft.source), element.end))
        .join(", ");
      replace(draft, rangeOf(draft, list), rest.length === 0 ? "{}" : `{ ${kept} }`);
    }
  }
  if (pending !== undefined) addStatement(draft, pending);
}

function isUnused(draft: Draft, local: ts.Identifier, replaced: readonly ts.Identifier[]): boolean {
  if (!replaced.some((mention) => mention.text === local.text)) return false;
  const others = mentions(draft.source, local.text).filter((mention) => mention !== local);
  return others.every((mention) => replaced.some((gone) => gone === mention));
}

function isOnlyBinding(statement: ts.Statement): boolean {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.length === 1;
  return ts.isImportDeclaration(statement) && !statement.importClause?.name;
}

function statementOf({ source, style, text }: Draft, { added, module }: Planned): string {
  const prefix = /from\s+["'](?!node:)(fs|path|os|url|util|stream|crypto)["']/.test(text) ? "" : "node:";
  const specifier = `${style.quote}${prefix}${module}${style.quote}`;
  const isEsm = source.statements.some(ts.isImportDeclaration) || !/\brequire\(/.test(text);
  const names = [...added]
    .map(([name, local]) => (name === local ? name : `${name}${isEsm ? " as" : ":"} ${local}`))
    .join(", ");
  if (isEsm) return `import { ${names} } from ${specifier}${style.semicolon}`;
  return `const { ${names} } = require(${specifier})${style.semicolon}`;
}

/** Behind the last import or `require` that the file begins with. */
function addStatement(draft: Draft, statement: string): void {
  const { text, source, style } = draft;
  const last = source.statements.findLast((node) => ts.isImportDeclaration(node) || isRequire(node));
  if (last) insert(draft, lineEnd(text, last.end), style.newline + statement);
  else insert(draft, source.statements[0]?.getStart(source) ?? 0, statement + style.newline + style.newline);
}

function isRequire(node: ts.Statement): boolean {
  return ts.isVariableStatement(node) && /=\s*require\(/.test(node.getText());
}
