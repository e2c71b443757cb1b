// Runs what functions call by `remote()`: one pool of containers for each function of the app.
import { availableParallelism } from "node:os";
import type { FunctionSettings } from "../child/messages.ts";
import type { RemoteHandler, RemoteRequest } from "../container/spec.ts";
import { RuntimeError } from "../errors.ts";
import type { Variant } from "../options.ts";
import { createPool, type Pool } from "../pool/pool.ts";
import { now } from "../trace/clock.ts";
import { imageFor } from "./images.ts";
import type { Session } from "./session.ts";

export interface Functions {
  readonly remote: RemoteHandler;
  /** Waits for the inputs at hand, then ends all containers. */
  drain(): Promise<void>;
  /** Cancels the inputs at hand and ends all containers. */
  stop(): Promise<void>;
}

/** The SDK's defaults, for functions whose options the caller does not know; seconds. */
const DEFAULTS: FunctionSettings = { build: false, timeout: 300, keepWarm: 0, containerIdleTimeout: 60 };

export function createFunctions(session: Session, variant: Omit<Variant, "function">): Functions {
  const pools = new Map<string, Pool>();

  const poolOf = ({ file, name, settings = DEFAULTS }: RemoteRequest): Pool => {
    const label = session.label({ file, name });
    const known = pools.get(label);
    if (known) return known;
    const about = { function: label, ...(settings.app === undefined ? {} : { app: settings.app }) };
    const pool = createPool({
      settings: {
        min: settings.keepWarm,
        // A desk has fewer processors than a cluster: more containers at once would only wait for each other.
        max: Math.max(8, 2 * availableParallelism(), settings.keepWarm),
        idleTimeout: settings.containerIdleTimeout * 1000,
      },
      timeout: settings.timeout * 1000,
      async prepare() {
        const target = await session.target({ ...variant, file }, name, false);
        const image = await imageFor(session, target);
        const prepared = await session.prepare(target, { mode: "serve", image, remote });
        return { ...prepared, start: () => session.start(prepared) };
      },
      clock: {
        now,
        after(ms, callback) {
          const timer = setTimeout(callback, ms);
          return () => clearTimeout(timer);
        },
      },
      newInput: session.newInput,
      emit: (event) => session.emit({ ...about, ...event }),
    });
    pools.set(label, pool);
    return pool;
  };

  const remote: RemoteHandler = async (request) => {
    const args = { encoding: "clone", bytes: request.args } as const;
    const { value } = await poolOf(request).call({ args, answer: "clone", signal: session.signal });
    if (value.encoding === "clone") return value.bytes;
    const message = "the answer is no structured clone";
    throw new RuntimeError({ kind: "defect", name: "ProtocolError", message });
  };

  const all = (end: (pool: Pool) => Promise<void>) => async () => {
    await Promise.all([...pools.values()].map(end));
  };
  return { remote, drain: all((pool) => pool.drain()), stop: all((pool) => pool.stop()) };
}
