// Keeps account of boots that failed, so that a container that can't start is not respawned for ever.
import type { RuntimeError } from "../errors.ts";
import { BOOT_ATTEMPTS } from "./autoscaler.ts";

export interface Failures {
  /** Boots in a row that came to nothing. */
  readonly count: number;
  /** When the last one failed. */
  readonly last: number | undefined;
  readonly lastError: RuntimeError | undefined;
  /** To be kept with a boot when it begins. */
  readonly round: number;
  add(error: RuntimeError, round: number, now: number): void;
  /** A container was of use. */
  reset(): void;
  /** A new input is worth one more attempt. */
  allowOneMore(): void;
}

export function createFailures(): Failures {
  let count = 0;
  let round = 0;
  let latest: { readonly at: number; readonly error: RuntimeError } | undefined;
  return {
    get count() {
      return count;
    },
    get round() {
      return round;
    },
    get last() {
      return latest?.at;
    },
    get lastError() {
      return latest?.error;
    },
    add(error, begunIn, now) {
      // Of boots that were under way at the same time, the failure of one says no less than that of all.
      if (begunIn === round) {
        count++;
        round++;
      }
      // A container that was killed may fare better next time; code that throws will throw again.
      if (error.run.kind !== "lost") count = Math.max(count, BOOT_ATTEMPTS);
      latest = { at: now, error };
    },
    reset() {
      count = 0;
    },
    allowOneMore() {
      count = Math.min(count, BOOT_ATTEMPTS - 1);
    },
  };
}
