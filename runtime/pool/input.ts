// An input on its way through a pool, and its attempts in containers. Classes, since ten thousand of them may wait at once.
import type { Answer, Call, Parts } from "../container/container.ts";
import type { RuntimeError } from "../errors.ts";
import type { Place } from "./list.ts";
import type { Member } from "./members.ts";
import type { PoolCall } from "./pool.ts";

export class Input {
  readonly id: string;
  readonly call: PoolCall;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: RuntimeError) => void;
  /** Attempts after the first one. */
  retries = 0;
  /** Where it waits, what runs it, or what ends its pause before another attempt: one of them. */
  place: Place | undefined = undefined;
  attempt: Attempt | undefined = undefined;
  stay: (() => void) | undefined = undefined;
  /** A part of an answer has been handed on. */
  seen = false;
  /** Ends the care for the caller's signal. */
  ignoreSignal: (() => void) | undefined = undefined;

  constructor(id: string, call: PoolCall, resolve: Input["resolve"], reject: Input["reject"]) {
    this.id = id;
    this.call = call;
    this.resolve = resolve;
    this.reject = reject;
  }

  /** What a caller has seen a part of, and what was read from a stream, cannot be begun again. */
  get canRepeat(): boolean {
    const { args } = this.call;
    return !this.seen && (args.encoding !== "http" || args.body === undefined);
  }
}

/** Who is told how attempts end. */
export interface Attempts {
  done(attempt: Attempt, outcome: Answer | RuntimeError): void;
  free(attempt: Attempt): void;
}

export class Attempt implements Call {
  readonly input: string;
  readonly method: Call["method"];
  readonly args: Call["args"];
  readonly answer: Call["answer"];
  readonly parts: Parts | undefined;
  readonly timeout: number;
  readonly owner: Input;
  readonly member: Member;
  readonly #host: Attempts;

  /** @param id Not the input's own where an earlier attempt may still be in the same container. */
  constructor(owner: Input, id: string, member: Member, timeout: number, host: Attempts) {
    const { method, args, answer, parts } = owner.call;
    this.input = id;
    this.method = method;
    this.args = args;
    this.answer = answer;
    this.parts = parts && watched(owner, parts);
    this.timeout = owner.call.timeout ?? timeout;
    this.owner = owner;
    this.member = member;
    this.#host = host;
  }

  done(outcome: Answer | RuntimeError): void {
    this.#host.done(this, outcome);
  }

  free(): void {
    this.#host.free(this);
  }
}

function watched(input: Input, { head, part }: Parts): Parts {
  return {
    ...(head && {
      head(status, headers) {
        input.seen = true;
        head(status, headers);
      },
    }),
    part(bytes) {
      input.seen = true;
      return part(bytes);
    },
  };
}
