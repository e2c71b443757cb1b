// The options of a function, as users write them: their types, defaults and ranges.
import type { Schedule } from "./definition.ts";
import type { Image } from "./image.ts";
import type { WebEndpointOptions } from "./marks.ts";
import type { Retries } from "./retries.ts";

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
  /**
   * Containers that there may be at once, whole number from 1 and not below `keepWarm`. Further inputs wait.
   * Default: as many as this computer is let have.
   */
  readonly maxContainers?: number;
  /**
   * Containers that are started beyond those that the inputs need, while there are inputs: whole number from 0.
   * @defaultValue 0
   */
  readonly bufferContainers?: number;
  /**
   * Inputs that a container takes at once, whole number from 1. For handlers that wait more than they compute.
   * @defaultValue 1 (Modal's guide, "Cold start performance": one input at a time)
   */
  readonly allowConcurrentInputs?: number;
  /**
   * Inputs for each container at which more are started, 1 to `allowConcurrentInputs`; those in between are for bursts.
   * Default: `allowConcurrentInputs`.
   */
  readonly targetConcurrentInputs?: number;
  /**
   * Attempts after the first one, for an input whose function throws, takes too long or loses its container: whole
   * number from 0 to 10, or {@link Retries} to say how long to wait before each.
   * @defaultValue 0
   */
  readonly retries?: number | Retries;
  /** Seconds until a container must be ready, more than 0 and at most 86400. Default: the limit of the command at hand. */
  readonly startupTimeout?: number;
  /**
   * Serves the function over HTTP: its input is a `Request`, what it returns a `Response` or anything that JSON can say.
   * `true` is `{ method: "GET" }`.
   */
  readonly webEndpoint?: boolean | WebEndpointOptions;
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
 * Options of a class, for all of its methods; hooks are methods under `@build()`, `@enter()` and `@exit()`, schedules
 * and HTTP methods stand on methods. Default of `name`: the name that the class is exported under, else its own.
 */
export type ClassOptions = Omit<FunctionOptions, "build" | "schedule" | "webEndpoint">;

/** Defaults for the functions of an app; a function's own options win. */
export interface AppOptions {
  /** What containers begin with. See {@link FunctionOptions.image}. */
  readonly image?: Image;
  /** Seconds, 2 to 1200. See {@link FunctionOptions.containerIdleTimeout}. @defaultValue 60 */
  readonly containerIdleTimeout?: number;
  /** Seconds, more than 0 and at most 86400. See {@link FunctionOptions.timeout}. @defaultValue 300 */
  readonly timeout?: number;
}
