// What the SDK leaves behind for the platform: definitions and entry points under registered symbols, shared by all copies of the SDK.

/** Under this property a handle carries its definition; the platform recognises functions by it. */
export const FUNCTION = Symbol.for("coldstart.function");
/** Under this property a class carries its {@link ClassDefinition}. */
export const CLASS = Symbol.for("coldstart.class");
/** Under this property a method carries its {@link Mark}: what it is for. */
export const MARK = Symbol.for("coldstart.mark");
/** Property of `globalThis` that holds the {@link Registry}. */
export const REGISTRY = Symbol.for("coldstart.registry");
/** Property of `globalThis` that holds the {@link Host}: there inside containers only. */
export const HOST = Symbol.for("coldstart.host");

/** On errors of other containers: their stacks lead to the lines that the user wrote. */
export const ORIGINAL = Symbol.for("coldstart.original");

/** Under this property an image carries its definition. */
export const IMAGE = Symbol.for("coldstart.image");

export type Handler = (...args: readonly unknown[]) => unknown;

/** A function as the platform runs it. */
export interface FunctionDefinition {
  readonly version: 1;
  readonly app: string;
  /** Absolute path of the file whose code called `app.function`. */
  readonly file: string;
  /** The `name` option; functions without one are known by the name that they are exported under. */
  readonly name?: string;
  readonly handler: Handler;
  readonly options: DefinitionOptions;
  /** Of a method: what it is part of. */
  readonly member?: Member;
}

/** A method of a class, as it is called: hooks and body work on one object, made when it is first needed. */
export interface Member {
  readonly class: ClassDefinition;
  /** The method's own name. */
  readonly method: string;
  /** What stands for the constructor's argument in names: `(size="large")`; "" where it was made without one. */
  readonly values: string;
  /** Makes the object; once. */
  readonly make: () => object;
  /** What `options.build`, `enter` and `exit` run, one by one. */
  readonly hooks: Readonly<Record<"build" | "enter" | "exit", readonly Hook[]>>;
}

/** A method that the platform runs. */
export interface Hook {
  readonly name: string;
  readonly run: () => unknown;
}

/** A class under `@app.cls()`. */
export interface ClassDefinition {
  readonly version: 1;
  readonly app: string;
  /** Absolute path of the file whose code called `app.cls`. */
  readonly file: string;
  /** The `name` option; classes without one are known by the name that they are exported under, else by their own. */
  readonly name?: string;
  /** The class's own name. */
  readonly ownName: string;
  /** Names of what may be called, those of bases first. */
  readonly methods: readonly string[];
  /** Its constructor takes a value that has no default: no object can be made without. */
  readonly wantsValues: boolean;
  /**
   * A method as a function.
   * @param values - `size="large", count=3`: fields of the constructor's argument, their values JSON; left out where
   * only the definition is looked at
   */
  method(name: string, values?: string): FunctionDefinition;
  /** A method of an object that is there. */
  bind(object: object, name: string): FunctionDefinition;
}

/** What a decorator has said of a method. */
export interface Mark {
  readonly kind: "build" | "enter" | "exit" | "method";
  readonly schedule?: Schedule;
  readonly web?: WebMark;
}

/** When the platform calls a function by itself. */
export type Schedule =
  /** Five fields: minute, hour, day of the month, month, day of the week. Time zone: as the IANA names it; UTC when left out. */
  | { readonly kind: "cron"; readonly expression: string; readonly timeZone?: string }
  | { readonly kind: "period"; readonly seconds: number };

/** Options with their defaults filled in; times are seconds. */
export interface DefinitionOptions {
  readonly image?: ImageDefinition;
  readonly build?: () => unknown;
  /**
   * Runs the user's hook at most once in a process, whoever calls it, and answers with what it returned.
   * An object (arrays and functions are objects too) is the handler's first argument.
   */
  readonly enter?: () => unknown;
  /** Takes what `enter` returned. */
  readonly exit?: (state?: unknown) => unknown;
  readonly keepWarm: number;
  readonly containerIdleTimeout: number;
  readonly timeout: number;
  readonly schedule?: Schedule;
  readonly maxContainers?: number;
  readonly bufferContainers?: number;
  readonly startupTimeout?: number;
  readonly concurrency?: { readonly max: number; readonly target?: number };
  readonly retries?: RetryPolicy;
  readonly web?: WebMark;
}

/** That inputs of a function come over HTTP: it takes a `Request`. */
export interface WebMark {
  /** In capitals. */
  readonly method: string;
}

/** An image as the platform builds it. */
export interface ImageDefinition {
  readonly version: 1;
  /** `node`, `python`, or one of them with a version: `node@24`. */
  readonly base: string;
  readonly steps: readonly ImageStepDefinition[];
}

export type ImageStepDefinition =
  | { readonly kind: "npmInstall" | "pipInstall"; readonly packages: readonly string[] }
  | { readonly kind: "runCommands"; readonly commands: readonly string[] }
  | {
      readonly kind: "runFunction";
      readonly name: string;
      readonly source: string;
      readonly run: () => unknown;
    }
  | { readonly kind: "env"; readonly variables: Readonly<Record<string, string>> }
  | {
      readonly kind: "addLocal";
      readonly what: "file" | "folder";
      readonly local: string;
      readonly remote: string;
    }
  | { readonly kind: "workdir"; readonly path: string }
  | { readonly kind: "other"; readonly name: string; readonly args: readonly string[] };

/** Further attempts after one that failed; seconds. */
export interface RetryPolicy {
  readonly max: number;
  readonly initialDelay: number;
  readonly backoff: number;
  readonly maxDelay: number;
}

export interface EntrypointDefinition {
  readonly version: 1;
  readonly app: string;
  /** Absolute path of the file whose code called `app.localEntrypoint`. */
  readonly file: string;
  readonly run: (...inputs: never[]) => unknown;
}

/** Everything that the modules of this process have defined, in order. */
export interface Registry {
  readonly functions: FunctionDefinition[];
  /** Absent where a copy of the SDK that knows no classes has made it. */
  classes?: ClassDefinition[];
  readonly entrypoints: EntrypointDefinition[];
}

/** A function that is called: where it lies, and what its pool is to be like. */
export interface Target {
  /** Absolute path. */
  readonly file: string;
  readonly name: string;
  readonly definition: FunctionDefinition;
}

/** What a container offers to the code in it. All promises reject with a {@link HostFailure}, or a signal's reason. */
export interface Host {
  /** Absolute path of the file that the container was started for. */
  readonly entry?: string;
  /** Runs a function of this app in its own containers. */
  call(target: Target, args: readonly unknown[], signal?: AbortSignal): Promise<unknown>;
  /** The same for one that yields values; leaving the loop cancels it. */
  stream(target: Target, args: readonly unknown[], signal?: AbortSignal): AsyncIterable<unknown>;
  /** Starts a call, and answers with its id. */
  spawn(target: Target, args: readonly unknown[]): Promise<string>;
  /** Waits for a spawned call; `timeout` is milliseconds. */
  result(id: string, timeout?: number, signal?: AbortSignal): Promise<unknown>;
  cancel(id: string): Promise<void>;
  configure(target: Target, settings: ScalingChange): Promise<void>;
  figures(target: Target): Promise<PoolFigures>;
  /** The input whose code asks; `ending` once nobody waits for it any more. */
  input(): (CurrentInput & { readonly ending?: unknown }) | undefined;
}

/** New settings of a pool, those that change; seconds. */
export interface ScalingChange {
  readonly keepWarm?: number;
  readonly maxContainers?: number;
  readonly bufferContainers?: number;
  readonly containerIdleTimeout?: number;
}

/** How much a function has to do, and who does it. */
export interface PoolFigures {
  /** Inputs that wait for a container. */
  readonly backlog: number;
  /** Containers, those that boot included. */
  readonly containers: number;
}

/** An input that a container is at work on. */
export interface CurrentInput {
  /** What events call it; "" outside of containers. */
  readonly id: string;
  /** Aborted when nobody waits for the result any more: the call was cancelled, or its time is up. */
  readonly signal: AbortSignal;
}

/** Why a call brought no result; made into one of the SDK's errors. */
export interface HostFailure {
  readonly kind: "error" | "timeout" | "lost" | "cancelled" | "environment" | "usage" | "defect";
  /** Of the original error, as are `message` and `stack`. */
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  /** The error that the function threw, where it could be carried over whole. */
  readonly cause?: unknown;
  /** The last that the container printed. */
  readonly output?: string;
}

const globals = globalThis as { [REGISTRY]?: Registry; [HOST]?: Host };

export function registry(): Registry {
  globals[REGISTRY] ??= { functions: [], entrypoints: [] };
  return globals[REGISTRY];
}

export function definedClasses(): ClassDefinition[] {
  const known = registry();
  known.classes ??= [];
  return known.classes;
}

export function host(): Host | undefined {
  return globals[HOST];
}
