// Reads names and members: variables, imports, constants of the environment, parts of objects.
import type { BindingId, FunctionDef, FunctionId, ModuleFacts, Value } from "../facts/module.ts";
import type { ClassOfProject } from "../facts/project.ts";
import { computedMember } from "./constants.ts";
import { declarationsOf } from "./declarations.ts";
import { labelOf, type Walk } from "./draft.ts";
import { type Condition, isLasting, keyOf } from "./effects.ts";
import { current, evaluate, under } from "./expressions.ts";
import { invoke, type Site } from "./invoke.ts";
import { isGlobalObject, memberName, type Target } from "./names.ts";
import { classField, isRecordBase } from "./records.ts";
import { constant, type Frame, type Known, nothing, partOf, unknown } from "./values.ts";

export function evaluateName(walk: Walk, frame: Frame, value: Extract<Value, { kind: "name" }>): Known {
  if (value.binding === undefined) return globalName(frame, value.name);
  return readBinding(walk, frame, value.binding);
}

function globalName(frame: Frame, name: string): Known {
  const folder = frame.module.path.replace(/\/[^/]*$/, "");
  if (name === "__dirname") return constant(folder);
  if (name === "__filename") return constant(frame.module.path);
  return { ...unknown, name };
}

/** The frame that holds a name, among those that the code sees. */
export function holderOf(frame: Frame, binding: BindingId): Frame | undefined {
  for (let at: Frame | undefined = frame; at; at = at.parent) if (at.names.has(binding)) return at;
  return undefined;
}

/**
 * An object of which a part is about to be read: it is that part which counts as read, so that two parts of one cache
 * may be filled at the same time.
 */
export function evaluateObject(walk: Walk, frame: Frame, value: Value): Known {
  if (value.kind !== "name" || value.binding === undefined) return evaluate(walk, frame, value);
  return readBinding(walk, frame, value.binding, true);
}

export function readBinding(walk: Walk, frame: Frame, id: BindingId, partly = false): Known {
  const binding = frame.module.bindings[id];
  if (!binding) return unknown;
  const holder = holderOf(frame, id);
  const held = holder?.names.get(id);
  if (holder && held) {
    const key = keyOf(holder, id);
    const effects = current(walk);
    const known = held.origin === undefined && held.constant === undefined ? { ...held, origin: key } : held;
    // The receiver is the same at each input; it is its parts that count.
    const isReceiver = frame.module.functions[holder.function]?.receiver === id;
    if ((!partly || known.origin !== key) && !isReceiver) effects.reads.add(key);
    if (!partly && known.origin !== undefined) effects.reads.add(known.origin);
    // A counter or switch of the module may stand differently at each input.
    if (walk.phase === "body" && holder.lasting && binding.reassigned && held.constant != null) {
      effects.input = true;
      return { ...nothing, input: true };
    }
    if (held.input) effects.input = true;
    return known;
  }
  const imported = declarationsOf(frame.module).imports.get(id);
  if (imported) {
    const target = walk.names.importTarget(frame.module, imported);
    return target ? knownOf(walk, target) : unknown;
  }
  if (binding.function !== undefined && !binding.reassigned) {
    return functionValue(walk, frame.module, binding.function, ownerOf(frame, binding.scope));
  }
  const declaration = declarationsOf(frame.module).of.get(id);
  if (declaration?.class) return { ...nothing, class: { module: frame.module, class: declaration.class } };
  const owner = ownerOf(frame, binding.scope);
  current(walk).reads.add(keyOf(owner, id));
  const name = walk.names.qualify(frame.module, {
    kind: "name",
    name: binding.name,
    binding: id,
    range: binding.range,
  });
  return { ...unknown, ...(name !== undefined && { name }), origin: keyOf(owner, id) };
}

/** The frame of the function that owns a name, though nothing was stored there yet. */
export function ownerOf(frame: Frame, scope: number | undefined): Frame {
  for (let at: Frame | undefined = frame; at; at = at.parent) if (at.function === scope) return at;
  return frame;
}

export function knownOf(walk: Walk, target: Target): Known {
  switch (target.kind) {
    case "external":
      return { ...unknown, name: target.name };
    case "namespace":
      return { ...nothing, namespace: target.module };
    case "function":
      return functionValue(walk, target.module, target.function, frameOf(walk, target.module));
    case "class":
      return { ...nothing, class: { module: target.module, class: target.class } };
    case "binding":
      return readBinding(walk, frameOf(walk, target.module), target.binding);
    case "value": {
      const name = walk.names.qualify(target.module, target.value);
      return { ...unknown, ...(name !== undefined && { name }) };
    }
  }
}

function functionValue(walk: Walk, module: ModuleFacts, id: FunctionId, frame: Frame): Known {
  const once = isCached(walk, module, module.functions[id]);
  return { ...nothing, callable: { module, function: id, frame }, ...(once && { once }) };
}

/** The frame of a module's own names. It is there before the module has run, and stays. */
export function frameOf(walk: Walk, module: ModuleFacts): Frame {
  const known = walk.modules.get(module.path);
  if (known) return known;
  const frame: Frame = { module, function: 0, names: new Map(), lasting: true };
  walk.modules.set(module.path, frame);
  return frame;
}

export function evaluateMember(walk: Walk, frame: Frame, value: Extract<Value, { kind: "member" }>): Known {
  const object = evaluateObject(walk, frame, value.object);
  if (object.name === "import.meta" && value.property !== undefined) return metaOf(frame, value.property);
  const key = value.key && evaluate(walk, frame, value.key);
  const property = value.property ?? (typeof key?.constant === "string" ? key.constant : undefined);
  if (property === undefined) return part(walk, object, key ? [key] : []);
  const site: Site = { file: frame.module.path, range: value.range, label: labelOf(value) };
  return memberOf(walk, object, property, site);
}

/** What a module knows of itself: where its file is. */
function metaOf(frame: Frame, property: string): Known {
  const { path } = frame.module;
  if (property === "url") return constant(`file://${path}`);
  if (property === "filename") return constant(path);
  if (property === "dirname") return constant(path.replace(/\/[^/]*$/, ""));
  return { ...unknown, name: `import.meta.${property}` };
}

/** @param site Where it is read, for what a getter does. */
export function memberOf(walk: Walk, object: Known, property: string, site?: Site): Known {
  if (object.namespace) {
    const target = walk.names.exportTarget(object.namespace, property);
    if (target) return knownOf(walk, target);
  }
  const field = object.fields?.get(property);
  if (field) return readField(walk, object, property, field);
  const method = methodOf(walk, object, property);
  if (method) {
    const own = method.module.functions[method.function];
    const once = isCached(walk, method.module, own);
    const bound: Known = { ...nothing, callable: method, receiver: object, ...(once && { once }) };
    if (own?.accessor !== "get") return bound;
    const read = () => invoke(walk, bound, [], site);
    return once ? invokeOnce(walk, bound, read) : read();
  }
  const owner = object.instance ?? object.class;
  const inherited = owner && classField(walk, owner, property);
  if (inherited) return readField(walk, object, property, inherited);
  const text = computedMember(object, property);
  if (text) return text;
  if (object.name !== undefined) {
    if (isGlobalObject(object.name)) current(walk).reads.add(`@global.${property}`);
    return namedMember(walk, object, object.name, property);
  }
  return part(walk, object, [], property);
}

function readField(walk: Walk, object: Known, property: string, field: Known): Known {
  if (object.origin === undefined) return field;
  const origin = `${object.origin}.${property}`;
  current(walk).reads.add(origin);
  if (field.input) current(walk).input = true;
  // A flag that a hook has set, an earlier input may have turned.
  if (walk.phase === "body" && isLasting(origin) && typeof field.constant === "boolean") {
    const { constant: _, ...rest } = field;
    return { ...rest, origin };
  }
  return field.origin === undefined && field.constant === undefined ? { ...field, origin } : field;
}

/** Methods of `os.environ`; other members of it are variables. */
const mappings = new Set(["get", "setdefault", "pop", "copy", "items", "keys", "values", "update"]);

function namedMember(walk: Walk, object: Known, name: string, property: string): Known {
  if (
    name === "process.env" ||
    name === "node:process.env" ||
    (name === "os.environ" && !mappings.has(property))
  ) {
    return { ...nothing, constant: `$${property}`, environment: true };
  }
  const member = { ...part(walk, object, [], property), name: memberName(name, property) };
  return isGlobalObject(name) ? { ...member, origin: `@global.${property}` } : member;
}

/** A part of an object of which only the object is known. */
function part(walk: Walk, object: Known, keys: readonly Known[], property?: string): Known {
  if (object.origin !== undefined) {
    current(walk).reads.add(property === undefined ? object.origin : `${object.origin}.${property}`);
  }
  return {
    ...partOf(object, ...keys),
    ...(object.origin !== undefined && {
      origin: property === undefined ? object.origin : `${object.origin}.${property}`,
    }),
    ...(object.probe && { probe: true }),
  };
}

/** A method of a project class that an object is an instance of, or that the class itself has. */
function methodOf(walk: Walk, object: Known, property: string) {
  const own = object.instance ?? object.class;
  if (!own) return undefined;
  for (const owner of classesOf(walk, own)) {
    for (const member of owner.class.members) {
      if (member.kind !== "function") continue;
      const definition = owner.module.functions[member.function];
      if (
        definition?.name === property &&
        definition.kind === "method" &&
        ((definition.static ?? false) === !object.instance || owner.module.language === "python")
      ) {
        return { module: owner.module, function: member.function };
      }
    }
  }
  return undefined;
}

/** A class and those of the project that it is derived from, nearest first. */
export function classesOf(walk: Walk, owner: ClassOfProject, depth = 0): readonly ClassOfProject[] {
  const { module, class: own } = owner;
  // In TypeScript bases are followed for the object of a function alone: the platform runs what makes it, bases first.
  const follows = module.language === "python" || owner === walk.owner || depth > 0;
  if (!follows || depth > 8) return [owner];
  const bases = [...(own.extends ? [own.extends] : []), ...(own.mixins ?? [])];
  const known = bases.map((base) => walk.names.classOf(module, base)).filter((base) => base !== undefined);
  return [owner, ...known.flatMap((base) => classesOf(walk, base, depth + 1))];
}

/** Whether a class is derived from one of a package. */
export function hasForeignBase(walk: Walk, owner: ClassOfProject): boolean {
  if (owner.module.language !== "python") return owner.class.extends !== undefined;
  return classesOf(walk, owner).some(({ module, class: each }) =>
    [...(each.extends ? [each.extends] : []), ...(each.mixins ?? [])].some((base) => {
      if (walk.names.classOf(module, base)) return false;
      const name = walk.names.qualify(module, base);
      return name !== "object" && !isRecordBase(name);
    }),
  );
}

export function constructorOf(walk: Walk, own: ClassOfProject) {
  for (const owner of classesOf(walk, own)) {
    for (const member of owner.class.members) {
      if (member.kind !== "function") continue;
      if (owner.module.functions[member.function]?.kind === "constructor") {
        return { module: owner.module, function: member.function };
      }
    }
  }
  return undefined;
}

const caching = new Set([
  "functools.cache",
  "functools.lru_cache",
  "functools.lru_cache()",
  "functools.cached_property",
  "cachetools.func.lru_cache()",
]);

/** Whether a decorator keeps what a function gives: `@lru_cache`. */
function isCached(walk: Walk, module: ModuleFacts, definition: FunctionDef | undefined): boolean {
  return (definition?.decorators ?? []).some((decorator) =>
    caching.has(walk.names.qualify(module, decorator) ?? ""),
  );
}

/** Calls a function that keeps what it gives: what it does is done by whoever calls it first. */
export function invokeOnce(walk: Walk, callee: Known, call: () => Known): Known {
  const { callable } = callee;
  const key = callable && `@${callable.module.path}()${callable.function}`;
  const keys = new Set(key === undefined ? [] : [key]);
  const once: Condition = { input: false, probe: false, failure: false, keys, memoized: true };
  const result = under(walk, once, call);
  if (key !== undefined && walk.phase !== "body") walk.filled.add(key);
  return result;
}
