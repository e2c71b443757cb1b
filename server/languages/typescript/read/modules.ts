// Reads what a file takes from other modules and gives to them, in the words of both module systems.
import type { BindingId, Export, Import, Pattern, Value } from "../../../facts/module.ts";
import { ts } from "../compiler.ts";
import { withoutWrapping } from "./patterns.ts";
import { lookup, type Reader, rangeOf } from "./reader.ts";

export function readImport(reader: Reader, node: ts.ImportDeclaration): void {
  reader.esm = true;
  if (!ts.isStringLiteral(node.moduleSpecifier)) return;
  const clause = node.importClause;
  const common = {
    specifier: node.moduleSpecifier.text,
    form: "import" as const,
    function: reader.scope.function,
    range: rangeOf(reader, node),
  };
  const add = (name: ts.Identifier, imported: string, typeOnly: boolean) => {
    const binding = lookup(reader, name.text);
    reader.imports.push({ ...common, ...(binding !== undefined && { binding }), imported, typeOnly });
  };
  const typeOnly = clause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
  if (clause?.name) add(clause.name, "default", typeOnly);
  const named = clause?.namedBindings;
  if (named && ts.isNamespaceImport(named)) add(named.name, "*", typeOnly);
  else if (named) {
    for (const { name, propertyName, isTypeOnly } of named.elements) {
      add(name, (propertyName ?? name).text, typeOnly || isTypeOnly);
    }
  }
  const bindsNothing = !clause?.name && (!named || (ts.isNamedImports(named) && named.elements.length === 0));
  if (bindsNothing) reader.imports.push({ ...common, imported: "*", typeOnly });
}

/** `import fs = require("fs")`; true when the node was one. */
export function readImportEquals(reader: Reader, node: ts.ImportEqualsDeclaration): boolean {
  const reference = node.moduleReference;
  if (!ts.isExternalModuleReference(reference)) return false;
  if (!ts.isStringLiteralLike(reference.expression)) return true;
  const binding = lookup(reader, node.name.text);
  reader.imports.push({
    specifier: reference.expression.text,
    ...(binding !== undefined && { binding }),
    imported: "*",
    typeOnly: node.isTypeOnly,
    form: "require",
    function: reader.scope.function,
    range: rangeOf(reader, node),
  });
  return true;
}

export function readExport(reader: Reader, node: ts.ExportDeclaration): void {
  reader.esm = true;
  if (node.isTypeOnly) return;
  const specifier =
    node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier.text : undefined;
  const range = rangeOf(reader, node);
  if (!node.exportClause || ts.isNamespaceExport(node.exportClause)) {
    const name = node.exportClause?.name.text ?? "*";
    if (specifier !== undefined) reader.exports.push({ name, from: { specifier, name: "*" }, range });
    return;
  }
  for (const { name, propertyName, isTypeOnly } of node.exportClause.elements) {
    if (isTypeOnly) continue;
    const local = (propertyName ?? name).text;
    const own = { name: name.text, range };
    if (specifier !== undefined) reader.exports.push({ ...own, from: { specifier, name: local } });
    else exportBinding(reader, own, lookup(reader, local));
  }
}

/** Exports all names that a declaration binds. */
export function exportPattern(reader: Reader, pattern: Pattern, range: Export["range"]): void {
  if (pattern.kind === "name") {
    const name = reader.bindings[pattern.binding]?.name;
    if (name !== undefined) exportBinding(reader, { name, range }, pattern.binding);
  } else if (pattern.kind === "object") {
    for (const entry of pattern.entries) exportPattern(reader, entry.pattern, range);
  } else if (pattern.kind === "array") {
    for (const item of pattern.items) if (item) exportPattern(reader, item, range);
  }
}

export function exportBinding(
  reader: Reader,
  own: Pick<Export, "name" | "range">,
  binding: BindingId | undefined,
): void {
  if (binding !== undefined) reader.exports.push({ ...own, binding });
}

export function exportValue(reader: Reader, own: Pick<Export, "name" | "range">, value: Value): void {
  if (value.kind === "name" && value.binding !== undefined) exportBinding(reader, own, value.binding);
  else reader.exports.push({ ...own, value });
}

/** `module` and `exports`, where nothing in the file declares them, say CommonJS. */
export function noteExportsUse(reader: Reader, name: string): void {
  if (name === "exports" || name === "module" || name === "__dirname" || name === "__filename")
    reader.cjs = true;
}

/** Notes `exports.x = …`, `module.exports.x = …` and `module.exports = …`, wherever at module scope they stand. */
export function noteCommonExport(reader: Reader, node: ts.BinaryExpression, value: Value): void {
  if (reader.scope.function !== 0) return;
  const left = withoutWrapping(node.left);
  const range = rangeOf(reader, node);
  const last = finalValue(value);
  if (isModuleExports(reader, left)) {
    exportValue(reader, { name: "default", range }, last);
    if (last.kind === "object") exportEntries(reader, last, range);
  } else if (ts.isPropertyAccessExpression(left) && isExportsObject(reader, left.expression)) {
    // Compilers write `exports.x = void 0` first.
    if (last.kind === "literal" && last.value === undefined) return;
    exportValue(reader, { name: left.name.text, range }, last);
  }
}

function exportEntries(
  reader: Reader,
  object: Extract<Value, { kind: "object" }>,
  range: Export["range"],
): void {
  for (const entry of object.entries) {
    const specifier = requiredBy(entry.value);
    if (entry.key !== undefined) exportValue(reader, { name: entry.key, range }, entry.value);
    else if (entry.spread && specifier !== undefined) {
      reader.exports.push({ name: "*", from: { specifier, name: "*" }, range });
    }
  }
}

/** The value at the end of `exports.a = exports.b = value`. */
function finalValue(value: Value): Value {
  let last = value;
  while (last.kind === "assign" && last.operator === "=" && last.value) last = last.value;
  return last;
}

function isExportsObject(reader: Reader, node: ts.Expression): boolean {
  return isGlobal(reader, node, "exports") || isModuleExports(reader, node);
}

function isModuleExports(reader: Reader, node: ts.Expression): boolean {
  return (
    ts.isPropertyAccessExpression(node) &&
    node.name.text === "exports" &&
    isGlobal(reader, node.expression, "module")
  );
}

function isGlobal(reader: Reader, node: ts.Expression, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name && lookup(reader, name) === undefined;
}

/** Notes `require("x")` and `import("x")`, and says which of the two a call is. */
export function noteRequire(reader: Reader, node: ts.CallExpression): "require" | "import" | undefined {
  const form = formOf(reader, node.expression);
  if (!form) return undefined;
  if (form === "require") reader.cjs = true;
  const [first] = node.arguments;
  if (first && ts.isStringLiteralLike(first)) {
    reader.imports.push({
      specifier: first.text,
      imported: "*",
      typeOnly: false,
      form: form === "require" ? "require" : "dynamic",
      function: reader.scope.function,
      range: rangeOf(reader, node),
    });
  }
  return form;
}

function formOf(reader: Reader, callee: ts.Expression): "require" | "import" | undefined {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return "import";
  if (!ts.isIdentifier(callee) || callee.text !== "require") return undefined;
  const binding = lookup(reader, "require");
  return binding === undefined || binding === reader.requireBinding ? "require" : undefined;
}

/** `const x = require("x")`, `const { a } = await import("x")`: gives the import that was just noted its bindings. */
export function bindRequired(reader: Reader, pattern: Pattern, value: Value): void {
  const noted = reader.imports.at(-1);
  const source = value.kind === "await" ? value.value : value;
  const member = source.kind === "member" && source.property !== undefined ? source.property : undefined;
  const call =
    source.kind !== "member" ? source : source.object.kind === "await" ? source.object.value : source.object;
  if (!noted || noted.binding !== undefined || requiredBy(call) === undefined) return;
  if (noted.range.start !== call.range.start || noted.range.end !== call.range.end) return;
  const bound = importsBound(noted, pattern, member);
  if (bound.length > 0) reader.imports.splice(-1, 1, ...bound);
}

function importsBound(noted: Import, pattern: Pattern, member: string | undefined): readonly Import[] {
  if (pattern.kind === "name") return [{ ...noted, binding: pattern.binding, imported: member ?? "*" }];
  if (pattern.kind !== "object" || member !== undefined) return [];
  return pattern.entries.flatMap(({ key, pattern: inner }) =>
    key !== undefined && inner.kind === "name" ? [{ ...noted, binding: inner.binding, imported: key }] : [],
  );
}

function requiredBy(value: Value): string | undefined {
  if (value.kind !== "call" || value.callee.kind !== "name" || value.callee.binding !== undefined)
    return undefined;
  if (value.callee.name !== "require" && value.callee.name !== "import") return undefined;
  const [first] = value.args;
  return first?.kind === "literal" && typeof first.value === "string" ? first.value : undefined;
}
