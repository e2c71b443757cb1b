// What `app.function` returns: the means to call a function, here or in a container of its own.
import { ask, askEach, isObject, type Locate, locator } from "./calls.ts";
import { checkScaling } from "./checks.ts";
import { FUNCTION, type FunctionDefinition, type PoolFigures, type ScalingChange } from "./definition.ts";
import type {
  ContainerLostError,
  FunctionCancelledError,
  FunctionTimeoutError,
  RemoteError,
} from "./errors.ts";
import { checkMap, type Inputs as Many, type MapOptions, type MapResults, mapResults } from "./map.ts";
import { FunctionCall } from "./spawned.ts";

/** What stands in place of a result under `errors: "return"`. */
export type CallError = RemoteError | FunctionTimeoutError | ContainerLostError | FunctionCancelledError;

/** How calls are made; see {@link FunctionHandle.withOptions}. */
export interface CallOptions {
  /** Aborting it cancels the calls that are under way, and refuses further ones. */
  readonly signal?: AbortSignal;
}

/** The ways to call a function of an app in containers. */
export interface RemoteCalls<Inputs extends readonly unknown[], Result> {
  /**
   * Runs the function in a container of its own: a warm one that is free, else a new one. Arguments and result are
   * structured clones, as with `postMessage`: functions and class instances do not cross.
   * @returns a promise of what the handler returns; of all that it yields, as an array, where it is a generator
   * @throws {@link RemoteError} when the function throws; its error is the `cause`
   * @throws {@link FunctionTimeoutError} when it takes longer than its `timeout`
   * @throws {@link ContainerLostError} when its container ends before there is a result
   * @throws {@link NotInContainerError} outside of `coldstart run`
   * @throws {@link UnnamedFunctionError} when the function is neither exported nor has a `name`
   */
  remote(...inputs: Inputs): Promise<Result>;
  /**
   * Runs the function once for each of many inputs, in as many containers as that takes. Inputs are pulled as there is
   * room for them, from arrays, generators and streams alike.
   * @param inputs - the first argument of each call; for several arguments see {@link RemoteCalls.starmap}
   * @returns an array when it is awaited; a loop with `for await` gets each result as it is there
   * @throws what {@link RemoteCalls.remote} throws, for the first input that fails; the others are cancelled
   */
  map(inputs: Many<Inputs[0]>, options?: MapOptions & { readonly errors?: "throw" }): MapResults<Result>;
  map(inputs: Many<Inputs[0]>, options: MapOptions): MapResults<Result | CallError>;
  /** As {@link RemoteCalls.map}, with an array of arguments for each call. */
  starmap(inputs: Many<Inputs>, options?: MapOptions & { readonly errors?: "throw" }): MapResults<Result>;
  starmap(inputs: Many<Inputs>, options: MapOptions): MapResults<Result | CallError>;
  /**
   * As {@link RemoteCalls.map}, for functions that are called for what they do; keeps no result.
   * @throws what {@link RemoteCalls.remote} throws, unless `errors` is `"return"`
   */
  forEach(inputs: Many<Inputs[0]>, options?: MapOptions): Promise<void>;
  /**
   * Starts a call and does not wait for it.
   * @returns the call, by which its result can be asked for later
   */
  spawn(...inputs: Inputs): Promise<FunctionCall<Result>>;
  /**
   * Sets how many containers are always kept ready, while the app runs.
   * @param containers - whole number from 0
   */
  keepWarm(containers: number): Promise<void>;
  /**
   * Changes how the function scales, while the app runs. What is left out stays as it is.
   * @throws OptionRangeError for numbers out of range
   */
  updateAutoscaler(settings: ScalingChange): Promise<void>;
  /** How many inputs wait and run, how many containers there are, and how many more inputs they could take at once. */
  figures(): Promise<PoolFigures>;
}

/**
 * A function of an app.
 * @typeParam Inputs - the handler's parameters without the state of `enter`
 * @typeParam Result - what a call results in
 * @typeParam Local - what {@link FunctionHandle.local} returns: a promise where there is an `enter` to wait for
 */
export interface FunctionHandle<Inputs extends readonly unknown[], Result, Local = Promise<Result>>
  extends RemoteCalls<Inputs, Result> {
  /** The `name` option, else the name of the handler; "" when there is neither. */
  readonly name: string;
  /**
   * Runs the handler in this process. `enter` runs first, once per process; `build` does not run.
   * @returns what the handler returns; a promise of it when the function has an `enter`
   * @throws what `enter` or the handler throws, as it is
   */
  local(...inputs: Inputs): Local;
  /** The same function, called in another way. */
  withOptions(options: CallOptions): this;
  /** For the platform. */
  readonly [FUNCTION]: FunctionDefinition;
}

/** What a function has besides that yields its values one by one. */
export interface GeneratorCalls<Inputs extends readonly unknown[], Yielded> {
  /**
   * As {@link RemoteCalls.remote}, and each value arrives when the handler yields it. A loop that is left ends the
   * handler at its `yield`; one that is slow holds it there.
   */
  remoteGen(...inputs: Inputs): AsyncGenerator<Yielded, void, undefined>;
}

// biome-ignore lint/suspicious/noExplicitAny: what a generator returns or is sent plays no part.
type AnyGenerator<Yielded> = Generator<Yielded, any, any> | AsyncGenerator<Yielded, any, any>;

/** What calls of a handler result in: promises are awaited, generators collected. */
export type ResultOf<Returned> =
  Returned extends AnyGenerator<infer Yielded> ? Awaited<Yielded>[] : Awaited<Returned>;

/** The handle of a handler that returns `Returned`. */
export type HandleOf<Inputs extends readonly unknown[], Returned, Local> = FunctionHandle<
  Inputs,
  ResultOf<Returned>,
  Local
> &
  // Generators alone have it; of anything else nothing is added, so that types stay short.
  ([Returned] extends [AnyGenerator<infer Yielded>] ? GeneratorCalls<Inputs, Awaited<Yielded>> : unknown);

/** What `local` returns where there is an `enter` to wait for. */
export type LocalOf<Returned> = [Returned] extends [AnyGenerator<infer Yielded>]
  ? AsyncGenerator<Yielded, unknown, unknown>
  : Promise<Awaited<Returned>>;

type AnyHandle = FunctionHandle<unknown[], unknown, unknown> & GeneratorCalls<unknown[], unknown>;

export function createHandle(definition: FunctionDefinition, options: CallOptions = {}): AnyHandle {
  const { handler, options: defined } = definition;
  return {
    name: definition.member?.method ?? definition.name ?? handler.name,
    ...remoteCalls(definition.file, locator(definition), options),
    local(...inputs) {
      const { enter } = defined;
      if (!enter) return handler(...inputs);
      const begin = async () => {
        const state = await enter();
        return isObject(state) ? handler(state, ...inputs) : handler(...inputs);
      };
      return isGeneratorFunction(handler) ? each(begin) : begin();
    },
    withOptions: (more) => createHandle(definition, { ...options, ...more }),
    [FUNCTION]: definition,
  };
}

/** All calls that run elsewhere, of a function or a method. */
export function remoteCalls(
  file: string,
  locate: Locate,
  { signal }: CallOptions = {},
): RemoteCalls<unknown[], unknown> & GeneratorCalls<unknown[], unknown> {
  const call = (inputs: readonly unknown[], ending = signal, what = "remote()") =>
    ask(what, file, locate, (platform, target) => platform.call(target, inputs, ending));
  const many = (inputs: Many<unknown>, options: MapOptions = {}, spread = false) =>
    mapResults(inputs, checkMap(options), (input, ending) =>
      call(
        spread ? (input as readonly unknown[]) : [input],
        signal ? AbortSignal.any([signal, ending]) : ending,
        "map()",
      ),
    );
  const configure = (what: string, settings: unknown) => {
    const checked = checkScaling(settings, what);
    return ask(what, file, locate, (platform, target) => platform.configure(target, checked));
  };
  return {
    remote: (...inputs) => call(inputs),
    remoteGen: (...inputs) =>
      askEach("remoteGen()", file, locate, (platform, target) => platform.stream(target, inputs, signal)),
    map: (inputs: Many<unknown>, options?: MapOptions) => many(inputs, options),
    starmap: (inputs: Many<readonly unknown[]>, options?: MapOptions) => many(inputs, options, true),
    async forEach(inputs, options) {
      for await (const _ of many(inputs, { ordered: false, ...options }));
    },
    spawn: async (...inputs) =>
      FunctionCall.fromId(
        await ask("spawn()", file, locate, (platform, target) => platform.spawn(target, inputs)),
      ),
    // Bad values reject as every other failure does.
    keepWarm: async (containers) => configure("keepWarm()", { keepWarm: containers }),
    updateAutoscaler: async (settings) => configure("updateAutoscaler()", settings),
    figures: () => ask("figures()", file, locate, (platform, target) => platform.figures(target)),
  };
}

function isGeneratorFunction(handler: unknown): boolean {
  return /^\[object (Async)?GeneratorFunction\]$/.test(Object.prototype.toString.call(handler));
}

/** Values of a generator that cannot begin before a promise has settled. */
async function* each(begin: () => Promise<unknown>): AsyncGenerator<unknown, unknown, unknown> {
  return yield* (await begin()) as AsyncGenerator<unknown, unknown, unknown>;
}
