// Resolves names: through imports, aliases, re-exports and instances to what a package or a project file defines.
import type { BindingId, Export, FunctionId, Import, ModuleFacts, Value } from "../facts/module.ts";
import type { ClassOfProject, FunctionRef, ProjectView, Questions } from "../facts/project.ts";
import { type ClassStatement, declarationsOf, eachValue } from "./declarations.ts";

/** What a name of the project stands for. */
export type Target =
  | { readonly kind: "external"; readonly name: string }
  | { readonly kind: "namespace"; readonly module: ModuleFacts }
  | { readonly kind: "function"; readonly module: ModuleFacts; readonly function: FunctionId }
  | { readonly kind: "class"; readonly module: ModuleFacts; readonly class: ClassStatement }
  | { readonly kind: "binding"; readonly module: ModuleFacts; readonly binding: BindingId }
  | { readonly kind: "value"; readonly module: ModuleFacts; readonly value: Value };

export interface Names extends Questions {
  /** What an import binds; undefined for types and for project files that are not there. */
  importTarget(module: ModuleFacts, each: Import): Target | undefined;
  exportTarget(module: ModuleFacts, name: string): Target | undefined;
  /** What `import("x")` or `require("x")` gives. */
  moduleTarget(module: ModuleFacts, specifier: string): Target | undefined;
}

/** Longest chain of aliases that is followed. */
const LIMIT = 24;

export function createNames(view: ProjectView): Names {
  function moduleTarget(module: ModuleFacts, specifier: string): Target | undefined {
    const file = view.resolve(module.path, specifier);
    if (file === undefined) {
      if (specifier.startsWith(".")) return undefined;
      const name = module.language === "python" ? specifier : specifierName(specifier);
      return { kind: "external", name };
    }
    const other = view.module(file);
    return other && { kind: "namespace", module: other };
  }

  function importTarget(module: ModuleFacts, each: Import, depth = 0): Target | undefined {
    if (each.typeOnly) return undefined;
    if (each.others) return oneOf(module, each, [each.specifier, ...each.others], depth);
    const target = moduleTarget(module, each.specifier);
    if (each.submodule !== undefined) {
      const own = target?.kind === "namespace" && exportTarget(target.module, each.imported, depth + 1);
      if (own) return own;
      const part = moduleTarget(module, each.submodule);
      if (part?.kind === "namespace" || target?.kind !== "external") return part;
    }
    if (!target || each.imported === "*") return target;
    if (target.kind === "external") return { kind: "external", name: memberName(target.name, each.imported) };
    return target.kind === "namespace" ? exportTarget(target.module, each.imported, depth + 1) : undefined;
  }

  /** A name that one of several modules brings: a project file that has it, else the only package among them. */
  function oneOf(
    module: ModuleFacts,
    { imported }: Import,
    specifiers: readonly string[],
    depth: number,
  ): Target | undefined {
    const targets = specifiers.map((specifier) => moduleTarget(module, specifier));
    for (const target of targets) {
      const own = target?.kind === "namespace" && exportTarget(target.module, imported, depth + 1);
      if (own) return own;
    }
    const packages = targets.filter((target) => target?.kind === "external");
    const [only] = packages;
    return packages.length === 1 && only?.kind === "external"
      ? { kind: "external", name: memberName(only.name, imported) }
      : undefined;
  }

  function exportTarget(module: ModuleFacts, name: string, depth = 0): Target | undefined {
    if (depth > LIMIT) return undefined;
    const own = module.exports.findLast((each) => each.name === name);
    if (own) return targetOfExport(module, own, depth);
    for (const each of module.exports) {
      if (each.name !== "*" || !each.from || name === "default") continue;
      const target = moduleTarget(module, each.from.specifier);
      if (target?.kind === "external") return { kind: "external", name: memberName(target.name, name) };
      const found = target?.kind === "namespace" ? exportTarget(target.module, name, depth + 1) : undefined;
      if (found) return found;
    }
    return undefined;
  }

  function targetOfExport(module: ModuleFacts, own: Export, depth: number): Target | undefined {
    if (own.from) {
      const target = moduleTarget(module, own.from.specifier);
      if (!target || own.from.name === "*") return target;
      if (target.kind === "external")
        return { kind: "external", name: memberName(target.name, own.from.name) };
      return target.kind === "namespace" ? exportTarget(target.module, own.from.name, depth + 1) : undefined;
    }
    if (own.binding !== undefined) return bindingTarget(module, own.binding, depth);
    if (own.value?.kind === "function") return { kind: "function", module, function: own.value.function };
    return own.value && { kind: "value", module, value: own.value };
  }

  function bindingTarget(module: ModuleFacts, id: BindingId, depth: number): Target | undefined {
    const binding = module.bindings[id];
    if (!binding) return undefined;
    const declarations = declarationsOf(module);
    const imported = declarations.imports.get(id);
    if (imported) return importTarget(module, imported, depth + 1);
    if (binding.function !== undefined && !binding.reassigned) {
      return { kind: "function", module, function: binding.function };
    }
    const declaration = declarations.of.get(id);
    if (declaration?.class) return { kind: "class", module, class: declaration.class };
    return { kind: "binding", module, binding: id };
  }

  function nameOfTarget(target: Target | undefined, depth: number): string | undefined {
    if (target?.kind === "external") return target.name;
    if (target?.kind === "value") return qualify(target.module, target.value, depth + 1);
    if (target?.kind === "binding") return qualifyBinding(target.module, target.binding, depth + 1);
    return undefined;
  }

  function qualifyBinding(module: ModuleFacts, id: BindingId, depth: number): string | undefined {
    const declarations = declarationsOf(module);
    const imported = declarations.imports.get(id);
    if (imported) return nameOfTarget(importTarget(module, imported, depth + 1), depth);
    const binding = module.bindings[id];
    const declaration = declarations.of.get(id);
    if (!declaration?.value || !binding || binding.reassigned) return undefined;
    const name = qualify(module, declaration.value, depth + 1);
    return name === undefined ? undefined : declaration.keys.reduce(memberName, name);
  }

  /** The member of a namespace import of a project file: `hub.download`. */
  function qualifyMember(
    module: ModuleFacts,
    object: Value,
    property: string,
    depth: number,
  ): string | undefined {
    if (object.kind === "name" && object.binding !== undefined) {
      const imported = declarationsOf(module).imports.get(object.binding);
      const target = imported && importTarget(module, imported);
      if (target?.kind === "namespace") return nameOfTarget(exportTarget(target.module, property), depth);
    }
    const name = qualify(module, object, depth + 1);
    return name === undefined ? undefined : memberName(name, property);
  }

  function qualify(module: ModuleFacts, value: Value, depth = 0): string | undefined {
    if (depth > LIMIT) return undefined;
    switch (value.kind) {
      case "name":
        return value.binding === undefined ? value.name : qualifyBinding(module, value.binding, depth);
      case "member":
        return value.property === undefined
          ? undefined
          : qualifyMember(module, value.object, value.property, depth);
      case "await":
        return qualify(module, value.value, depth + 1);
      case "choice":
        return value.operands[0] && qualify(module, value.operands[0], depth + 1);
      case "call": {
        const specifier = requiredSpecifier(value);
        if (specifier !== undefined) return nameOfTarget(moduleTarget(module, specifier), depth);
        const name = qualify(module, value.callee, depth + 1);
        if (name === undefined) return undefined;
        const [first] = value.args;
        return callName(name, constructs(module, value, name), first && qualify(module, first, depth + 1));
      }
      default:
        return undefined;
    }
  }

  function settled(module: ModuleFacts, value: Value, depth = 0): ReturnType<Questions["valueOf"]> {
    if (depth > LIMIT) return undefined;
    if (value.kind !== "name") return { module, value };
    if (value.binding === undefined) return undefined;
    const target = bindingTarget(module, value.binding, depth);
    if (target?.kind === "value") return settled(target.module, target.value, depth + 1);
    if (target?.kind !== "binding") return undefined;
    const declaration = declarationsOf(target.module).of.get(target.binding);
    if (!declaration?.value || declaration.keys.length > 0) return undefined;
    return settled(target.module, declaration.value, depth + 1);
  }

  function functionOf(module: ModuleFacts, value: Value): FunctionRef | undefined {
    if (value.kind === "name" && value.binding !== undefined) {
      const target = bindingTarget(module, value.binding, 0);
      if (target?.kind === "function") return { file: target.module.path, function: target.function };
    }
    const found = settled(module, value);
    if (found?.value.kind === "function") return { file: found.module.path, function: found.value.function };
    return found?.value.kind === "member" ? methodOf(found.module, found.value) : undefined;
  }

  /** `service.handle`, where `service` is an instance of a class of the project. */
  function methodOf(module: ModuleFacts, value: Extract<Value, { kind: "member" }>): FunctionRef | undefined {
    const instance = settled(module, value.object);
    if (instance?.value.kind !== "call") return undefined;
    if (!instance.value.construct && instance.module.language !== "python") return undefined;
    const { callee } = instance.value;
    if (callee.kind !== "name" || callee.binding === undefined) return undefined;
    const owner = bindingTarget(instance.module, callee.binding, 0);
    if (owner?.kind !== "class") return undefined;
    for (const member of owner.class.members) {
      if (member.kind !== "function") continue;
      if (owner.module.functions[member.function]?.name === value.property) {
        return { file: owner.module.path, function: member.function };
      }
    }
    return undefined;
  }

  function classOf(module: ModuleFacts, value: Value): ClassOfProject | undefined {
    if (value.kind === "name" && value.binding !== undefined) {
      const target = bindingTarget(module, value.binding, 0);
      return target?.kind === "class" ? target : undefined;
    }
    if (value.kind !== "member" || value.object.kind !== "name" || value.property === undefined)
      return undefined;
    const imported =
      value.object.binding === undefined
        ? undefined
        : declarationsOf(module).imports.get(value.object.binding);
    const namespace = imported && importTarget(module, imported);
    const target =
      namespace?.kind === "namespace" ? exportTarget(namespace.module, value.property) : undefined;
    return target?.kind === "class" ? target : undefined;
  }

  return {
    classOf,
    eachValue,
    qualify: (module, value) => qualify(module, value),
    valueOf: (module, value) => settled(module, value),
    functionOf,
    moduleOf: ({ file }) => view.module(file),
    importTarget: (module, each) => importTarget(module, each),
    exportTarget: (module, name) => exportTarget(module, name),
    moduleTarget,
  };
}

/** Whether a call makes an instance. Python does not say; its classes are the names that begin with a capital. */
export function constructs(
  module: ModuleFacts,
  value: Extract<Value, { kind: "call" }>,
  name: string,
): boolean {
  return value.construct || (module.language === "python" && /(^|\.)_*[A-Z]\w*$/.test(name));
}

/** `require("x")`, `import("x")`: the specifier. */
export function requiredSpecifier(value: Value): string | undefined {
  if (value.kind !== "call" || value.callee.kind !== "name" || value.callee.binding !== undefined)
    return undefined;
  if (value.callee.name !== "require" && value.callee.name !== "import") return undefined;
  const [first] = value.args;
  return first?.kind === "literal" && typeof first.value === "string" ? first.value : undefined;
}

const builtins = new Set(
  "assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain events fs fs/promises http http2 https inspector module net os path path/posix path/win32 perf_hooks process punycode querystring readline readline/promises repl stream stream/promises stream/web string_decoder timers timers/promises tls tty url util v8 vm wasi worker_threads zlib".split(
    " ",
  ),
);

/** `fs` → `node:fs`. */
export function specifierName(specifier: string): string {
  return builtins.has(specifier) ? `node:${specifier}` : specifier;
}

const roots = new Set(["globalThis", "global", "window", "self"]);

export function isGlobalObject(name: string): boolean {
  return roots.has(name);
}

/** The name of a member, in the one spelling that the catalogue uses. */
export function memberName(object: string, property: string): string {
  if (roots.has(object)) return property;
  // A default export and a namespace of the same CommonJS package are the same thing; so are `node:fs` and its default.
  if (property === "default" && object.startsWith("node:")) return object;
  const base = object.endsWith(".default") ? object.slice(0, -".default".length) : object;
  if (property === "promises" && (base === "node:fs" || base === "node:stream")) return `${base}/promises`;
  if (property === "posix" && base === "node:path") return base;
  return `${base}.${property}`;
}

/** The name of what a call gives: the class of an instance, else the call itself. */
export function callName(callee: string, construct: boolean, argument: string | undefined): string {
  if (construct) return callee;
  // Each step of an image gives an image.
  if (/^modal\.Image\.\w+$/.test(callee)) return "modal.Image";
  if (callee === "node:util.promisify" && argument !== undefined) return promisified(argument);
  if (callee === "node:module.createRequire") return "require";
  return `${callee}()`;
}

function promisified(name: string): string {
  return name.startsWith("node:fs.") || name.startsWith("node:stream.")
    ? name.replace(/^(node:\w+)\./, "$1/promises.")
    : name;
}
