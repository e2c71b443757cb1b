// The rules of scaling for one function, as a pure function: what its pool looks like in, what to do about it out.

export interface PoolSettings {
  /** Containers that are always kept ready (`keepWarm`). */
  readonly min: number;
  /** Containers that there may be at once; at least 1. */
  readonly max: number;
  /** Milliseconds until a container that has nothing to do is ended. */
  readonly idleTimeout: number;
}

export interface PoolState {
  /** Milliseconds, on the clock of `since` and `lastFailure`. */
  readonly now: number;
  /** Inputs that wait. */
  readonly pending: number;
  /** Warm containers that have nothing to do, and since when. */
  readonly idle: readonly { readonly id: string; readonly since: number }[];
  /** Containers with an input. */
  readonly busy: number;
  /** Containers that are not ready yet. */
  readonly booting: number;
  /** Boots that have failed since the last that succeeded. */
  readonly failures: number;
  readonly lastFailure?: number | undefined;
}

export interface Decision {
  /** Idle containers that take a waiting input each, in this order. */
  readonly assign: readonly string[];
  /** How many containers to boot. */
  readonly boot: number;
  /** Idle containers to end. */
  readonly stop: readonly string[];
  /** The waiting inputs have no prospect of a container: they end with the last failure. */
  readonly giveUp: boolean;
  /** When to decide again if nothing happens before. */
  readonly wakeAt?: number;
}

/** Boots in a row that may fail before it is given up. */
export const BOOT_ATTEMPTS = 3;
const FIRST_PAUSE = 200;

/**
 * A waiting input goes to an idle container at once. A container is booted only when warm and booting ones don't cover
 * the inputs at hand, or to keep the minimum; one that has been idle for too long is ended unless it belongs to the
 * minimum. After a boot that failed the next one waits, for longer each time.
 */
export function decide(state: PoolState, settings: PoolSettings): Decision {
  const { now, pending, busy, booting, failures } = state;
  // The container used last is the likeliest to be warm in every sense; the others get the chance to end.
  const idle = [...state.idle].sort((a, b) => b.since - a.since);
  const assign = idle.slice(0, pending).map(({ id }) => id);
  const free = idle.slice(assign.length);
  const total = idle.length + busy + booting;

  const uncovered = Math.max(0, pending - assign.length - booting);
  const short = Math.max(0, settings.min - total);
  const wanted = Math.max(0, Math.min(Math.max(uncovered, short), settings.max - total));
  const hopeless = failures >= BOOT_ATTEMPTS;
  const resumeAt = failures === 0 ? now : (state.lastFailure ?? now) + FIRST_PAUSE * 2 ** (failures - 1);
  const paused = resumeAt > now;

  // Oldest first; the minimum stays.
  const dispensable = Math.max(0, total - settings.min);
  const candidates = free.slice(Math.max(0, free.length - dispensable)).reverse();
  const expires = (container: { readonly since: number }) => container.since + settings.idleTimeout;
  const wakeTimes = [
    ...candidates.map(expires).filter((t) => t > now),
    ...(wanted > 0 && paused && !hopeless ? [resumeAt] : []),
  ];
  return {
    assign,
    boot: paused || hopeless ? 0 : wanted,
    stop: candidates.filter((container) => expires(container) <= now).map(({ id }) => id),
    giveUp: hopeless && pending > 0 && total === 0,
    ...(wakeTimes.length > 0 ? { wakeAt: Math.min(...wakeTimes) } : {}),
  };
}
