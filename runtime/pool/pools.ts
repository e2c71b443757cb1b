// The pools of one version of an app: one for each function, and one for all methods of a class, made when first called or started.
import type { FunctionSettings, Scaling } from "../child/description.ts";
import type { PoolFigures } from "../child/messages.ts";
import type { Answer, Prepared, RequestHandler } from "../container/container.ts";
import type { EventBody } from "../trace/events.ts";
import { type FunctionName, poolName } from "./names.ts";
import { type Clock, createPool, type Pool, type PoolCall } from "./pool.ts";

export interface PoolsOptions {
  readonly clock: Clock;
  /** Makes a container for a function, and all that share it, ready to be started. */
  prepare(called: FunctionName, settings: FunctionSettings, requests: RequestHandler): Promise<Prepared>;
  /** What events say of a function. */
  about(called: FunctionName, settings: FunctionSettings): About;
  newInput(): string;
  emit(event: EventBody): void;
  /** @param known What the caller knows of the function. */
  settings(called: FunctionName, known?: FunctionSettings): FunctionSettings;
  /** Answers what code in the containers asks. */
  readonly requests: RequestHandler;
  /** Takes a sentence about a function or a class, without its name: of troubles that no input tells of. */
  trouble(called: FunctionName, text: string): void;
}

export type About = Pick<EventBody, "app" | "function" | "class">;

export interface Pools {
  /** @param known What the caller knows of the function; the first that is known counts. */
  call(called: FunctionName, call: PoolCall, known?: FunctionSettings): Promise<Answer>;
  /** Has a pool keep warm what its settings say, before there is an input. */
  start(called: FunctionName): void;
  configure(called: FunctionName, scaling: Partial<Scaling>, known?: FunctionSettings): void;
  figures(called: FunctionName, known?: FunctionSettings): PoolFigures;
  /** Undefined as long as nothing has been asked of the function. */
  scaling(called: FunctionName): Scaling | undefined;
  /** Lets all inputs end, then stops all containers with their exit hooks. */
  drain(): Promise<void>;
  /** Cancels all inputs and ends all containers at once. */
  stop(): Promise<void>;
}

/** What has containers of its own. */
interface Unit {
  readonly pool: Pool;
  /** What events say, by method. */
  readonly about: Map<string | undefined, About>;
}

/** A function as it is called. */
interface Entry {
  readonly pool: Pool;
  readonly method: string | undefined;
}

export function createPools(options: PoolsOptions): Pools {
  /** File → name → function. */
  const entries = new Map<string, Map<string, Entry>>();
  const units = new Map<string, Unit>();
  const all = () => [...units.values()].map(({ pool }) => pool);
  /** Inputs that have not ended. */
  let inputs = 0;
  let onQuiet = () => {};

  function entryOf(called: FunctionName, known?: FunctionSettings): Entry {
    return entries.get(called.file)?.get(called.name) ?? enter(called, options.settings(called, known));
  }

  function enter(called: FunctionName, settings: FunctionSettings): Entry {
    const { file, name } = called;
    const key = keyOf(called, settings);
    const unit = units.get(key) ?? open(called, settings);
    units.set(key, unit);
    unit.about.set(settings.method, options.about(called, settings));
    const entry = { pool: unit.pool, method: settings.method };
    const ofFile = entries.get(file) ?? new Map<string, Entry>();
    entries.set(file, ofFile.set(name, entry));
    return entry;
  }

  function open(called: FunctionName, settings: FunctionSettings): Unit {
    const about: Unit["about"] = new Map();
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
      emit: (event, method) => options.emit(Object.assign(event, about.get(method))),
      ended() {
        inputs--;
        if (inputs === 0) onQuiet();
      },
      trouble: (text) => options.trouble({ file: called.file, name: poolName(called.name, settings) }, text),
    });
    return { pool, about };
  }

  return {
    call(called, call, known) {
      inputs++;
      const { pool, method } = entryOf(called, known);
      return pool.call(method === undefined ? call : { ...call, method });
    },
    start: (called) => void entryOf(called),
    configure: (called, scaling, known) => entryOf(called, known).pool.configure(scaling),
    figures(called, known) {
      const unit = units.get(keyOf(called, options.settings(called, known)));
      return unit?.pool.figures() ?? { backlog: 0, containers: 0, running: 0, room: 0 };
    },
    scaling: (called) => units.get(keyOf(called, options.settings(called)))?.pool.scaling(),
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

function keyOf({ file, name }: FunctionName, settings: FunctionSettings): string {
  return `${file}::${poolName(name, settings)}`;
}
