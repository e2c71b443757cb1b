// The pools of one version of an app: one for each function, made when it is first called or started.
import type { FunctionSettings, PoolFigures, Scaling } from "../child/messages.ts";
import type { Answer, Prepared, RequestHandler } from "../container/container.ts";
import type { EventBody } from "../trace/events.ts";
import { type Clock, createPool, type Pool, type PoolCall } from "./pool.ts";

/** A function by the file that defines it and the NAME of `FILE::NAME`, the parameters of its class included. */
export interface FunctionName {
  readonly file: string;
  readonly name: string;
}

/** The NAME that a file defines, of one that may hold the parameters of its class: `Model(size="large").run`. */
export function definedName(name: string): string {
  return name.replace(/\(.*\)/s, "");
}

export interface PoolsOptions {
  readonly clock: Clock;
  /** Makes a container for a function ready to be started. */
  prepare(called: FunctionName, settings: FunctionSettings, requests: RequestHandler): Promise<Prepared>;
  /** What events say of a function. */
  about(called: FunctionName, settings: FunctionSettings): Pick<EventBody, "app" | "function">;
  newInput(): string;
  emit(event: EventBody): void;
  /** @param known What the caller knows of the function. */
  settings(called: FunctionName, known?: FunctionSettings): FunctionSettings;
  /** Answers what code in the containers asks. */
  readonly requests: RequestHandler;
  /** Takes a sentence about a function, without its name: of troubles that no input tells of. */
  trouble(called: FunctionName, text: string): void;
}

export interface Pools {
  /** @param known What the caller knows of the function; the first that is known counts. */
  call(called: FunctionName, call: PoolCall, known?: FunctionSettings): Promise<Answer>;
  /** Has a pool keep warm what its settings say, before there is an input. */
  start(called: FunctionName): void;
  configure(called: FunctionName, scaling: Partial<Scaling>, known?: FunctionSettings): void;
  figures(called: FunctionName): PoolFigures;
  /** Lets all inputs end, then stops all containers with their exit hooks. */
  drain(): Promise<void>;
  /** Cancels all inputs and ends all containers at once. */
  stop(): Promise<void>;
}

export function createPools(options: PoolsOptions): Pools {
  /** File → name → pool. */
  const pools = new Map<string, Map<string, Pool>>();
  const all = () => [...pools.values()].flatMap((ofFile) => [...ofFile.values()]);
  /** Inputs that have not ended. */
  let inputs = 0;
  let onQuiet = () => {};

  function poolOf(called: FunctionName, known?: FunctionSettings): Pool {
    return pools.get(called.file)?.get(called.name) ?? open(called, options.settings(called, known));
  }

  function open(called: FunctionName, settings: FunctionSettings): Pool {
    const about = options.about(called, settings);
    const pool = createPool({
      function: settings,
      clock: options.clock,
      prepare({ asks }) {
        const requests: RequestHandler = async (request, args, asker) => {
          if (request.ask !== "call" && request.ask !== "result")
            return options.requests(request, args, asker);
          asks(1);
          try {
            return await options.requests(request, args, asker);
          } finally {
            asks(-1);
          }
        };
        return options.prepare(called, settings, requests);
      },
      newInput: options.newInput,
      emit: (event) => options.emit(Object.assign(event, about)),
      ended() {
        inputs--;
        if (inputs === 0) onQuiet();
      },
      trouble: (text) => options.trouble(called, text),
    });
    const ofFile = pools.get(called.file) ?? new Map<string, Pool>();
    pools.set(called.file, ofFile.set(called.name, pool));
    return pool;
  }

  return {
    call(called, call, known) {
      inputs++;
      return poolOf(called, known).call(call);
    },
    start: (called) => void poolOf(called),
    configure: (called, scaling, known) => poolOf(called, known).configure(scaling),
    figures({ file, name }) {
      return pools.get(file)?.get(name)?.figures() ?? { backlog: 0, containers: 0 };
    },
    async drain() {
      // A function at work may call any other: no pool closes before all are quiet.
      if (inputs > 0) {
        await new Promise<void>((resolve) => {
          onQuiet = resolve;
        });
      }
      await Promise.all(all().map((pool) => pool.drain()));
    },
    async stop() {
      await Promise.all(all().map((pool) => pool.stop()));
    },
  };
}
