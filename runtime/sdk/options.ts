// The options of a function: their types, defaults, ranges, and the check of what came untyped.
import type { DefinitionOptions, Schedule } from "./definition.ts";
import { OptionError, OptionRangeError } from "./errors.ts";
import { type Image, imageDefinition } from "./image.ts";
import { once } from "./once.ts";
import { isSchedule } from "./schedule.ts";
import { show } from "./show.ts";

/** Options that every function takes. All are optional. */
export interface FunctionOptions {
  /**
   * Name of the function, for one that is not exported or should be known by another name.
   * Default: the name that it is exported under.
   */
  readonly name?: string;
  /**
   * Runs when the image is built: at most once for a version of the code, before any container starts. What it
   * writes to disk is there in every container; what it returns is ignored. Downloads belong here.
   * @returns nothing, or a promise that is awaited
   */
  readonly build?: () => unknown;
  /**
   * Containers that are always kept ready, whole number from 0. More are started when the inputs need them.
   * @defaultValue 0 (Modal's guide, "Cold start performance": `keep_warm`)
   */
  readonly keepWarm?: number;
  /**
   * Seconds until a container that has nothing to do is ended, 2 to 1200.
   * @defaultValue 60 (Modal's guide, "Cold start performance": `container_idle_timeout`, 2 seconds to 20 minutes)
   */
  readonly containerIdleTimeout?: number;
  /**
   * Seconds that one input may take, more than 0 and at most 86400. The container of an input that takes longer
   * is ended, and the caller receives a {@link FunctionTimeoutError}. `enter` does not count.
   * @defaultValue 300 (Modal's default for functions)
   */
  readonly timeout?: number;
  /**
   * When the platform calls the function by itself, without inputs: `Cron("0 * * * *")`, `new Period({ hours: 1 })`.
   * It is called while the app is served.
   */
  readonly schedule?: Schedule;
  /** What its containers begin with. @defaultValue the app's image, else nothing but the project */
  readonly image?: Image;
}

/** Options of a function whose handler needs nothing from a start of its container. */
export interface StatelessOptions extends FunctionOptions {
  readonly enter?: undefined;
  /** Runs when a container ends in the ordinary way, after its last input. */
  readonly exit?: () => unknown;
}

/** What an `enter` hook that prepares without handing anything over may return. */
// biome-ignore lint/suspicious/noConfusingVoidType: hooks are written without a return, and their type is then void.
export type Nothing = void | undefined | null | string | number | bigint | boolean | symbol;

/** Options with an `enter` hook that hands nothing to the handler: all of the handler's parameters are inputs. */
export interface WarmOptions extends FunctionOptions {
  /**
   * Runs at each start of a container, after the module's own code and before the first input: a container takes no
   * input until it has completed.
   */
  readonly enter: () => Nothing | Promise<Nothing>;
  /** Runs when a container ends in the ordinary way, after its last input. */
  readonly exit?: () => unknown;
}

/** Options with an `enter` hook whose object is the handler's first parameter. */
export interface StatefulOptions<State extends object> extends FunctionOptions {
  /**
   * Runs at each start of a container, after the module's own code and before the first input: a container takes no
   * input until it has completed. Models, clients and tables that all inputs use are loaded here.
   * @returns the object that the handler takes as its first parameter, or a promise of it
   */
  readonly enter: () => State | Promise<State>;
  /** Runs when a container ends in the ordinary way, after its last input; takes what `enter` returned. */
  readonly exit?: (state: State) => unknown;
}

/**
 * Options of a class, for all of its methods; hooks are methods under `@build()`, `@enter()` and `@exit()`, and
 * schedules stand on methods. Default of `name`: the name that the class is exported under, else its own.
 */
export type ClassOptions = Omit<FunctionOptions, (typeof OF_FUNCTIONS)[number]>;

/** Options that belong to methods where there is a class, and what they are there. */
const OF_FUNCTIONS = ["build", "schedule"] as const;

/** Defaults for the functions of an app; a function's own options win. */
export interface AppOptions {
  /** What containers begin with. See {@link FunctionOptions.image}. */
  readonly image?: Image;
  /** Seconds, 2 to 1200. See {@link FunctionOptions.containerIdleTimeout}. @defaultValue 60 */
  readonly containerIdleTimeout?: number;
  /** Seconds, more than 0 and at most 86400. See {@link FunctionOptions.timeout}. @defaultValue 300 */
  readonly timeout?: number;
}

type Check = (value: unknown, name: string, where: string) => void;

const hook: Check = (value, name, where) => {
  if (typeof value !== "function") throw new OptionError(wrongType(where, name, "a function", value));
};

const text: Check = (value, name, where) => {
  if (typeof value !== "string") throw new OptionError(wrongType(where, name, "a string", value));
  if (value.trim() === "" || value.includes("::")) {
    throw new OptionError(
      `${where}: ${name} is ${show(value)}; give it a name that is not empty and has no "::"`,
    );
  }
};

function number(range: string, fits: (n: number) => boolean): Check {
  return (value, name, where) => {
    if (typeof value !== "number") throw new OptionError(wrongType(where, name, "a number", value));
    if (!fits(value)) throw new OptionRangeError(`${where}: ${name} is ${value}; it must be ${range}`);
  };
}

const idle = number("between 2 and 1200 seconds", (n) => n >= 2 && n <= 1200);
const timeout = number("more than 0 and at most 86400 seconds", (n) => n > 0 && n <= 86_400);

const timed: Check = (value, name, where) => {
  if (isSchedule(value)) return;
  throw new OptionError(wrongType(where, name, 'Cron("0 * * * *") or new Period({ hours: 1 })', value));
};

const image: Check = (value, name, where) => {
  if (imageDefinition(value)) return;
  throw new OptionError(wrongType(where, name, 'an image such as Image.node().npmInstall("zod")', value));
};

const APP: Readonly<Record<string, Check>> = { image, containerIdleTimeout: idle, timeout };
const FUNCTION: Readonly<Record<string, Check>> = {
  name: text,
  build: hook,
  enter: hook,
  exit: hook,
  keepWarm: number("a whole number from 0", (n) => Number.isInteger(n) && n >= 0),
  containerIdleTimeout: idle,
  timeout,
  schedule: timed,
  image,
};
const IN_CLASSES: Readonly<Record<string, string>> = {
  build: "a method under @build()",
  enter: "a method under @enter()",
  exit: "a method under @exit()",
  schedule: "an option of the method: @method({ schedule: … })",
};
const CLASS = Object.fromEntries(
  Object.entries(FUNCTION).filter(([name]) => !Object.hasOwn(IN_CLASSES, name)),
);

/** Checks a whole options object; undefined values count as not given. */
function check(options: unknown, checks: Readonly<Record<string, Check>>, where: string): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new OptionError(
      `${where}: the options are ${show(options)}; give an object such as { timeout: 60 }`,
    );
  }
  const unknown = Object.keys(options).filter((name) => !Object.hasOwn(checks, name));
  if (unknown.length > 0) {
    const known = Object.keys(checks).join(", ");
    throw new OptionError(`${where}: unknown option ${unknown.join(", ")}; known options are ${known}`);
  }
  for (const [name, value] of Object.entries(options))
    if (value !== undefined) checks[name]?.(value, name, where);
}

export function checkAppOptions(options: unknown, where: string): AppOptions {
  check(options, APP, where);
  return options as AppOptions;
}

/** Untyped options checked, defaults filled in. */
export function checkFunctionOptions(
  options: unknown,
  defaults: AppOptions,
  where: string,
): DefinitionOptions & { readonly name?: string } {
  check(options, FUNCTION, where);
  const { name, build, enter, exit, schedule, ...given } = options as DefinitionOptions & {
    readonly name?: string;
  };
  if (exit && !enter && exit.length > 0) {
    throw new OptionError(
      `${where}: exit takes what enter returned, and there is no enter; add one or drop the parameter`,
    );
  }
  return {
    ...(name === undefined ? {} : { name }),
    ...imageOf(options, defaults),
    ...(build && { build }),
    ...(enter && { enter: once(enter) }),
    ...(exit && { exit }),
    ...(schedule && { schedule }),
    ...filled(given, defaults),
  };
}

/** The same for those of a class. */
export function checkClassOptions(
  options: unknown,
  defaults: AppOptions,
  where: string,
): DefinitionOptions & { readonly name?: string } {
  const [hook] = Object.keys(Object(options)).filter((name) => Object.hasOwn(IN_CLASSES, name));
  if (hook !== undefined) throw new OptionError(`${where}: ${hook} is ${IN_CLASSES[hook]} in a class`);
  check(options, CLASS, where);
  const { name, ...given } = options as DefinitionOptions & { readonly name?: string };
  return {
    ...(name === undefined ? {} : { name }),
    ...imageOf(options, defaults),
    ...filled(given, defaults),
  };
}

/** The image of options that have been checked, or the app's. */
function imageOf(options: unknown, defaults: AppOptions): Pick<DefinitionOptions, "image"> {
  const image = imageDefinition((options as FunctionOptions).image ?? defaults.image);
  return image ? { image } : {};
}

function filled(given: Partial<DefinitionOptions>, defaults: AppOptions): DefinitionOptions {
  return {
    keepWarm: given.keepWarm ?? 0,
    containerIdleTimeout: given.containerIdleTimeout ?? defaults.containerIdleTimeout ?? 60,
    timeout: given.timeout ?? defaults.timeout ?? 300,
  };
}

function wrongType(where: string, name: string, wanted: string, value: unknown): string {
  return `${where}: ${name} is ${show(value)}; it must be ${wanted}`;
}
