// Calls that were spawned: known by an id, their results kept until somebody asks for them.
import type { Answer } from "../container/container.ts";
import { asRuntimeError, RuntimeError, usageError } from "../errors.ts";
import type { Clock } from "./pool.ts";

/** Milliseconds that a result is kept: an hour. */
const KEEP = 3_600_000;
/** Results that are kept at once, and bytes of them; beyond either the oldest go first. */
const MOST = 10_000;
const MOST_BYTES = 256_000_000;

export interface Spawned {
  /** Keeps an eye on a call; returns its id. */
  add(start: (signal: AbortSignal) => Promise<Answer>): string;
  /**
   * The call's answer, once it has one. With `timeout` (milliseconds) a RuntimeError of kind timeout named
   * `ResultTimeoutError` where it has none by then; the call goes on.
   */
  result(id: string, timeout?: number, signal?: AbortSignal): Promise<Answer>;
  cancel(id: string): void;
}

interface Entry {
  readonly answer: Promise<Answer>;
  readonly controller: AbortController;
  ended?: { readonly at: number; readonly bytes: number };
}

/** @param newId Makes ids that no other run has given out. */
export function createSpawned(clock: Clock, newId: () => string): Spawned {
  /** Those that have ended, in the order in which they did, and those that have not, in front of no one. */
  const entries = new Map<string, Entry>();
  const ended = new Set<string>();
  let bytes = 0;

  function keep(id: string, entry: Entry, size: number): void {
    entry.ended = { at: clock.now(), bytes: size };
    ended.add(id);
    bytes += size;
    forgetOld();
  }

  function forgetOld(): void {
    const now = clock.now();
    for (const id of ended) {
      const entry = entries.get(id);
      const isOld = (entry?.ended?.at ?? 0) + KEEP <= now;
      if (!isOld && ended.size <= MOST && bytes <= MOST_BYTES) return;
      ended.delete(id);
      entries.delete(id);
      bytes -= entry?.ended?.bytes ?? 0;
    }
  }

  function find(id: string): Entry {
    forgetOld();
    const entry = entries.get(id);
    if (entry) return entry;
    throw usageError(
      "CallNotFoundError",
      `there is no call ${id} here; ids come from spawn(), and results are kept for an hour (at most ${MOST}, and 256 MB of them)`,
    );
  }

  return {
    add(start) {
      const id = newId();
      const controller = new AbortController();
      // A small result must not hold the large piece of memory that it came in.
      const answer = start(controller.signal).then(({ bytes: held, ...rest }) => ({
        ...rest,
        bytes: held.byteLength < held.buffer.byteLength / 2 ? Buffer.from(held) : held,
      }));
      const entry: Entry = { answer, controller };
      entries.set(id, entry);
      answer.then(
        (done) => keep(id, entry, done.bytes.byteLength),
        (error: unknown) => keep(id, entry, asRuntimeError(error).clone?.byteLength ?? 0),
      );
      return id;
    },
    async result(id, timeout, signal) {
      const { answer } = find(id);
      const early = Promise.withResolvers<never>();
      const cancelTimer =
        timeout === undefined ? undefined : clock.after(timeout, () => early.reject(notYet(id, timeout)));
      const abort = () =>
        early.reject(
          new RuntimeError({
            kind: "cancelled",
            name: "CancelledError",
            message: `nobody waits for ${id} any more`,
          }),
        );
      signal?.addEventListener("abort", abort, { once: true });
      try {
        return await Promise.race([answer, early.promise]);
      } finally {
        cancelTimer?.();
        signal?.removeEventListener("abort", abort);
      }
    },
    cancel: (id) => find(id).controller.abort(),
  };
}

function notYet(id: string, timeout: number): RuntimeError {
  const message = `${id} had no result after ${timeout} ms; it goes on, so ask again later`;
  return new RuntimeError({ kind: "timeout", name: "ResultTimeoutError", message });
}
