// Finds methods of classes by names such as `Captioner(size="large").caption`, and says which there are.
import { Failure } from "./failure.ts";
import { type Definition, type Exports, exported, registry, sameFile } from "./load.ts";
import type { Plan } from "./messages.ts";

/** What the SDK leaves on a class. */
export interface ClassDefinition {
  readonly file?: string;
  readonly name?: string;
  readonly ownName: string;
  readonly methods: readonly string[];
  readonly wantsValues: boolean;
  method(name: string, values?: string): Definition;
  /** A method of an object that is there. */
  bind(object: object, name: string): Definition;
}

const CLASS = Symbol.for("coldstart.class");
const MARK = Symbol.for("coldstart.mark");

export function classOf(value: unknown): ClassDefinition | undefined {
  if (typeof value !== "function" || !Object.hasOwn(value, CLASS)) return undefined;
  return Reflect.get(value, CLASS) as ClassDefinition;
}

/** Undefined where the name is none of a method. */
export function findMethod(exports: Exports, plan: Plan): Definition | undefined {
  const [, head = "", values = "", method] = /^([^.(]+)(?:\((.*)\))?(?:\.([^.()]+))?$/s.exec(plan.name) ?? [];
  const value = exported(exports, head);
  const found = classOf(value) ?? classesOf(plan.file).find((each) => (each.name ?? each.ownName) === head);
  if (!found) {
    if (typeof value === "function") refuseUnknownClass(value, head, plan);
    return undefined;
  }
  if (method !== undefined && found.methods.includes(method))
    return madeWith(() => found.method(method, values));
  const known = found.methods.map((name) => `${head}.${name}`).join(", ");
  const wrong =
    method === undefined
      ? `${head} of ${plan.file} is a class; name one of its methods`
      : `the class ${head} of ${plan.file} has no method ${method} under @method()`;
  throw new Failure("usage", "UnknownFunctionError", `${wrong}: it has ${known}`);
}

/** Wrong values in a name are a mistake of whoever wrote the name. */
function madeWith(make: () => Definition): Definition {
  try {
    return make();
  } catch (error) {
    const { name, message } = error as Error;
    throw name === "ParameterError" ? new Failure("usage", name, message) : error;
  }
}

/** A class with marked methods that no app knows. */
function refuseUnknownClass(value: object, head: string, plan: Plan): void {
  const prototype: unknown = Reflect.get(value, "prototype");
  if (typeof prototype !== "object" || prototype === null) return;
  const members = Object.values(Object.getOwnPropertyDescriptors(prototype));
  if (!members.some((member) => typeof member.value === "function" && MARK in member.value)) return;
  throw new Failure(
    "usage",
    "UnknownClassError",
    `${head} of ${plan.file} has methods for the platform, but is no class of an app; write @app.cls() above it`,
  );
}

/** Classes that a file defines, by the names that they go by; exported names come first. */
export function namedClasses(exports: Exports, file: string): ReadonlyMap<ClassDefinition, string> {
  const found = new Map<ClassDefinition, string>();
  const add = (from: unknown) => {
    if (typeof from !== "object" || from === null) return;
    for (const [name, value] of Object.entries(from)) {
      const own = classOf(value);
      if (own && !found.has(own)) found.set(own, own.name ?? (name === "default" ? own.ownName : name));
    }
  };
  add(exports);
  add(exports.default);
  for (const own of classesOf(file)) if (!found.has(own)) found.set(own, own.name ?? own.ownName);
  return found;
}

function classesOf(file: string): readonly ClassDefinition[] {
  return (registry()?.classes ?? []).filter((each) => sameFile(each.file, file));
}
