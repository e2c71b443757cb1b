// The types of methods of an app's classes as they are called: `new Captioner().caption.remote(url)`.
import type { PoolFigures, ScalingChange } from "./definition.ts";
import type { CallError, CallOptions, HandleOf, LocalOf, ResultOf } from "./handle.ts";
import type { Inputs as Many, MapOptions, MapResults } from "./map.ts";
import type { FunctionCall } from "./spawned.ts";

type Method<Inputs extends readonly unknown[], Returned> = (this: never, ...inputs: Inputs) => Returned;
type ToThrow = MapOptions & { readonly errors?: "throw" };

/**
 * How a method under `@method()` or `@webEndpoint()` is called from outside of its class, on an object that says with
 * which values: `new Captioner({ size: "large" }).caption.remote(url)`. Decorators can't give a method another type, so
 * every function has these for the compiler; other functions have none of them when the program runs.
 */
export interface MethodCalls {
  /** Runs the method in a container of its own. See {@link RemoteCalls.remote}. */
  remote<Inputs extends unknown[], Returned>(
    this: Method<Inputs, Returned>,
    ...inputs: Inputs
  ): Promise<ResultOf<Returned>>;
  /** Runs the method on this object; its `enter` hooks run first, once. `build` hooks do not run. */
  local<Inputs extends unknown[], Returned>(
    this: Method<Inputs, Returned>,
    ...inputs: Inputs
  ): LocalOf<Returned>;
  /** Each value of a generator as it is yielded. See {@link GeneratorCalls.remoteGen}. */
  remoteGen<Inputs extends unknown[], Yielded>(
    this: Method<Inputs, Iterable<Yielded> | AsyncIterable<Yielded>>,
    ...inputs: Inputs
  ): AsyncGenerator<Awaited<Yielded>, void, undefined>;
  /** Once for each of many inputs. See {@link RemoteCalls.map}. */
  map<Inputs extends unknown[], Returned>(
    this: Method<Inputs, Returned>,
    inputs: Many<Inputs[0]>,
    options?: ToThrow,
  ): MapResults<ResultOf<Returned>>;
  map<Inputs extends unknown[], Returned>(
    this: Method<Inputs, Returned>,
    inputs: Many<Inputs[0]>,
    options: MapOptions,
  ): MapResults<ResultOf<Returned> | CallError>;
  /** With an array of arguments for each call. See {@link RemoteCalls.starmap}. */
  starmap<Inputs extends unknown[], Returned>(
    this: Method<Inputs, Returned>,
    inputs: Many<Inputs>,
    options?: ToThrow,
  ): MapResults<ResultOf<Returned>>;
  starmap<Inputs extends unknown[], Returned>(
    this: Method<Inputs, Returned>,
    inputs: Many<Inputs>,
    options: MapOptions,
  ): MapResults<ResultOf<Returned> | CallError>;
  /** For what it does. See {@link RemoteCalls.forEach}. */
  forEach<Inputs extends unknown[]>(
    this: Method<Inputs, unknown>,
    inputs: Many<Inputs[0]>,
    options?: MapOptions,
  ): Promise<void>;
  /** Starts a call and does not wait for it. See {@link RemoteCalls.spawn}. */
  spawn<Inputs extends unknown[], Returned>(
    this: Method<Inputs, Returned>,
    ...inputs: Inputs
  ): Promise<FunctionCall<ResultOf<Returned>>>;
  /** Sets how many containers are always kept ready. See {@link RemoteCalls.keepWarm}. */
  keepWarm(containers: number): Promise<void>;
  /** Changes how the method's containers scale. See {@link RemoteCalls.updateAutoscaler}. */
  updateAutoscaler(settings: ScalingChange): Promise<void>;
  /** See {@link RemoteCalls.figures}. */
  figures(): Promise<PoolFigures>;
  /** The same method, called in another way. */
  withOptions<Inputs extends unknown[], Returned>(
    this: Method<Inputs, Returned>,
    options: CallOptions,
  ): HandleOf<Inputs, Returned, LocalOf<Returned>>;
}

declare global {
  interface CallableFunction extends MethodCalls {}
}
