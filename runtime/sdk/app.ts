// An app: the functions that belong together, and where a local run of them begins.
import { fileURLToPath } from "node:url";
import { checkAppOptions, checkClassOptions, checkFunctionOptions } from "./checks.ts";
import { defineClass } from "./classes.ts";
import { definedClasses, type FunctionDefinition, type Handler, registry } from "./definition.ts";
import { DecoratorError, OptionError } from "./errors.ts";
import { createHandle, type HandleOf, type LocalOf } from "./handle.ts";
import type { Class } from "./inspect.ts";
import { contextOf } from "./marks.ts";
import type { AppOptions, ClassOptions, StatefulOptions, StatelessOptions, WarmOptions } from "./options.ts";

/**
 * Serverless functions that belong together. Defining them starts nothing.
 *
 * @example
 * ```ts
 * const app = new App("captions");
 *
 * export const square = app.function((n: number) => n ** 2);
 *
 * export const caption = app.function(
 *   { keepWarm: 1, enter: async () => ({ model: await loadModel() }) },
 *   async ({ model }, url: string) => model(url),
 * );
 *
 * app.localEntrypoint(async () => {
 *   console.log(await square.remote(4));
 * });
 * ```
 */
export class App {
  /** The name given to the app. */
  readonly name: string;
  readonly #defaults: AppOptions;
  /** What this app has defined under a name of its own, by file. */
  readonly #taken = new Set<string>();

  /**
   * @param name - what events and messages call the app
   * @param options - defaults for all of its functions
   * @throws OptionError for a missing name, unknown options and values of the wrong type
   * @throws OptionRangeError for numbers out of range
   */
  constructor(name: string, options: AppOptions = {}) {
    if (typeof name !== "string" || name.trim() === "") {
      throw new OptionError(`new App(): an app needs a name; write new App("captions")`);
    }
    this.name = name;
    this.#defaults = checkAppOptions(options, `new App(${JSON.stringify(name)})`);
    // `@app.cls` without parentheses: some compilers call it without its object.
    this.cls = this.cls.bind(this) as App["cls"];
  }

  /**
   * Defines a function. Export what is returned: the exported name is the function's name.
   * @param options - with an `enter` that returns an object (or a promise of one)
   * @param handler - takes that object first, then the inputs; runs once per input
   * @returns the handle to call the function by
   * @throws OptionError for unknown options, values of the wrong type and a handler that is none
   * @throws OptionRangeError for numbers out of range
   */
  function<State extends object, Inputs extends unknown[], Result>(
    options: StatefulOptions<State>,
    handler: (state: State, ...inputs: Inputs) => Result,
  ): HandleOf<Inputs, Result, LocalOf<Result>>;
  /**
   * Defines a function. Export what is returned: the exported name is the function's name.
   * @param options - with an `enter` that returns nothing
   * @param handler - takes the inputs; runs once per input
   * @returns the handle to call the function by
   * @throws OptionError for unknown options, values of the wrong type and a handler that is none
   * @throws OptionRangeError for numbers out of range
   */
  function<Inputs extends unknown[], Result>(
    options: WarmOptions,
    handler: (...inputs: Inputs) => Result,
  ): HandleOf<Inputs, Result, LocalOf<Result>>;
  /**
   * Defines a function. Export what is returned: the exported name is the function's name.
   * @param options - without an `enter`
   * @param handler - takes the inputs; runs once per input
   * @returns the handle to call the function by
   * @throws OptionError for unknown options, values of the wrong type and a handler that is none
   * @throws OptionRangeError for numbers out of range
   */
  function<Inputs extends unknown[], Result>(
    options: StatelessOptions,
    handler: (...inputs: Inputs) => Result,
  ): HandleOf<Inputs, Result, Result>;
  /**
   * Defines a function with the default options. Export what is returned: the exported name is the function's name.
   * @param handler - takes the inputs; runs once per input
   * @returns the handle to call the function by
   * @throws OptionError for a handler that is none
   */
  function<Inputs extends unknown[], Result>(
    handler: (...inputs: Inputs) => Result,
  ): HandleOf<Inputs, Result, Result>;
  function(...args: readonly unknown[]): unknown {
    const [given, handler] = args.length < 2 && typeof args[0] === "function" ? [{}, args[0]] : args;
    const where = `app.function of ${JSON.stringify(this.name)}`;
    const { name, ...options } = checkFunctionOptions(given, this.#defaults, where);
    if (typeof handler !== "function") {
      throw new OptionError(`${where}: the handler is missing; write app.function(options, (input) => …)`);
    }
    const file = callerFile(this.function);
    if (name !== undefined) {
      const twice = `${where}: two functions of ${file} are named ${JSON.stringify(name)}; give each its own name`;
      this.#take(
        registry().functions,
        (other) => other.name === name && other.file === file,
        `${file}::${name}`,
        twice,
      );
    }
    if (options.schedule && !options.enter && handler.length > 0) {
      throw new OptionError(
        `${where}: a function with a schedule is called without inputs, and this handler takes ${handler.length}; give them defaults, or drop the schedule`,
      );
    }
    const definition: FunctionDefinition = {
      version: 1,
      app: this.name,
      file,
      ...(name === undefined ? {} : { name }),
      handler: handler as Handler,
      options,
    };
    registry().functions.push(definition);
    return createHandle(definition);
  }

  /**
   * `@app.cls(options)`: makes a class one of the app's. Each container makes one object of it; its methods under
   * `@method()` and `@webEndpoint()` are functions with a name like `Captioner.caption`, those under `@build()`,
   * `@enter()` and `@exit()` are their hooks. Export the class: the exported name is its name.
   *
   * A constructor may take one object of JSON values, which are the same for all inputs of a container:
   * `new Captioner({ size: "large" }).caption.remote(url)` runs in containers of that size, and
   * `Captioner(size="large").caption` is that function's name.
   * @example
   * ```ts
   * @app.cls({ keepWarm: 1 })
   * export class Captioner {
   *   private model!: Model;
   *
   *   @enter()
   *   async load() {
   *     this.model = await loadModel();
   *   }
   *
   *   @method()
   *   async caption(url: string) {
   *     return this.model.describe(url);
   *   }
   * }
   * ```
   * @throws OptionError for unknown options and values of the wrong type
   * @throws OptionRangeError for numbers out of range
   * @throws DecoratorError for a class without a method, one that defines a name twice, and older decorators
   */
  cls(
    options?: ClassOptions,
  ): <Target extends Class>(target: Target, context: ClassDecoratorContext<Target>) => Target;
  cls<Target extends Class>(target: Target, context: ClassDecoratorContext<Target>): Target;
  cls(...args: readonly unknown[]): unknown {
    const file = callerFile(App.prototype.cls);
    const [first, second] = args;
    const isBare = args.length > 1;
    const apply = (target: unknown, given: unknown) =>
      this.#class(target, given, isBare ? {} : (first ?? {}), file);
    return isBare ? apply(first, second) : apply;
  }

  #class(target: unknown, given: unknown, options: unknown, file: string): Class {
    const { kind, name: own = "a class" } = contextOf(given, "app.cls");
    const where = `@app.cls() of ${String(own)}`;
    if ((kind as string) !== "class" || typeof target !== "function") {
      throw new DecoratorError(`${where}: it stands on a ${kind}; it belongs on a class`);
    }
    const { name, ...others } = checkClassOptions(options, this.#defaults, where);
    const said = { app: this.name, file, name, options: others };
    const { definition, replacement } = defineClass(target as Class, said, where);
    const known = name ?? definition.ownName;
    const twice = `${where}: two classes of ${file} are named ${JSON.stringify(known)}; give each its own name`;
    this.#take(
      definedClasses(),
      (other) => (other.name ?? other.ownName) === known && other.file === file,
      `${file}::${known}`,
      twice,
    );
    definedClasses().push(definition);
    return replacement;
  }

  /**
   * Says what `coldstart run FILE` does with this file: it runs on this computer and calls functions by `remote`, each
   * in containers of its own. At most one in a file.
   * @param run - may be async; gets what `--input` gives, and what it returns is the result of the run
   * @throws OptionError for anything but a function, and for a second entry point in the file
   */
  localEntrypoint(run: (...inputs: never[]) => unknown): void {
    const where = `app.localEntrypoint of ${JSON.stringify(this.name)}`;
    if (typeof run !== "function") {
      throw new OptionError(`${where}: it takes a function; write app.localEntrypoint(async () => { … })`);
    }
    const file = callerFile(this.localEntrypoint);
    const twice = `${where}: ${file} has an entry point already; keep one, and call the other from it`;
    this.#take(registry().entrypoints, (other) => other.file === file, file, twice);
    registry().entrypoints.push({ version: 1, app: this.name, file, run });
  }

  /**
   * Makes room for a definition, or refuses a second one. An app of the same name that defined the same before is this
   * one, from when the module was evaluated the last time: test runners and reloaders do that.
   */
  #take<T extends { readonly app: string }>(
    all: T[],
    isSame: (other: T) => boolean,
    key: string,
    refusal: string,
  ): void {
    const earlier = all.findIndex(isSame);
    if (this.#taken.has(key) || (earlier >= 0 && all[earlier]?.app !== this.name))
      throw new OptionError(refusal);
    this.#taken.add(key);
    if (earlier >= 0) all.splice(earlier, 1);
  }
}

/** Path of the file that called `callee`; reads one frame of the stack without formatting it. */
function callerFile(callee: (...args: never[]) => unknown): string {
  const { prepareStackTrace, stackTraceLimit } = Error;
  const holder: { stack?: string } = {};
  try {
    Error.stackTraceLimit = 1;
    Error.prepareStackTrace = (_error, sites) => sites[0]?.getFileName() ?? "";
    Error.captureStackTrace(holder, callee);
    const file = holder.stack ?? "";
    return file.startsWith("file:") ? fileURLToPath(file) : file;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    Error.prepareStackTrace = prepareStackTrace;
  }
}
