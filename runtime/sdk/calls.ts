// Calls by way of the platform: finds the name that others know a function by, and makes errors of failures.
import {
  CLASS,
  type ClassDefinition,
  FUNCTION,
  type FunctionDefinition,
  type Host,
  type HostFailure,
  host,
  ORIGINAL,
  type Target,
} from "./definition.ts";
import {
  ContainerLostError,
  FunctionCancelledError,
  FunctionTimeoutError,
  NotInContainerError,
  RemoteError,
  ResultTimeoutError,
  UnnamedFunctionError,
} from "./errors.ts";

/** Where a definition is to be called; a promise, since exports are known only once the module has run. */
export type Locate = (platform: Host) => Promise<Target>;

/** Asks the platform for something of a function; its failures become errors that name it. */
export async function ask<T>(
  what: string,
  file: string,
  locate: Locate,
  request: (platform: Host, target: Target) => Promise<T>,
): Promise<T> {
  const platform = platformFor(what, file);
  const target = await locate(platform);
  try {
    return await request(platform, target);
  } catch (failure) {
    throw errorOf(failure, label(target));
  }
}

/** The same for values that come one by one. */
export async function* askEach(
  what: string,
  file: string,
  locate: Locate,
  request: (platform: Host, target: Target) => AsyncIterable<unknown>,
): AsyncGenerator<unknown, void, undefined> {
  const platform = platformFor(what, file);
  const target = await locate(platform);
  try {
    yield* request(platform, target);
  } catch (failure) {
    throw errorOf(failure, label(target));
  }
}

export function platformFor(what: string, file?: string): Host {
  const platform = host();
  if (platform) return platform;
  const run = file === undefined ? "`coldstart run FILE`" : `\`coldstart run ${file}\``;
  throw new NotInContainerError(
    `${what} needs containers, and this process has no platform around it; run ${run}, or call local() to run the function in this process`,
  );
}

/** As the platform's messages call a function: containers start in the folder that names are relative to. */
function label({ file, name }: Target): string {
  const folder = `${process.cwd()}/`;
  return `${file.startsWith(folder) ? file.slice(folder.length) : file}::${name}`;
}

/** The file and the name that others know a function or a method by. */
export function locator(definition: FunctionDefinition): Locate {
  return async ({ entry }) => {
    const { file, member } = definition;
    const whole = member?.class ?? definition;
    const target = (at: string, name: string): Target => ({
      file: at,
      name: member ? `${name}${member.values}.${member.method}` : name,
      definition,
    });
    if (whole.name !== undefined) return target(file, whole.name);
    const { pathToFileURL } = await import("node:url");
    for (const each of new Set([file, entry ?? file])) {
      // The module is loaded already: this reads its exports.
      const found = exportedName(await import(pathToFileURL(each).href), whole);
      // A class that is the default export still has a name of its own.
      if (found === "default" && "ownName" in whole) break;
      if (found !== undefined) return target(each, found);
    }
    if ("ownName" in whole) return target(file, whole.ownName);
    throw new UnnamedFunctionError(
      `remote() was called on a function of ${file} that is neither exported nor named; export it, or give it a name: app.function({ name: "…" }, …)`,
    );
  };
}

function exportedName(
  module: Readonly<Record<string, unknown>>,
  definition: FunctionDefinition | ClassDefinition,
): string | undefined {
  const found = Object.keys(module).find((key) => definitionOf(module[key]) === definition);
  // CommonJS: what `module.exports` holds beyond the names that Node could read from the source.
  if (found === undefined || found === "default") {
    const inner = module.default;
    if (isObject(inner) && definitionOf(inner) === undefined) {
      const key = Object.keys(inner).find((k) => definitionOf(Reflect.get(inner, k)) === definition);
      if (key !== undefined) return key;
    }
  }
  return found;
}

function definitionOf(value: unknown): unknown {
  if (!isObject(value)) return undefined;
  if (typeof value === "function" && Object.hasOwn(value, CLASS)) return Reflect.get(value, CLASS);
  return Reflect.get(value, FUNCTION);
}

export function isObject(value: unknown): value is object {
  return value !== null && (typeof value === "object" || typeof value === "function");
}

/** What is no failure of the platform stays as it is: a signal's reason, a value that cannot be cloned. */
export function errorOf(failure: unknown, name: string): unknown {
  const isFailure = isObject(failure) && typeof (failure as Partial<HostFailure>).kind === "string";
  return isFailure ? toError(failure as HostFailure, name) : failure;
}

function toError(failure: HostFailure, name: string): Error {
  switch (failure.kind) {
    case "timeout":
      return failure.name === "ResultTimeoutError"
        ? new ResultTimeoutError(failure.message)
        : new FunctionTimeoutError(name, failure.message);
    case "lost":
      return new ContainerLostError(name, failure.message, failure.output);
    case "cancelled":
      return new FunctionCancelledError(name, `${name} was cancelled: ${failure.message}`);
    case "error":
      return new RemoteError(name, `${name} failed: ${failure.name}: ${failure.message}`, {
        cause: original(failure),
      });
    case "environment":
    case "usage":
    case "defect":
      return new RemoteError(name, `${name} did not run: ${failure.message}`, { cause: original(failure) });
  }
}

/** The platform's stack leads to the lines that the user wrote; the clone's own one need not. */
function original(failure: HostFailure): unknown {
  if (failure.cause !== undefined) {
    const [own] = failure.stack?.split("\nCaused by: ") ?? [];
    if (failure.cause instanceof Error && own !== undefined) {
      failure.cause.stack = own;
      Object.defineProperty(failure.cause, ORIGINAL, { value: true });
    }
    return failure.cause;
  }
  const error = new Error(failure.message);
  error.name = failure.name;
  // Without a place of its own the failure was found by the platform; where this object was made says nothing.
  Object.defineProperty(error, ORIGINAL, { value: true });
  error.stack = failure.stack ?? `${failure.name}: ${failure.message}`;
  return error;
}
