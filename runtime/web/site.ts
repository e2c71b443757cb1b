// What the web server asks of a served app; plain data, so that the page and the JSON are the same.
import type { WebDescription } from "../child/description.ts";
import type { WireRequest } from "../child/messages.ts";
import type { RuntimeError } from "../errors.ts";
import type { Where } from "../options.ts";
import type { ContainerRow, InputRow, Totals } from "../trace/board.ts";
import type { Figures } from "../trace/diagnosis.ts";
import type { Stages } from "../trace/events.ts";

export interface Site {
  /** A function by the name of its address; undefined for one that the app does not have. */
  find(name: string): SiteFunction | undefined;
  /** Names of all functions. */
  names(): readonly string[];
  snapshot(): Snapshot;
  /** Tells of every change; returns what takes that back. */
  watch(changed: () => void): () => void;
  /** True once it takes no more inputs. */
  readonly closing: boolean;
}

export interface SiteFunction {
  /** `FILE::NAME`. */
  readonly label: string;
  /** How it answers requests; undefined for one that only takes calls. */
  readonly web: WebDescription | { readonly kind: "handler" } | undefined;
  /**
   * Runs one input.
   * @param args A JSON array, as it was sent.
   */
  call(args: Uint8Array, signal: AbortSignal): Promise<CallOutcome>;
  /**
   * Answers one request. Rejects with a RuntimeError as long as the response has not begun.
   * @param ending Ends it when aborted.
   */
  fetch(
    request: WireRequest,
    body: AsyncIterable<Uint8Array> | undefined,
    ending: AbortController,
  ): Promise<SiteResponse>;
}

/** How an input ended, and what is known of its way: all stages of one that has a result, else those that it reached. */
export type CallOutcome = (
  | {
      readonly ok: true;
      /** JSON, as the container wrote it: nobody here has to read it. */
      readonly result: Uint8Array;
    }
  | { readonly ok: false; readonly error: RuntimeError }
) & {
  readonly stages: Partial<Stages>;
  readonly wall: number;
  readonly where?: Where;
};

export interface SiteResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  /** All of it, or what throws a RuntimeError where the answer breaks off. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}

/** What `GET /` shows. Times are milliseconds on the events' clock, `now` among them. */
export interface Snapshot {
  readonly version: 1;
  readonly app: string;
  readonly file: string;
  readonly url: string;
  readonly now: number;
  /** What keeps the newest code from being served. */
  readonly problem?: string;
  readonly functions: readonly FunctionSnapshot[];
}

export interface FunctionSnapshot {
  readonly name: string;
  /** `FILE::CLASS` of a method, with whose other methods it shares its containers. */
  readonly class?: string;
  /** What keeps it, or its class, from having warm containers or from ending its inputs. */
  readonly problem?: string;
  /** Where it answers requests. */
  readonly url?: string;
  readonly method?: string;
  readonly schedule?: ScheduleSnapshot;
  readonly settings: {
    readonly keepWarm: number;
    readonly maxContainers?: number;
    readonly bufferContainers?: number;
    readonly containerIdleTimeout: number;
    readonly concurrency: number;
  };
  readonly waiting: number;
  readonly running: number;
  readonly containers: readonly ContainerRow[];
  readonly totals: Totals;
  readonly figures: Figures;
  readonly diagnosis: readonly Advice[];
  readonly inputs: readonly InputRow[];
}

export interface ScheduleSnapshot {
  /** Such as `0 * * * * (UTC)` or `every 3600 s`. */
  readonly text: string;
  /** ISO 8601; absent for one that never comes again. */
  readonly next?: string;
}

export interface Advice {
  readonly kind: "waiting" | "first-inputs";
  /** What is seen, with its figures. */
  readonly message: string;
  /** What to do about it. */
  readonly advice: string;
  /** What the analysis has found in the code. */
  readonly findings: readonly { readonly place: string; readonly message: string }[];
}
