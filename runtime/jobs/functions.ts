// Runs what functions call by `remote()`: one pool of containers for each function of the app.
import type { FunctionSettings } from "../child/messages.ts";
import type { RequestHandler } from "../container/spec.ts";
import type { Variant } from "../options.ts";
import { createPools } from "../pool/pools.ts";
import { now } from "../trace/clock.ts";
import type { Images } from "./images.ts";
import type { Session } from "./session.ts";

export interface Functions {
  readonly requests: RequestHandler;
  /** Waits for the inputs at hand, then ends all containers. */
  drain(): Promise<void>;
  /** Cancels the inputs at hand and ends all containers. */
  stop(): Promise<void>;
}

/** The SDK's defaults, for functions whose options the caller does not know; seconds. */
const DEFAULTS: FunctionSettings = { build: true, timeout: 300, keepWarm: 0, containerIdleTimeout: 60 };

export function createFunctions(
  session: Session,
  images: Images,
  variant: Omit<Variant, "function">,
): Functions {
  const pools = createPools({
    async prepare({ file, name }) {
      const target = await session.target({ ...variant, file }, name, false);
      const image = await images.imageOf(target);
      const prepared = await session.prepare(target, { mode: "serve", image, requests });
      return { ...prepared, start: () => session.start(prepared) };
    },
    clock: {
      now,
      after(ms, callback) {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
    },
    about: (called) => ({
      function: session.label(called),
      ...(called.app === undefined ? {} : { app: called.app }),
    }),
    newInput: session.newInput,
    emit: (event) => session.emit(event),
  });
  const requests: RequestHandler = async (request, args) => {
    if (request.ask !== "call") throw new Error(`unknown request ${request.ask}`);
    const { file, name, function: settings = DEFAULTS } = request;
    return { payload: await pools.call({ ...settings, file, name }, args, session.signal) };
  };
  return { requests, drain: pools.drain, stop: pools.stop };
}
