// Classes of an app: their hooks and methods in order, and their objects, made when the platform needs them.
import {
  CLASS,
  type ClassDefinition,
  type DefinitionOptions,
  type FunctionDefinition,
  type Handler,
  type Hook,
  type Mark,
} from "./definition.ts";
import { DecoratorError, OptionError, ParameterError } from "./errors.ts";
import { type Class, keepingArguments, marksOf, takesArguments } from "./inspect.ts";
import { methodOf } from "./instances.ts";
import { once } from "./once.ts";
import { parseValues, spellValues, type Values } from "./parameters.ts";

interface Said {
  readonly app: string;
  readonly file: string;
  readonly name: string | undefined;
  readonly options: DefinitionOptions;
}

/** What all methods of a class share. */
interface Owner extends Said {
  readonly target: Class;
  readonly marks: ReadonlyMap<string, Mark>;
  readonly definition: ClassDefinition;
}

/** Arguments that objects were made with, where their class takes any. */
const given = new WeakMap<object, readonly unknown[]>();

/** @returns the definition, and what takes the class's place */
export function defineClass(
  target: Class,
  said: Said,
  where: string,
): { readonly definition: ClassDefinition; readonly replacement: Class } {
  const marks = marksOf(target, where);
  const takes = takesArguments(target);
  const methods = [...marks].filter(([, { kind }]) => kind === "method").map(([name]) => name);
  if (methods.length === 0) {
    throw new DecoratorError(`${where}: it has no method under @method(), so there is nothing to call`);
  }
  const timed = methods.find((name) => marks.get(name)?.schedule);
  if (takes === "wants" && timed !== undefined) {
    throw new OptionError(
      `${where}: ${timed} has a schedule, and no object can be made without values; give the constructor's parameter a default, or drop the schedule`,
    );
  }
  const make = (...values: readonly unknown[]): object => {
    const object = new target(...values);
    if (typeof (object as { then?: unknown }).then !== "function") return object;
    throw new DecoratorError(
      `${where}: its constructor gives a promise, and nobody waits for a constructor; move what waits into a method under @enter()`,
    );
  };
  const owner = target.name;
  const definition: ClassDefinition = {
    version: 1,
    app: said.app,
    file: said.file,
    ...(said.name === undefined ? {} : { name: said.name }),
    ownName: owner,
    methods,
    wantsValues: takes === "wants",
    method(name, text) {
      const values = text ? parseValues(text, owner) : undefined;
      if (values && takes === "nothing") {
        throw new ParameterError(`${owner} is made without values; name it as ${owner}.${name}`);
      }
      if (text === "" && takes === "wants") {
        throw new ParameterError(
          `${owner} can't be made without values; name it with those that its constructor takes, as ${owner}(name="value").${name}`,
        );
      }
      const object = once(() => {
        const made = values ? make(values) : make();
        // Calls of its own other methods go to containers with the same values.
        if (values) given.set(made, [values]);
        return made;
      });
      const raw = once(() => (takes === "wants" ? make(unreadable(owner)) : make()));
      return bind({ ...said, target, marks, definition }, name, spellValues(values, owner), object, raw);
    },
    bind(object, name) {
      const [values, ...others] = given.get(object) ?? [];
      const spelled = spellValues(others.length > 0 ? [values, ...others] : values, owner);
      const same = () => object;
      return bind({ ...said, target, marks, definition }, name, spelled, same, same);
    },
  };
  const replacement = takes === "nothing" ? target : keepingArguments(target, given);
  Object.defineProperty(target, CLASS, { value: definition });
  return { definition, replacement };
}

/** @param raw an object that was made without values, for what is done before anybody knows them */
function bind(
  { app, file, options, target, marks, definition }: Owner,
  method: string,
  values: string,
  object: () => object,
  raw: () => object,
): FunctionDefinition {
  const hooks = (kind: Mark["kind"], on: () => object): readonly Hook[] =>
    [...marks].filter(([, mark]) => mark.kind === kind).map(([name]) => hookOf(name, on));
  const build = hooks("build", raw);
  const enter = hooks("enter", object);
  const exit = hooks("exit", object);
  const { schedule, web } = marks.get(method) ?? {};
  return {
    version: 1,
    app,
    file,
    handler: handlerOf(target, method, object),
    member: { class: definition, method, values, make: object, hooks: { build, enter, exit } },
    options: {
      ...options,
      ...(schedule && { schedule }),
      ...(web && { web }),
      ...(build.length > 0 && { build: () => inOrder(build) }),
      enter: () => inOrder(enter),
      ...(exit.length > 0 && { exit: () => inOrder(exit) }),
    },
  };
}

/** Hooks of objects that have been run. */
const run = new WeakMap<object, Map<string, () => unknown>>();

/** Runs once for an object, whoever calls it. A failure is not kept: the next call tries again. */
function hookOf(name: string, on: () => object): Hook {
  return {
    name,
    run() {
      const object = on();
      const known = run.get(object) ?? new Map<string, () => unknown>();
      run.set(object, known);
      const hook = known.get(name) ?? once(() => methodOf(object, name).call(object));
      known.set(name, hook);
      return hook();
    },
  };
}

async function inOrder(hooks: readonly Hook[]): Promise<void> {
  for (const { run } of hooks) await run();
}

/** Of the same kind as the method that it calls: generators are known by their prototypes. */
function handlerOf(target: Class, name: string, object: () => object): Handler {
  const handler: Handler = (...inputs) => methodOf(object(), name).apply(object(), [...inputs]);
  const method: unknown = Reflect.get(target.prototype as object, name);
  Object.defineProperty(handler, "name", { value: name });
  return Object.setPrototypeOf(handler, Object.getPrototypeOf(method) as object) as Handler;
}

/** What stands for values where there are none yet. */
function unreadable(owner: string): Values {
  const refuse = (_target: object, name: string | symbol): never => {
    throw new ParameterError(
      `${owner}: the constructor reads ${String(name)} while the image is built, before any values are known; a class with @build() has to read its values in @enter()`,
    );
  };
  return new Proxy({}, { get: refuse, has: refuse, ownKeys: (target) => refuse(target, "them") });
}
