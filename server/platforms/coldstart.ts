// Our own SDK: `app.function(options, handler)` in all its forms.
import type { Spelling } from "../facts/function.ts";
import type { ModuleFacts, Range, Value } from "../facts/module.ts";
import type { FunctionRef, Platform, PlatformFunction, Questions } from "../facts/project.ts";
import { methodsIn } from "./coldstart-classes.ts";
import { mistakesOfSchedule } from "./coldstart-mistakes.ts";
import { settingOf } from "./coldstart-settings.ts";

type Call = Extract<Value, { kind: "call" }>;

/** A value at module scope, and the name that it goes by there. */
interface Place {
  readonly value: Value;
  readonly range: Range;
  readonly name?: string;
  readonly nameRange?: Range;
}

export const coldstart: Platform = {
  id: "coldstart",
  language: "typescript",
  // The app may be another file's: `import { app } from "./app.ts"`.
  marks: ["coldstart", "app.function(", "app.cls("],
  functions(module, ask) {
    const functions = placesOf(module).flatMap((place) => {
      const { value } = place;
      if (value.kind !== "call" || ask.qualify(module, value.callee) !== "coldstart.App.function") return [];
      const found = functionAt(module, ask, place, value);
      return found ? [found] : [];
    });
    return [...functions, ...methodsIn(module, ask)];
  },
};

/** Where functions may be defined: declarations, exports without a name, bare statements. */
function placesOf(module: ModuleFacts): readonly Place[] {
  const places: Place[] = [];
  for (const statement of module.functions[0]?.body.statements ?? []) {
    if (statement.kind === "declare" && statement.value && statement.pattern.kind === "name") {
      const { binding, range: nameRange } = statement.pattern;
      const name = module.exports.find((each) => each.binding === binding)?.name;
      const range = statement.declaration;
      places.push({ value: statement.value, range, nameRange, ...(name !== undefined && { name }) });
    } else if (statement.kind === "expression") {
      const value = statement.value.kind === "assign" ? statement.value.value : statement.value;
      const exported = module.exports.find(
        (each) => each.value === value || sameRange(each.value?.range, value?.range),
      );
      if (value) places.push({ value, range: statement.range, ...(exported && { name: exported.name }) });
    }
  }
  return places;
}

function sameRange(a: Range | undefined, b: Range | undefined): boolean {
  return a !== undefined && b !== undefined && a.start === b.start && a.end === b.end;
}

function functionAt(
  module: ModuleFacts,
  ask: Questions,
  place: Place,
  call: Call,
): PlatformFunction | undefined {
  const [first, second] = call.args;
  const handlerValue = second ?? first;
  const optionsValue = second ? first : undefined;
  const handler = handlerValue && ask.functionOf(module, handlerValue);
  if (!handler) return undefined;
  const options = optionsValue && ask.valueOf(module, optionsValue);
  const entries = options?.value.kind === "object" ? options.value.entries : [];
  const where = options?.module ?? module;
  const settings = entries.flatMap(settingOf);
  const named = settings.find((setting) => setting.name === "name")?.value;
  const name = typeof named === "string" ? named : place.name;
  if (name === undefined) return undefined;
  const hook = (key: string): readonly FunctionRef[] => {
    const entry = entries.find((each) => each.key === key);
    const found = entry && ask.functionOf(where, entry.value);
    return found ? [found] : [];
  };
  const enter = hook("enter");
  const states = enter.some((each) => returnsObject(each, module, where)) ? 1 : 0;
  const handlerHere = handler.file === module.path ? module.functions[handler.function] : undefined;
  return {
    name,
    range: place.range,
    nameRange: place.nameRange ?? call.callee.range,
    settings,
    phases: { build: hook("build"), enter, body: [handler] },
    stateParameters: states,
    ...(settings.some(({ name }) => name === "schedule") && { singleUse: true, unattended: true }),
    mistakes: mistakesOfSchedule(module, settings, handlerHere, states),
    spelling: spellingOf(module, call, optionsValue, handler),
  };
}

/** Whether an `enter` hands something over: what it returns is taken first only when it is an object. */
function returnsObject(ref: FunctionRef, ...modules: readonly ModuleFacts[]): boolean {
  const module = modules.find((each) => each.path === ref.file);
  const body = module?.functions[ref.function]?.body;
  // A hook of another file is taken to hand over what it loads: that is what such hooks are for.
  if (!body) return true;
  return body.statements.some((statement) => statement.kind === "return" && isObject(statement.value));
}

function isObject(value: Value | undefined): boolean {
  if (!value) return false;
  const inner = value.kind === "await" ? value.value : value;
  return inner.kind !== "literal" && inner.kind !== "template";
}

function spellingOf(
  module: ModuleFacts,
  call: Call,
  options: Value | undefined,
  handler: FunctionRef,
): Spelling {
  // What can't be rewritten in this file has no definition to rewrite.
  const here = handler.file === module.path && (!options || options.kind === "object");
  return {
    platform: "coldstart",
    enter: { kind: "option", option: "enter" },
    build: { kind: "option", option: "build" },
    ...(here && {
      definition: { call: call.range, ...(options && { options: options.range }), handler: handler.function },
    }),
  };
}
