// Checks the options of functions, apps and classes that came untyped, and fills in defaults.
import type { DefinitionOptions, ScalingChange } from "./definition.ts";
import { OptionError, OptionRangeError } from "./errors.ts";
import { imageDefinition } from "./image.ts";
import { once } from "./once.ts";
import type { AppOptions, FunctionOptions } from "./options.ts";
import { checkRetries, retryPolicy } from "./retries.ts";
import { isSchedule } from "./schedule.ts";
import { show } from "./show.ts";
import { checkWebEndpoint, webMark } from "./web.ts";

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

const count = (least: 0 | 1) =>
  number(`a whole number from ${least}`, (n) => Number.isInteger(n) && n >= least);
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
  keepWarm: count(0),
  containerIdleTimeout: idle,
  timeout,
  schedule: timed,
  image,
  maxContainers: count(1),
  bufferContainers: count(0),
  allowConcurrentInputs: count(1),
  targetConcurrentInputs: count(1),
  retries: checkRetries,
  startupTimeout: timeout,
  webEndpoint: checkWebEndpoint,
};
const IN_CLASSES: Readonly<Record<string, string>> = {
  build: "a method under @build()",
  enter: "a method under @enter()",
  exit: "a method under @exit()",
  schedule: "an option of the method: @method({ schedule: … })",
  webEndpoint: "a method under @webEndpoint()",
};
const CLASS = Object.fromEntries(
  Object.entries(FUNCTION).filter(([name]) => !Object.hasOwn(IN_CLASSES, name)),
);
const SCALING: Readonly<Record<string, Check>> = {
  keepWarm: count(0),
  maxContainers: count(1),
  bufferContainers: count(0),
  containerIdleTimeout: idle,
};

/** New settings of a running pool. */
export function checkScaling(settings: unknown, where: string): ScalingChange {
  check(settings, SCALING, where);
  const given = settings as ScalingChange;
  checkMost(given, where);
  return given;
}

/** A minimum above the maximum says two things at once. */
function checkMost({ keepWarm = 0, maxContainers = keepWarm }: ScalingChange, where: string): void {
  if (keepWarm > maxContainers) {
    throw new OptionRangeError(
      `${where}: keepWarm is ${keepWarm}, and maxContainers only ${maxContainers}; raise the one or lower the other`,
    );
  }
}

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
  const { name, build, enter, exit, schedule, ...given } = options as FunctionOptions & Hooks;
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
    ...filled(given, defaults, where),
  };
}

type Hooks = Pick<DefinitionOptions, "enter" | "exit">;

/** The same for those of a class. */
export function checkClassOptions(
  options: unknown,
  defaults: AppOptions,
  where: string,
): DefinitionOptions & { readonly name?: string } {
  const [hook] = Object.keys(Object(options)).filter((name) => Object.hasOwn(IN_CLASSES, name));
  if (hook !== undefined) throw new OptionError(`${where}: ${hook} is ${IN_CLASSES[hook]} in a class`);
  check(options, CLASS, where);
  const { name, ...given } = options as FunctionOptions;
  return {
    ...(name === undefined ? {} : { name }),
    ...imageOf(options, defaults),
    ...filled(given, defaults, where),
  };
}

/** The image of options that have been checked, or the app's. */
function imageOf(options: unknown, defaults: AppOptions): Pick<DefinitionOptions, "image"> {
  const image = imageDefinition((options as FunctionOptions).image ?? defaults.image);
  return image ? { image } : {};
}

function filled(given: FunctionOptions, defaults: AppOptions, where: string): DefinitionOptions {
  checkMost(given, where);
  const { maxContainers, bufferContainers, startupTimeout } = given;
  return {
    keepWarm: given.keepWarm ?? 0,
    containerIdleTimeout: given.containerIdleTimeout ?? defaults.containerIdleTimeout ?? 60,
    timeout: given.timeout ?? defaults.timeout ?? 300,
    ...(maxContainers === undefined ? {} : { maxContainers }),
    ...(bufferContainers === undefined ? {} : { bufferContainers }),
    ...(startupTimeout === undefined ? {} : { startupTimeout }),
    ...concurrency(given, where),
    ...retryPolicy(given.retries),
    ...webMark(given.webEndpoint),
  };
}

function concurrency(
  { allowConcurrentInputs: max = 1, targetConcurrentInputs: target }: FunctionOptions,
  where: string,
): Pick<DefinitionOptions, "concurrency"> {
  if (target !== undefined && target > max) {
    throw new OptionRangeError(
      `${where}: targetConcurrentInputs is ${target}, and allowConcurrentInputs only ${max}; raise the one or lower the other`,
    );
  }
  return max === 1 ? {} : { concurrency: { max, ...(target === undefined ? {} : { target }) } };
}

function wrongType(where: string, name: string, wanted: string, value: unknown): string {
  return `${where}: ${name} is ${show(value)}; it must be ${wanted}`;
}
