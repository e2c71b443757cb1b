// The container as the rest of the runtime sees it; the process backend is the default one behind it.
import type { FunctionSettings } from "../child/description.ts";
import type { AppRequest, Encoding, WireRequest } from "../child/messages.ts";
import type { RuntimeError } from "../errors.ts";

/** A prepared container: its folders and mounts stand, no process of the user's runs yet. */
export interface Prepared {
  readonly id: string;
  /** Spawns it. The time of this call is the start of the cold start. */
  start(): Container;
  /** Gives up a container that was never started. */
  discard(): Promise<void>;
}

export interface Container {
  readonly id: string;
  readonly pid: number;
  /** Resolves once global scope and all enter hooks have completed; rejects with a RuntimeError. */
  readonly ready: Promise<void>;
  /** Hands over one input: only after `ready`, and no more at once than its function takes. */
  give(call: Call): void;
  /** Nobody waits for it any more: it fails at once, and its code is told to end. Does nothing once it has ended. */
  giveUp(call: Call): void;
  /** Runs exit hooks, then ends the process group; kills it after a grace period. */
  stop(): Promise<void>;
  /** Ends the process group at once. */
  kill(): Promise<void>;
  /** Resolves when the process has ended: it takes no more inputs, though its folders may still be there. */
  readonly gone: Promise<Exit>;
  /** Resolves when the process and everything that it started is gone and its folders are removed. */
  readonly exited: Promise<Exit>;
}

/** An input on its way into a container. */
export interface Call {
  readonly input: string;
  /** Which method of the container's class it is for. */
  readonly method?: FunctionSettings["method"] | undefined;
  readonly args: Payload;
  /** How the answer is wanted: JSON for the outside, a clone for callers inside the app, a response for HTTP. */
  readonly answer: Encoding;
  /** Milliseconds; the function's own when left out. */
  readonly timeout?: number | undefined;
  /** Takes what comes before the answer; without it the values of a generator come as one list. */
  readonly parts?: Parts | undefined;
  /** Said once: how it ended. Where it is given up or takes too long that is at once, whatever its code does. */
  done(outcome: Answer | RuntimeError): void;
  /** Said after `done`, when its place is free for another input; never of a container that has ended. */
  free?(): void;
}

/** Takes an answer part by part. */
export interface Parts {
  /** The head of a response, before its first part. */
  readonly head?: (status: number, headers: Headers) => void;
  /** A value of a generator or a piece of a response's body. A promise holds back those that follow. */
  readonly part: (bytes: Uint8Array) => Promise<void> | undefined;
}

export type Headers = WireRequest["headers"];

export interface Answer {
  /** Encoded as was asked for; nothing where it came in parts. */
  readonly bytes: Buffer;
  /** Of a response that came whole: `bytes` are its body. */
  readonly head?: { readonly status: number; readonly headers: Headers };
  /** The input that it answers; "" for builds and entry points. */
  readonly input: string;
  /** Absolute monotonic milliseconds at which the container began the input. */
  readonly started: number;
}

/** Values on their way in, opaque to the parent: never decoded where nobody looks at them. */
export type Payload =
  | { readonly encoding: "json"; readonly bytes: Uint8Array | string }
  | { readonly encoding: "clone"; readonly bytes: Uint8Array }
  | {
      readonly encoding: "http";
      readonly request: WireRequest;
      /** Read as fast as the container takes it; `return` is called on it when the input ends before. */
      readonly body?: AsyncIterable<Uint8Array> | undefined;
    };

export interface Exit {
  readonly code?: number;
  readonly signal?: string;
}

/** Answers a container's request. Rejects with a RuntimeError, whose clone is the error that user code threw. */
export type RequestHandler = (request: AppRequest, args: Uint8Array, asker: Asker) => Promise<RequestAnswer>;

/** Who asks. */
export interface Asker {
  /** Id of its container. */
  readonly container: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Says one value of several; those that follow wait for the promise. */
  readonly more: (payload: Uint8Array) => Promise<void> | undefined;
}

export interface RequestAnswer {
  readonly value?: unknown;
  /** A value of user code. */
  readonly payload?: Uint8Array;
}

/** A value as JSON, the way inputs from outside come. */
export function json(value: unknown): Payload {
  return { encoding: "json", bytes: JSON.stringify(value) };
}

/** Hands over one input and waits for its answer. */
export function ask(container: Container, call: Omit<Call, "done" | "free">): Promise<Answer> {
  return new Promise((resolve, reject) => {
    container.give({
      ...call,
      done: (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)),
    });
  });
}
