// The pools of an app: one for each function that is called, made at its first call.
import type { Prepared } from "../container/container.ts";
import { RuntimeError } from "../errors.ts";
import type { EventBody } from "../trace/events.ts";
import { type Clock, createPool, type Pool } from "./pool.ts";

/** Containers of one function at once; far more than a computer runs well, and enough for functions that call themselves. */
const MAX_CONTAINERS = 32;

/** A function that is called, and what its definition says of its pool; times are seconds. */
export interface CalledFunction {
  readonly file: string;
  readonly name: string;
  readonly app?: string;
  /** Whether it has a build hook. */
  readonly build: boolean;
  readonly keepWarm: number;
  readonly containerIdleTimeout: number;
  readonly timeout: number;
}

export interface PoolsOptions {
  readonly clock: Clock;
  /** Makes a container for a function ready to be started. */
  prepare(called: CalledFunction): Promise<Prepared>;
  /** What events say of a function. */
  about(called: CalledFunction): Pick<EventBody, "app" | "function">;
  newInput(): string;
  emit(event: EventBody): void;
}

export interface Pools {
  /** Arguments and result are structured clones. Rejects with a RuntimeError. */
  call(called: CalledFunction, args: Uint8Array, signal?: AbortSignal): Promise<Uint8Array>;
  /** Lets all inputs end, then stops all containers with their exit hooks. */
  drain(): Promise<void>;
  /** Cancels all inputs and ends all containers at once. */
  stop(): Promise<void>;
}

export function createPools(options: PoolsOptions): Pools {
  const pools = new Map<string, Pool>();

  function poolOf(called: CalledFunction): Pool {
    const key = `${called.file}::${called.name}`;
    let pool = pools.get(key);
    if (!pool) {
      const about = options.about(called);
      pool = createPool({
        settings: {
          min: called.keepWarm,
          max: Math.max(MAX_CONTAINERS, called.keepWarm),
          idleTimeout: called.containerIdleTimeout * 1000,
        },
        timeout: called.timeout * 1000,
        clock: options.clock,
        prepare: () => options.prepare(called),
        newInput: options.newInput,
        emit: (event) => options.emit({ ...about, ...event }),
      });
      pools.set(key, pool);
    }
    return pool;
  }

  /** Inputs that have not ended. */
  let open = 0;
  let onQuiet = () => {};

  return {
    async call(called, args, signal) {
      open++;
      try {
        const call = {
          args: { encoding: "clone", bytes: args },
          answer: "clone",
          ...(signal && { signal }),
        } as const;
        const { value } = await poolOf(called).call(call);
        if (value.encoding === "clone") return value.bytes;
        throw new RuntimeError({
          kind: "defect",
          name: "ProtocolError",
          message: "the answer is no structured clone",
        });
      } finally {
        open--;
        if (open === 0) onQuiet();
      }
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
