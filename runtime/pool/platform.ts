// The local platform as seen from outside and from inside: calls functions of an app, whichever version of it is served.
//
//   const platform = openPlatform(session);                                 // jobs/platform.ts
//   platform.deploy(versionOf(session, images, variant, app.functions));    // boots what is to be kept warm
//   await platform.call(name, { args: json([1]), answer: "json", signal }); // → { bytes, started }
//   for await (const bytes of platform.values(name, { args, answer: "json" })) …   // a generator
//   const { status, headers, body } = await platform.fetch(name, { request, body: chunks }, ending);
//   const id = platform.spawn(name, { args, answer: "json" });  await platform.result(id, timeout);
//   platform.configure(name, { keepWarm: 2 });  platform.figures(name);
//   platform.deploy(versionOf(…));      // a new version: new calls go to it, the earlier one ends what it has
//   await platform.drain();             // or stop()
//
// A name is { file, name }: the file's absolute path and the NAME of FILE::NAME, parameters of classes included. All that fails rejects with a RuntimeError. Code in containers reaches the same by `requests`.
import type { FunctionDescription, FunctionSettings, Scaling } from "../child/description.ts";
import type { PoolFigures, WireRequest } from "../child/messages.ts";
import type { Answer, RequestHandler } from "../container/container.ts";
import { cancelledError, type RuntimeError } from "../errors.ts";
import { definedName, type FunctionName } from "./names.ts";
import { type Begin, fetch, type Response, values } from "./parts.ts";
import type { Clock, PoolCall } from "./pool.ts";
import { createPools, type Pools, type PoolsOptions } from "./pools.ts";
import { createRequests } from "./requests.ts";
import { createSpawned } from "./spawned.ts";

/** What one version of an app runs as. */
export interface Version extends Pick<PoolsOptions, "prepare" | "about"> {
  /** What its file defines, as far as it is known. */
  readonly functions: readonly FunctionDescription[];
  /** Gets ready for containers to come, once those that are kept warm boot. */
  open?(): void;
  /** It gets no new inputs: gives up what it holds ready. Called once or twice. */
  close?(): Promise<void>;
}

export interface PlatformOptions extends Pick<PoolsOptions, "newInput" | "emit" | "trouble"> {
  readonly clock: Clock;
  /** Makes ids of spawned calls that no other run has given out. */
  newCall(): string;
}

export type { FunctionName };
export type Input = Pick<PoolCall, "args" | "answer" | "timeout" | "signal" | "queued">;

export interface Platform {
  /**
   * Serves this version from now on. What is to be kept warm boots at once; earlier versions end the inputs that they
   * have, and what those call, and then their containers.
   */
  deploy(version: Version): void;
  /** Queues an input. */
  call(name: FunctionName, input: Input): Promise<Answer>;
  /** The values of a generator, each encoded as the answer is wanted. Giving them up cancels the input. */
  values(name: FunctionName, input: Input): AsyncIterable<Uint8Array>;
  /**
   * Hands a request to a function; resolves when the head of its response is there.
   * @param ending Ends the input when it is aborted.
   */
  fetch(
    name: FunctionName,
    request: { readonly request: WireRequest; readonly body?: AsyncIterable<Uint8Array> },
    ending?: AbortController,
  ): Promise<Response>;
  /** Queues an input that nobody waits for; returns the call's id. */
  spawn(name: FunctionName, input: Omit<Input, "signal">): string;
  /** See {@link Spawned.result}. */
  result(id: string, timeout?: number): Promise<Answer>;
  cancel(id: string): void;
  configure(name: FunctionName, scaling: Partial<Scaling>): void;
  figures(name: FunctionName): PoolFigures;
  /** How it scales now; undefined as long as nothing has been asked of it, so that its definition counts. */
  scaling(name: FunctionName): Scaling | undefined;
  /** Answers containers that belong to no pool: a local entry point, a cold start by itself. */
  readonly requests: RequestHandler;
  /** Waits for the inputs at hand and all that they call, then ends all containers with their exit hooks. */
  drain(): Promise<void>;
  /** Cancels all inputs and ends all containers at once. */
  stop(): Promise<void>;
}

/** The SDK's defaults, for functions whose options nobody knows; seconds. */
const DEFAULTS: FunctionSettings = { build: true, timeout: 300, keepWarm: 0, containerIdleTimeout: 60 };

interface Deployed {
  readonly pools: Pools;
  readonly requests: RequestHandler;
  close(): Promise<void>;
}

export function createPlatform(options: PlatformOptions): Platform {
  const spawned = createSpawned(options.clock, options.newCall);
  let current: Deployed | undefined;
  /** Versions that still have something to end. */
  const retiring = new Set<Promise<void>>();
  const versions = new Set<Deployed>();
  /** What went wrong while a version ended; `drain` says it. */
  let defect: { readonly error: unknown } | undefined;

  function open(version: Version): Deployed {
    const { functions, prepare, about } = version;
    const known = new Map(functions.map(({ file, name, settings }) => [`${file}::${name}`, settings]));
    const settings: PoolsOptions["settings"] = ({ file, name }, given) =>
      known.get(`${file}::${definedName(name)}`) ?? given ?? DEFAULTS;
    // What containers of a version call is of the same version.
    const requests: RequestHandler = (...request) => answer(...request);
    const pools = createPools({ ...options, prepare, about, settings, requests });
    const answer = createRequests(pools, spawned);
    return { pools, requests, close: async () => version.close?.() };
  }

  function retire(version: Deployed): void {
    const gone = Promise.all([version.close(), version.pools.drain()])
      .then(() => undefined)
      .catch((error: unknown) => {
        defect ??= { error };
      })
      .finally(() => {
        versions.delete(version);
        retiring.delete(gone);
      });
    retiring.add(gone);
  }

  function served(): Deployed {
    if (!current) throw notServed();
    return current;
  }

  function call(name: FunctionName, call: PoolCall): Promise<Answer> {
    if (!current) return Promise.reject(notServed());
    return current.pools.call(name, call);
  }

  return {
    deploy(version) {
      const before = current;
      current = open(version);
      versions.add(current);
      for (const { file, name, settings, parameters } of version.functions)
        if (settings.keepWarm > 0 && !parameters?.length) current.pools.start({ file, name });
      version.open?.();
      if (before) retire(before);
    },
    call,
    values: (name, { signal: outer, ...input }) => {
      const begin: Begin = (parts, signal) => call(name, { ...input, parts, signal });
      return values(begin, outer);
    },
    fetch(name, request, ending = new AbortController()) {
      const args = { encoding: "http", ...request } as const;
      return fetch((parts, signal) => call(name, { args, answer: "http", parts, signal }), ending);
    },
    spawn: (name, input) => spawned.add((signal) => call(name, { ...input, signal })),
    result: (id, timeout) => spawned.result(id, timeout),
    cancel: (id) => spawned.cancel(id),
    configure: (name, scaling) => served().pools.configure(name, scaling),
    figures: (name) => served().pools.figures(name),
    scaling: (name) => current?.pools.scaling(name),
    requests: async (...request) => served().requests(...request),
    async drain() {
      const last = current;
      if (last) retire(last);
      await Promise.all(retiring);
      current = undefined;
      if (defect) throw defect.error;
    },
    async stop() {
      current = undefined;
      await Promise.all([...versions].flatMap(({ pools, close }) => [pools.stop(), close()]));
    },
  };
}

function notServed(): RuntimeError {
  return cancelledError("the app is not served (any more)");
}
