// The pools of one version of an app: one for each function, made when it is first called or started.
import type { FunctionSettings, PoolFigures, Scaling } from "../child/messages.ts";
import type { Answer, Prepared, RequestHandler } from "../container/container.ts";
import type { RuntimeError } from "../errors.ts";
import type { EventBody } from "../trace/events.ts";
import { type Clock, createPool, type Pool, type PoolCall } from "./pool.ts";

/** A function by the file that defines it and the NAME of `FILE::NAME`, the parameters of its class included. */
export interface FunctionName {
  readonly file: string;
  readonly name: string;
}

export interface PoolsOptions {
  readonly clock: Clock;
  /** Makes a container for a function ready to be started. */
  prepare(called: FunctionName, settings: FunctionSettings, requests: RequestHandler): Promise<Prepared>;
  /** What events say of a function. */
  about(called: FunctionName, settings: FunctionSettings): Pick<EventBody, "app" | "function">;
  newInput(): string;
  emit(event: EventBody): void;
  /** Answers what code in the containers asks. */
  readonly requests: RequestHandler;
  /** The containers of a function that is to be kept warm can't be started. */
  trouble(called: FunctionName, error: RuntimeError): void;
}

export interface Pools {
  /** @param settings What the caller knows of the function; the first that is known counts. */
  call(called: FunctionName, settings: FunctionSettings, call: PoolCall): Promise<Answer>;
  /** Has a pool keep warm what its settings say, before there is an input. */
  start(called: FunctionName, settings: FunctionSettings): void;
  configure(called: FunctionName, settings: FunctionSettings, scaling: Partial<Scaling>): void;
  figures(called: FunctionName): PoolFigures;
  /** Lets all inputs end, then stops all containers with their exit hooks. */
  drain(): Promise<void>;
  /** Cancels all inputs and ends all containers at once. */
  stop(): Promise<void>;
}

export function createPools(options: PoolsOptions): Pools {
  const pools = new Map<string, Pool>();
  /** Inputs that have not ended. */
  let open = 0;
  let onQuiet = () => {};

  function poolOf(called: FunctionName, settings: FunctionSettings): Pool {
    const key = `${called.file}::${called.name}`;
    const known = pools.get(key);
    if (known) return known;
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
        open--;
        if (open === 0) onQuiet();
      },
      trouble: (error) => options.trouble(called, error),
    });
    pools.set(key, pool);
    return pool;
  }

  return {
    call(called, settings, call) {
      open++;
      return poolOf(called, settings).call(call);
    },
    start: (called, settings) => void poolOf(called, settings),
    configure: (called, settings, scaling) => poolOf(called, settings).configure(scaling),
    figures({ file, name }) {
      return pools.get(`${file}::${name}`)?.figures() ?? { backlog: 0, containers: 0 };
    },
    async drain() {
      // A function at work may call any other: no pool closes before all are quiet.
      if (open > 0) {
        await new Promise<void>((resolve) => {
          onQuiet = resolve;
        });
      }
      await Promise.all([...pools.values()].map((pool) => pool.drain()));
    },
    async stop() {
      await Promise.all([...pools.values()].map((pool) => pool.stop()));
    },
  };
}
