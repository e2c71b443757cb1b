// Says what the user's module defines, for platforms that keep a whole app up and for builds.
import { type ClassDefinition, namedClasses } from "./classes.ts";
import type { AppDescription, FunctionDescription } from "./description.ts";
import { describeImage } from "./image.ts";
import {
  type Definition,
  defined,
  definitionOf,
  type Exports,
  hasEntrypoint,
  hooksOf,
  sameFile,
  settings,
} from "./load.ts";
import type { Plan } from "./messages.ts";

export function describe(exports: Exports, plan: Plan): AppDescription {
  const found = new Map<Definition, string>();
  const add = (from: unknown) => {
    if (typeof from !== "object" || from === null) return;
    for (const [name, value] of Object.entries(from)) {
      const definition = definitionOf(value);
      if (definition && !found.has(definition)) found.set(definition, definition.name ?? name);
    }
  };
  add(exports);
  if (!definitionOf(exports.default)) add(exports.default);
  for (const definition of defined()) {
    const isHere = definition.name !== undefined && sameFile(definition.file, plan.file);
    if (isHere && !found.has(definition)) found.set(definition, definition.name ?? "");
  }
  const methods = [...namedClasses(exports, plan.file)].flatMap(([each, name]) =>
    each.methods.map((method) => ofMethod(each, name, method, plan)),
  );
  return {
    functions: [...[...found].map(([definition, name]) => described(definition, name, plan)), ...methods],
    entrypoint: hasEntrypoint(plan),
  };
}

function described(definition: Definition, name: string, plan: Plan): FunctionDescription {
  const { image, web, schedule } = definition.options;
  return {
    file: definition.file ?? plan.file,
    name,
    settings: settings(definition),
    builds: hooksOf(definition, "build").map((hook) => hook.name),
    ...(image ? { image: describeImage(image) } : {}),
    ...(schedule ? { schedule } : {}),
    ...(web ? { web: { kind: "endpoint", method: web.method, cors: true } } : {}),
    generator: /^(Async)?GeneratorFunction$/.test(definition.handler.constructor.name),
  };
}

/** A class that wants values is described as it is without them; nobody can start it so. */
function ofMethod(owner: ClassDefinition, name: string, method: string, plan: Plan): FunctionDescription {
  const wanted = owner.wantsValues ? { parameters: ["values"] } : {};
  return { ...described(owner.method(method), `${name}.${method}`, plan), ...wanted };
}
