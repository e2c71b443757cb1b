// Keeps account of boots that failed, so that a container that can't start is not respawned for ever.
import type { RuntimeError } from "../errors.ts";
import { BOOT_ATTEMPTS } from "./autoscaler.ts";

export interface Failures {
  /** Boots in a row that came to nothing. */
  readonly count: number;
  /** Containers in a row that were killed while they were warm and had nothing to do. */
  readonly deaths: number;
  /** When the last of either was. */
  readonly last: number | undefined;
  readonly lastError: RuntimeError | undefined;
  /** To be kept with a boot when it begins. */
  readonly round: number;
  add(error: RuntimeError, round: number, now: number): void;
  addDeath(now: number): void;
  /** A container was of use. */
  reset(): void;
  /** A new input is worth one more attempt. */
  allowOneMore(): void;
}

export function createFailures(): Failures {
  let count = 0;
  let deaths = 0;
  let round = 0;
  let last: number | undefined;
  let lastError: RuntimeError | undefined;
  return {
    get count() {
      return count;
    },
    get deaths() {
      return deaths;
    },
    get round() {
      return round;
    },
    get last() {
      return last;
    },
    get lastError() {
      return lastError;
    },
    add(error, begunIn, now) {
      // Of boots that were under way at the same time, the failure of one says no less than that of all.
      if (begunIn === round) {
        count++;
        round++;
      }
      // A container that was killed may fare better next time; code that throws will throw again.
      if (error.run.kind !== "lost") count = Math.max(count, BOOT_ATTEMPTS);
      last = now;
      lastError = error;
    },
    addDeath(now) {
      deaths++;
      last = now;
    },
    reset() {
      count = 0;
      deaths = 0;
    },
    allowOneMore() {
      count = Math.min(count, BOOT_ATTEMPTS - 1);
    },
  };
}
