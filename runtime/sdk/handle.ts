// What `app.function` returns: the means to call a function, here or in a container of its own.
import {
  CLASS,
  type ClassDefinition,
  FUNCTION,
  type FunctionDefinition,
  type HostFailure,
  host,
  type Member,
  ORIGINAL,
} from "./definition.ts";
import {
  ContainerLostError,
  FunctionTimeoutError,
  NotInContainerError,
  RemoteError,
  UnnamedFunctionError,
} from "./errors.ts";

/**
 * A function of an app.
 * @typeParam Inputs - the handler's parameters without the state of `enter`
 * @typeParam Result - what a call results in
 * @typeParam Local - what {@link FunctionHandle.local} returns: a promise where there is an `enter` to wait for
 */
export interface FunctionHandle<Inputs extends readonly unknown[], Result, Local = Promise<Result>> {
  /** The `name` option, else the name of the handler; "" when there is neither. */
  readonly name: string;
  /**
   * Runs the function in a container of its own: a warm one that is free, else a new one. Arguments and result are
   * structured clones, as with `postMessage`: functions and class instances do not cross.
   * @returns a promise of what the handler returns
   * @throws {@link RemoteError} when the function throws; its error is the `cause`
   * @throws {@link FunctionTimeoutError} when it takes longer than its `timeout`
   * @throws {@link ContainerLostError} when its container ends before there is a result
   * @throws {@link NotInContainerError} outside of `coldstart run`
   * @throws {@link UnnamedFunctionError} when the function is neither exported nor has a `name`
   */
  remote(...inputs: Inputs): Promise<Result>;
  /**
   * Runs the handler in this process. `enter` runs first, once per process; `build` does not run.
   * @returns what the handler returns; a promise of it when the function has an `enter`
   * @throws what `enter` or the handler throws, as it is
   */
  local(...inputs: Inputs): Local;
  /** For the platform. */
  readonly [FUNCTION]: FunctionDefinition;
}

export function createHandle(definition: FunctionDefinition): FunctionHandle<unknown[], unknown, unknown> {
  const { handler, options } = definition;
  return {
    name: definition.member?.method ?? definition.name ?? handler.name,
    remote: (...inputs) => remote(definition, inputs),
    local(...inputs) {
      const { enter } = options;
      if (!enter) return handler(...inputs);
      return (async () => {
        const state = await enter();
        return isObject(state) ? handler(state, ...inputs) : handler(...inputs);
      })();
    },
    [FUNCTION]: definition,
  };
}

async function remote(definition: FunctionDefinition, inputs: readonly unknown[]): Promise<unknown> {
  const platform = host();
  if (!platform) {
    throw new NotInContainerError(
      `remote() needs containers, and this process has no platform around it; run \`coldstart run ${definition.file}\`, or call local() to run the function in this process`,
    );
  }
  const { file, name } = await locate(definition, platform.entry);
  try {
    return await platform.call(file, name, inputs, definition);
  } catch (failure) {
    throw isFailure(failure) ? toError(failure, label(file, name)) : failure;
  }
}

/** As the platform's messages call a function: containers start in the folder that names are relative to. */
function label(file: string, name: string): string {
  const folder = `${process.cwd()}/`;
  return `${file.startsWith(folder) ? file.slice(folder.length) : file}::${name}`;
}

/** The file and the name that others know a function by: exports are known only once the module has run. */
async function locate(
  definition: FunctionDefinition,
  entry: string | undefined,
): Promise<{ readonly file: string; readonly name: string }> {
  const whole = definition.member?.class ?? definition;
  const named = (name: string) => (definition.member ? nameOfMethod(name, definition.member) : name);
  if (whole.name !== undefined) return { file: definition.file, name: named(whole.name) };
  const { pathToFileURL } = await import("node:url");
  for (const file of new Set([definition.file, entry ?? definition.file])) {
    // The module is loaded already: this reads its exports.
    const name = exportedName(await import(pathToFileURL(file).href), whole);
    if (name !== undefined) return { file, name: named(name) };
  }
  if ("ownName" in whole) return { file: definition.file, name: named(whole.ownName) };
  throw new UnnamedFunctionError(
    `remote() was called on a function of ${definition.file} that is neither exported nor named; export it, or give it a name: app.function({ name: "…" }, …)`,
  );
}

function nameOfMethod(owner: string, { values, method }: Member): string {
  return `${owner}${values}.${method}`;
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
      const key = Object.keys(inner).find(
        (k) => definitionOf((inner as Record<string, unknown>)[k]) === definition,
      );
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

function isObject(value: unknown): value is object {
  return value !== null && (typeof value === "object" || typeof value === "function");
}

function isFailure(value: unknown): value is HostFailure {
  return isObject(value) && typeof (value as Partial<HostFailure>).kind === "string";
}

function toError(failure: HostFailure, name: string): Error {
  switch (failure.kind) {
    case "timeout":
      return new FunctionTimeoutError(name, failure.message);
    case "lost":
      return new ContainerLostError(name, failure.message, failure.output);
    case "error":
      return new RemoteError(name, `${name} failed: ${failure.name}: ${failure.message}`, {
        cause: original(failure),
      });
    case "cancelled":
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
