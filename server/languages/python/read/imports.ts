// Reads imports: what a file takes from other modules, and under which names.
import type { BindingId, Import, Value } from "../../../facts/module.ts";
import type { Syntax } from "../syntax.ts";
import { builtins } from "./builtins.ts";
import { childOf, lookup, markReassigned, type Reader, rangeOf, textOf } from "./reader.ts";
import { importedName } from "./scope.ts";

export function readImport(reader: Reader, node: Syntax): void {
  for (const child of node.children) {
    if (child.field !== "name") continue;
    const name = child.type === "aliased_import" ? childOf(child, "name") : child;
    const specifier = name ? spelled(reader, name) : "";
    if (specifier === "") continue;
    const bound = bindingOf(reader, importedName(reader, node, child));
    const common = { imported: "*", ...commonOf(reader, node) };
    const whole = child.type === "aliased_import" || !specifier.includes(".");
    reader.imports.push({
      ...common,
      specifier: whole ? specifier : (specifier.split(".", 1)[0] ?? specifier),
      ...(bound !== undefined && { binding: bound }),
    });
    if (!whole) readParts(reader, name ?? child, specifier, bound, common);
  }
}

/** `import a.b.c` loads `a.b` and `a.b.c`, too, and makes them reachable by these names. */
function readParts(
  reader: Reader,
  node: Syntax,
  specifier: string,
  root: BindingId | undefined,
  common: Omit<Import, "specifier" | "binding">,
): void {
  const words = specifier.split(".");
  for (let count = 2; count <= words.length; count++) {
    const name = words.slice(0, count).join(".");
    const binding = root === undefined ? undefined : dottedBinding(reader, node, name, root);
    reader.imports.push({ ...common, specifier: name, ...(binding !== undefined && { binding }) });
  }
}

function dottedBinding(reader: Reader, node: Syntax, name: string, root: BindingId): BindingId {
  const known = reader.dotted.get(name);
  if (known?.root === root) return known.binding;
  const binding = reader.bindings.length;
  const scope = reader.bindings[root]?.scope ?? 0;
  reader.bindings.push({ name, kind: "import", scope, range: rangeOf(node), reassigned: false });
  reader.dotted.set(name, { root, binding });
  return binding;
}

export function readImportFrom(reader: Reader, node: Syntax): void {
  const from = childOf(node, "module_name");
  const specifier = from ? spelled(reader, from) : "";
  if (specifier === "") return;
  const common = { specifier, ...commonOf(reader, node) };
  for (const child of node.children) {
    if (child.type === "wildcard_import") readStar(reader, { ...common, imported: "*" });
    if (child.field !== "name") continue;
    const name = child.type === "aliased_import" ? childOf(child, "name") : child;
    const imported = name ? spelled(reader, name) : "";
    if (imported === "") continue;
    const binding = bindingOf(reader, importedName(reader, node, child));
    const submodule = specifier.endsWith(".") ? specifier + imported : `${specifier}.${imported}`;
    reader.imports.push({ ...common, imported, submodule, ...(binding !== undefined && { binding }) });
  }
}

function readStar(reader: Reader, star: Import): void {
  reader.imports.push(star);
  if (star.function === 0) {
    reader.exports.push({ name: "*", from: { specifier: star.specifier, name: "*" }, range: star.range });
  }
}

/** The module that `from x import *` takes its names from, with those of other such imports; the last one wins. */
export function findStar(reader: Reader, root: Syntax): Import | undefined {
  const stars = root.children
    .filter(
      (node) =>
        node.type === "import_from_statement" &&
        node.children.some((child) => child.type === "wildcard_import"),
    )
    .map((node) => ({ node, specifier: childOf(node, "module_name") }))
    .reverse();
  const [last, ...others] = stars.map(({ node, specifier }) => ({
    node,
    specifier: specifier ? spelled(reader, specifier) : "",
  }));
  if (!last || last.specifier === "") return undefined;
  return {
    specifier: last.specifier,
    imported: "*",
    ...(others.length > 0 && { others: others.map(({ specifier }) => specifier) }),
    ...commonOf(reader, last.node),
  };
}

/** A name that nothing in the file declares, and that `from x import *` may bring. */
export function starBinding(reader: Reader, name: string): BindingId | undefined {
  const { star } = reader;
  if (!star || name === "" || builtins.has(name)) return undefined;
  let scope = reader.scope;
  while (scope.parent) scope = scope.parent;
  const binding = reader.bindings.length;
  reader.bindings.push({ name, kind: "import", scope: 0, range: star.range, reassigned: false });
  scope.names.set(name, binding);
  reader.imports.push({ ...star, imported: name, binding });
  return binding;
}

/** `importlib.import_module("x")` and `__import__("x")` are what other languages write as `import("x")`. */
export function noteDynamicImport(reader: Reader, call: Extract<Value, { kind: "call" }>): Value | undefined {
  const [first] = call.args;
  if (first?.kind !== "literal" || typeof first.value !== "string" || call.args.length > 1) return undefined;
  if (!isImportFunction(reader, call.callee)) return undefined;
  const { range } = call;
  reader.imports.push({
    specifier: first.value,
    imported: "*",
    typeOnly: reader.typeOnly,
    form: "dynamic",
    function: reader.scope.function,
    range,
  });
  return { ...call, callee: { kind: "name", name: "import", range: call.callee.range } };
}

function isImportFunction(reader: Reader, callee: Value): boolean {
  if (callee.kind === "name" && callee.binding === undefined) return callee.name === "__import__";
  const [object, property] =
    callee.kind === "member" ? [callee.object, callee.property] : [callee, undefined];
  if (object.kind !== "name" || object.binding === undefined) return false;
  const from = reader.imports.find((each) => each.binding === object.binding);
  if (from?.specifier !== "importlib") return false;
  return property === undefined ? from.imported === "import_module" : property === "import_module";
}

function commonOf(reader: Reader, node: Syntax): Omit<Import, "specifier" | "imported" | "binding"> {
  return {
    typeOnly: reader.typeOnly,
    form: "import",
    function: reader.scope.function,
    range: rangeOf(node),
  };
}

function bindingOf(reader: Reader, name: Syntax | undefined): BindingId | undefined {
  const found = name && lookup(reader, textOf(reader, name));
  if (found?.kind !== "binding") return undefined;
  const binding = reader.bindings[found.binding];
  // `import a.b` and `import a.c` bind the same `a`.
  if (binding?.range.start !== name?.start && binding?.kind !== "import")
    markReassigned(reader, found.binding);
  return found.binding;
}

/** A dotted name without the spaces that may stand in it. */
function spelled(reader: Reader, node: Syntax): string {
  return textOf(reader, node).replace(/[\s\\]+/g, "");
}
