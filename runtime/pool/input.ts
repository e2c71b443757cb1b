// An input on its way through a pool: waiting, in a container, or waiting for another attempt.
import type { Answer, Parts } from "../container/container.ts";
import type { RuntimeError } from "../errors.ts";
import type { PoolCall } from "./pool.ts";

export interface Input {
  readonly id: string;
  readonly call: PoolCall;
  readonly state: "queued" | "running" | "delayed";
  /** Attempts after the first one. */
  retries: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: RuntimeError) => void;
  /** @param cancel Gives it up where it stands now. */
  become(state: Input["state"], cancel: () => void): void;
  cancel(): void;
  ignoreSignal(): void;
  /** Hands parts on, and remembers that there were some. */
  watched(parts: Parts): Parts;
  /** What a caller has seen a part of, and what was read from a stream, cannot be begun again. */
  canRepeat(): boolean;
}

export function createInput(
  id: string,
  call: PoolCall,
  resolve: Input["resolve"],
  reject: Input["reject"],
): Input {
  let state: Input["state"] = "queued";
  let cancel = () => {};
  let seen = false;
  const onAbort = () => cancel();
  call.signal?.addEventListener("abort", onAbort, { once: true });
  return {
    id,
    call,
    get state() {
      return state;
    },
    retries: 0,
    resolve,
    reject,
    become(next, giveUp) {
      state = next;
      cancel = giveUp;
    },
    cancel: () => cancel(),
    ignoreSignal: () => call.signal?.removeEventListener("abort", onAbort),
    watched: ({ head, part }) => ({
      ...(head && {
        head(status, headers) {
          seen = true;
          head(status, headers);
        },
      }),
      part(bytes) {
        seen = true;
        return part(bytes);
      },
    }),
    canRepeat: () => !seen && (call.args.encoding !== "http" || call.args.body === undefined),
  };
}
