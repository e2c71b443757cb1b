// The decorators of methods: they say what the platform runs a method for.
import { MARK, type Mark, type Schedule } from "./definition.ts";
import { DecoratorError, OptionError } from "./errors.ts";
import { attachHandle } from "./instances.ts";
import { isSchedule } from "./schedule.ts";

// biome-ignore lint/suspicious/noExplicitAny: decorators stand on methods of all classes
type Any = any;

/** A method that the platform may run: public, and of objects. */
type Place<Method> = ClassMethodDecoratorContext<Any, Method & ((this: Any, ...args: Any) => Any)> & {
  readonly static: false;
  readonly private: false;
};

/** A method that takes nothing. */
type Hook = (this: Any) => unknown;
type Callable = (this: Any, ...inputs: Any) => unknown;

interface HookDecorator {
  <Method extends Hook>(method: Method, context: Place<Method>): void;
  (): <Method extends Hook>(method: Method, context: Place<Method>) => void;
}

/**
 * `@build()`: the method runs when the image is built, at most once for a version of the code, before any container
 * starts. What it writes to disk is there in every container; what it returns is ignored. Downloads belong here. Several
 * run in order of definition, those of bases first. The object that it runs on is made without values.
 * @throws DecoratorError on anything but a public method of objects
 */
export const build: HookDecorator = decorator("build", () => ({ kind: "build" }));

/**
 * `@enter()`: the method runs at each start of a container, after the module's own code and the constructor, and before
 * the first input: a container takes no input until it has completed. What it loads is kept as properties of `this`.
 * Several run in order of definition, those of bases first; a method that overrides a hook takes its place.
 * @throws DecoratorError on anything but a public method of objects
 */
export const enter: HookDecorator = decorator("enter", () => ({ kind: "enter" }));

/**
 * `@exit()`: the method runs when a container ends in the ordinary way, after its last input.
 * @throws DecoratorError on anything but a public method of objects
 */
export const exit: HookDecorator = decorator("exit", () => ({ kind: "exit" }));

/** Options of {@link method}. */
export interface MethodOptions {
  /** When the platform calls the method by itself; one that takes no inputs, of a class that needs no values. */
  readonly schedule?: Schedule;
}

/**
 * `@method()`: the method may be called by the platform: `new Captioner().caption.remote(url)` in a container of its
 * own, `.local(url)` in this process, where `enter` hooks run first. Within the class `this.caption(url)` is an ordinary
 * call.
 * @throws DecoratorError on anything but a public method of objects
 * @throws OptionError for unknown options, and for a schedule of a method that takes inputs
 */
export const method: {
  <Method extends Callable>(method: Method, context: Place<Method>): void;
  (options?: MethodOptions): <Method extends Callable>(method: Method, context: Place<Method>) => void;
} = decorator("method", (options, value, where) => {
  const { schedule, ...others } = optionsOf(options, where, "{ schedule: Cron(…) }");
  refuseOthers(others, "schedule", where);
  if (schedule === undefined) return { kind: "method" };
  if (!isSchedule(schedule)) {
    throw new OptionError(
      `${where}: schedule is no schedule; give Cron("0 * * * *") or new Period({ hours: 1 })`,
    );
  }
  if (value.length > 0) {
    throw new OptionError(
      `${where}: a method with a schedule is called without inputs, and this one takes ${value.length}; give them defaults, or drop the schedule`,
    );
  }
  return { kind: "method", schedule };
});

/** Options of {@link webEndpoint}. */
export interface WebEndpointOptions {
  /** HTTP method of the requests that are taken. @defaultValue "GET" */
  readonly method?: string;
}

/**
 * `@webEndpoint({ method: "POST" })`: the method answers HTTP requests: it takes a web `Request` and returns a
 * `Response`, or something that JSON can say. It may be called as one under `@method()`, too.
 * @throws DecoratorError on anything but a public method of objects
 * @throws OptionError for unknown options and values of the wrong type
 */
export const webEndpoint: {
  <Method extends Callable>(method: Method, context: Place<Method>): void;
  (options?: WebEndpointOptions): <Method extends Callable>(method: Method, context: Place<Method>) => void;
} = decorator("webEndpoint", (options, _value, where) => {
  const { method: verb = "GET", ...others } = optionsOf(options, where, `{ method: "POST" }`);
  refuseOthers(others, "method", where);
  if (typeof verb !== "string" || !/^[A-Za-z]+$/.test(verb)) {
    throw new OptionError(`${where}: method is ${String(verb)}; give one of HTTP, such as "POST"`);
  }
  return { kind: "method", web: { method: verb.toUpperCase() } };
});

type Context = ClassMethodDecoratorContext<object, Callable>;
type Read = (options: unknown, value: Callable, where: string) => Mark;

/** Marks that no class has been asked about yet, in order of definition. */
export const fresh: { readonly name: string; readonly value: Callable; readonly mark: Mark }[] = [];

/** With or without parentheses: `@enter()`, `@enter`. */
function decorator(name: string, read: Read): Any {
  return (...args: readonly unknown[]): unknown => {
    const [first, second] = args;
    const isBare = args.length > 1;
    const apply = (value: unknown, context: unknown) =>
      place(name, read, isBare ? {} : first, value, context);
    return isBare ? apply(first, second) : apply;
  };
}

function place(name: string, read: Read, options: unknown, value: unknown, given: unknown): void {
  const context = contextOf(given, name);
  const where = `@${name}() of ${String(context.name)}`;
  const what = misplaced(context);
  if (what !== undefined || typeof value !== "function" || typeof context.name !== "string") {
    throw new DecoratorError(`${where}: it stands on ${what ?? "a method without a plain name"}`);
  }
  const method = value as Callable & { [MARK]?: Mark };
  if (typeof options === "function") throw new DecoratorError(`${where}: it takes options, not a function`);
  const mark = merged(method[MARK], read(options ?? {}, method, where), where);
  Object.defineProperty(method, MARK, { value: mark, configurable: true });
  fresh.push({ name: context.name, value: method, mark });
  const own = context.name;
  context.addInitializer(function () {
    if (!isThere(this, own, method, mark)) {
      throw new DecoratorError(
        `${where}: something else has taken its place; give each method of a class its own name, and write decorators that wrap a method below this one`,
      );
    }
    if (mark.kind === "method") attachHandle(this, own);
  });
}

/** Whether the object's class, or one that it is derived from, still has the method that was marked. */
function isThere(object: object, name: string, method: Callable, mark: Mark): boolean {
  for (let at: unknown = Object.getPrototypeOf(object); at; at = Object.getPrototypeOf(at)) {
    const own = ownMethod(at as object, name);
    if (own === method || (own && markOf(own) === mark)) return true;
  }
  return false;
}

export function markOf(value: unknown): Mark | undefined {
  return typeof value === "function" ? (value as { [MARK]?: Mark })[MARK] : undefined;
}

/** What stands in a class itself under a name, where it is a function. */
export function ownMethod(prototype: object, name: string): Callable | undefined {
  const value: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
  return typeof value === "function" ? (value as Callable) : undefined;
}

/** Decorators of the older kind are given the class's prototype and a name. */
export function contextOf(context: unknown, name: string): Context {
  if (typeof context === "object" && context !== null && "kind" in context) return context as Context;
  throw new DecoratorError(
    `@${name}(): the code was compiled with the older decorators; take "experimentalDecorators" out of tsconfig.json (esbuild and ts-node read it there, too), and build again: these are the standard ones`,
  );
}

/** What a decorator stands on that it can't be used for, and what to do; undefined for a public method of objects. */
function misplaced({ kind, static: isStatic, private: isPrivate }: Context): string | undefined {
  switch (kind as string) {
    case "method":
      if (isStatic) return "a static method, which belongs to no object; take `static` away";
      if (isPrivate) return "a method with #, which the platform can't call; give it a name without #";
      return undefined;
    case "getter":
    case "setter":
      return `a ${kind as string}; make it a method`;
    case "field":
    case "accessor":
      return "a field; write it as a method: name() { … }";
    default:
      return `a ${kind as string}; it belongs on a method`;
  }
}

function merged(known: Mark | undefined, mark: Mark, where: string): Mark {
  if (!known) return mark;
  if (known.kind === mark.kind && known.kind !== "method") {
    throw new DecoratorError(
      `${where}: the class has two methods of that name, or the decorator stands there twice; give each method its own name`,
    );
  }
  if (known.kind !== mark.kind) {
    throw new DecoratorError(
      `${where}: the method has another decorator, for ${known.kind}; a method is for one thing: make two of it`,
    );
  }
  return { ...known, ...mark };
}

function optionsOf(options: unknown, where: string, example: string): Readonly<Record<string, unknown>> {
  if (typeof options === "object" && options !== null) return options as Readonly<Record<string, unknown>>;
  throw new OptionError(`${where}: the options are ${String(options)}; give an object such as ${example}`);
}

function refuseOthers(others: object, known: string, where: string): void {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new OptionError(`${where}: unknown option ${unknown}; the one known option is ${known}`);
  }
}
