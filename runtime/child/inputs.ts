// The inputs that are under way: whether anybody still waits for them, and what they may still say.

import type { Body } from "./body.ts";
import { hold } from "./channel.ts";
import { type ParentMessage, WINDOW } from "./messages.ts";

export type Call = Extract<ParentMessage, { type: "call" }>;
type Cancel = Extract<ParentMessage, { type: "cancel" }>;

/** What user code may know of its input. */
export interface Current {
  readonly id: string;
  readonly signal: AbortSignal;
  /** Why nobody waits for it any more. */
  readonly ending: Cancel["reason"] | undefined;
}

export interface Input extends Current {
  readonly call: Call;
  /** Of an `http` input: where the parts of the request's body go. */
  body?: Body;
  /** Resolves once one more part may be said, or nobody waits any more. */
  room(): Promise<void>;
}

/** A class, since every warm call makes one. */
class Known implements Input {
  readonly id: string;
  readonly call: Call;
  ending: Cancel["reason"] | undefined = undefined;
  body?: Body;
  #controller: AbortController | undefined;
  #ended = false;
  #credit = WINDOW;
  #wake: (() => void) | undefined;

  constructor(call: Call) {
    this.id = call.input;
    this.call = call;
  }

  /** Most inputs never ask for it. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      // What waits for it is something that the parent can settle.
      if (!this.#ended) hold(1);
      if (this.ending) this.#controller.abort(reasonOf(this.ending));
    }
    return this.#controller.signal;
  }

  async room(): Promise<void> {
    while (this.#credit === 0 && !this.ending) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      // Only the parent can end this wait.
      hold(1);
      await promise;
      hold(-1);
    }
    this.#credit--;
  }

  pull(): void {
    this.#credit++;
    this.#wake?.();
  }

  end(): void {
    if (this.#controller) hold(-1);
    this.#ended = true;
  }

  cancel(reason: Cancel["reason"]): void {
    this.ending = reason;
    this.#wake?.();
    this.body?.break(reasonOf(reason));
    this.#controller?.abort(reasonOf(reason));
  }
}

const inputs = new Map<string, Known>();
/** Without several inputs at once there is one, and nothing needs to follow who asks. */
let only: Known | undefined;
let storage: import("node:async_hooks").AsyncLocalStorage<Known> | undefined;

/** Inputs may overlap from now on. */
export function allowSeveral(): void {
  const { AsyncLocalStorage } = require("node:async_hooks") as typeof import("node:async_hooks");
  storage = new AsyncLocalStorage();
}

export function current(): Current | undefined {
  return storage ? storage.getStore() : only;
}

export function beginInput(call: Call): Input {
  const input = new Known(call);
  inputs.set(input.id, input);
  only = input;
  return input;
}

/** Runs user code for an input. */
export function within<T>(input: Input, work: () => T): T {
  return storage ? storage.run(input as Known, work) : work();
}

export function endInput(input: Input): void {
  inputs.get(input.id)?.end();
  inputs.delete(input.id);
  if (only === input) only = undefined;
}

/** What the parent says of an input that is under way; it may have ended meanwhile. */
export function tellInput(
  message: Extract<ParentMessage, { type: "cancel" | "pull" | "body" }>,
  payload: Buffer,
): void {
  const input = inputs.get(message.input);
  if (message.type === "cancel") input?.cancel(message.reason);
  else if (message.type === "pull") input?.pull();
  else input?.body?.take(payload, message.end === true);
}

function reasonOf(reason: Cancel["reason"]): DOMException {
  return reason === "timeout"
    ? new DOMException("the function did not end within its timeout", "TimeoutError")
    : new DOMException("the call was cancelled: nobody waits for its result any more", "AbortError");
}
