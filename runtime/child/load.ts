// Loads the user's module and finds the function in it by name.
import { createRequire } from "node:module";
import { type ClassDefinition, classOf, findMethod, namedClasses } from "./classes.ts";
import type { Concurrency, FunctionSettings, Retries, ScheduleDescription } from "./description.ts";
import { Failure } from "./failure.ts";
import type { ImageDefinition } from "./image.ts";
import type { Plan } from "./messages.ts";

/** What the SDK leaves on a handle; read by symbol, since the container does not import the SDK. */
export interface Definition {
  readonly app?: string;
  readonly file?: string;
  readonly name?: string;
  readonly handler: (...args: readonly unknown[]) => unknown;
  readonly options: {
    readonly image?: ImageDefinition;
    readonly build?: () => unknown;
    readonly enter?: () => unknown;
    readonly exit?: (state?: unknown) => unknown;
    readonly keepWarm: number;
    readonly containerIdleTimeout: number;
    readonly timeout: number;
    readonly maxContainers?: number;
    readonly bufferContainers?: number;
    readonly startupTimeout?: number;
    readonly concurrency?: Concurrency;
    readonly retries?: Retries;
    readonly schedule?: ScheduleDescription;
    readonly web?: { readonly method: string };
  };
  /** Of a method of a class. */
  readonly member?: Member;
}

export interface Member {
  readonly class: ClassDefinition;
  /** The method's own name. */
  readonly method: string;
  /** Makes the object that hooks and body work on. */
  readonly make: () => object;
  readonly hooks: Readonly<Record<"build" | "enter" | "exit", readonly Hook[]>>;
}

/** A hook as it is called in messages. */
export interface Hook {
  readonly name: string;
  readonly run: () => unknown;
}

interface Registry {
  readonly functions: readonly Definition[];
  readonly classes?: readonly ClassDefinition[];
  readonly entrypoints: readonly {
    readonly file?: string;
    readonly run: (...args: readonly unknown[]) => unknown;
  }[];
}

/** A function as found: defined by the SDK, or a plain handler such as Lambda runs. */
export type Found =
  | { readonly kind: "sdk"; readonly definition: Definition }
  | { readonly kind: "plain"; readonly handler: (...args: readonly unknown[]) => unknown };

export type Exports = Readonly<Record<string, unknown>>;

const FUNCTION = Symbol.for("coldstart.function");
const REGISTRY = Symbol.for("coldstart.registry");

/** Loads as the platform in production would: `require` for CommonJS, so that no ES module loader is paid for. */
export async function load(plan: Plan): Promise<Exports> {
  if (plan.load === "require") {
    try {
      return createRequire(plan.file)(plan.file) as Exports;
    } catch (error) {
      // An ES module with top-level await, in a project that does not say that it holds ES modules.
      if ((error as NodeJS.ErrnoException).code !== "ERR_REQUIRE_ASYNC_MODULE") throw error;
    }
  }
  const { pathToFileURL } = require("node:url") as typeof import("node:url");
  return (await import(pathToFileURL(plan.file).href)) as Exports;
}

export function find(exports: Exports, plan: Plan): Found {
  const value = exported(exports, plan.name);
  const definition = definitionOf(value);
  if (definition) return { kind: "sdk", definition };
  const named = defined().find((other) => other.name === plan.name && sameFile(other.file, plan.file));
  if (named) return { kind: "sdk", definition: named };
  const method = findMethod(exports, plan);
  if (method) return { kind: "sdk", definition: method };
  if (typeof value === "function") {
    return { kind: "plain", handler: value as (...args: readonly unknown[]) => unknown };
  }
  throw unknownFunction(exports, plan, value);
}

export function hasEntrypoint(plan: Plan): boolean {
  return entrypointOf(plan) !== undefined;
}

type Entrypoint = Registry["entrypoints"][number]["run"];

function entrypointOf(plan: Plan): Entrypoint | undefined {
  return registry()?.entrypoints.find((other) => sameFile(other.file, plan.file))?.run;
}

export function findEntrypoint(plan: Plan): Entrypoint {
  const entrypoint = entrypointOf(plan);
  if (entrypoint) return entrypoint;
  throw new Failure(
    "usage",
    "NoEntrypointError",
    `${plan.file} has no local entry point; write app.localEntrypoint(async () => { … }), or run one function by FILE::NAME`,
  );
}

export function settingsOf(found: Found): FunctionSettings | undefined {
  return found.kind === "sdk" ? settings(found.definition) : undefined;
}

export function settings(definition: Definition): FunctionSettings {
  const { build, timeout, keepWarm, containerIdleTimeout } = definition.options;
  const { maxContainers, bufferContainers, startupTimeout, concurrency, retries } = definition.options;
  return {
    ...(definition.app === undefined ? {} : { app: definition.app }),
    build: build !== undefined,
    timeout,
    keepWarm,
    containerIdleTimeout,
    ...(maxContainers === undefined ? {} : { maxContainers }),
    ...(bufferContainers === undefined ? {} : { bufferContainers }),
    ...(startupTimeout === undefined ? {} : { startupTimeout }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(retries === undefined ? {} : { retries }),
    ...(definition.member ? { method: definition.member.method } : {}),
  };
}

/** What a function has to run at a point of its containers' lives, one by one. */
export function hooksOf(definition: Definition, kind: "build" | "enter"): readonly Hook[] {
  if (definition.member) return definition.member.hooks[kind];
  const run = definition.options[kind];
  return run ? [{ name: kind, run }] : [];
}

/** An export by its name; also one of a default export that holds several (`export default { handler }`). */
export function exported(exports: Exports, name: string): unknown {
  if (isObject(exports) && name in exports) return exports[name];
  const inner = isObject(exports) ? exports.default : undefined;
  if (isObject(inner) && !definitionOf(inner) && Object.hasOwn(inner, name)) return (inner as Exports)[name];
  // `module.exports = handler`.
  return name === "default" && typeof exports === "function" ? exports : undefined;
}

function unknownFunction(exports: Exports, plan: Plan, value: unknown): Failure {
  const known = knownNames(exports, plan.file);
  const list = known.length > 0 ? `it has ${known.join(", ")}` : "it exports no function";
  const hasUnnamed = defined().some((d) => d.name === undefined && sameFile(d.file, plan.file));
  if (value !== undefined) {
    return new Failure(
      "usage",
      "NotAFunctionError",
      `${plan.name} of ${plan.file} is no function but ${value === null ? "null" : `a value of type ${typeof value}`}; ${list}`,
    );
  }
  const hint = hasUnnamed
    ? `; a function that is not exported needs a name: app.function({ name: ${JSON.stringify(plan.name)} }, …)`
    : "";
  return new Failure(
    "usage",
    "UnknownFunctionError",
    `there is no function ${plan.name} in ${plan.file}: ${list}${hint}`,
  );
}

function knownNames(exports: Exports, file: string): string[] {
  const names = new Set<string>();
  const add = (from: unknown) => {
    if (!isObject(from)) return;
    for (const [name, value] of Object.entries(from)) {
      if (classOf(value)) continue;
      if (typeof value === "function" || definitionOf(value)) names.add(name);
    }
  };
  add(exports);
  if (isObject(exports) && !definitionOf(exports.default)) add(exports.default);
  for (const [each, name] of namedClasses(exports, file)) {
    for (const method of each.methods) names.add(`${name}.${method}`);
  }
  for (const definition of defined()) {
    if (definition.name !== undefined && sameFile(definition.file, file)) names.add(definition.name);
  }
  return [...names];
}

export function definitionOf(value: unknown): Definition | undefined {
  return isObject(value) ? (value as { [FUNCTION]?: Definition })[FUNCTION] : undefined;
}

export function defined(): readonly Definition[] {
  return registry()?.functions ?? [];
}

export function registry(): Registry | undefined {
  return (globalThis as { [REGISTRY]?: Registry })[REGISTRY];
}

/** The SDK reads a definition's file from a stack, where it may be a real path and the plan's a link, or without one. */
export function sameFile(a: string | undefined, b: string): boolean {
  if (a === undefined || a === b) return true;
  try {
    const { realpathSync } = require("node:fs") as typeof import("node:fs");
    return realpathSync(a) === realpathSync(b);
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is object & Exports {
  return value !== null && (typeof value === "object" || typeof value === "function");
}
