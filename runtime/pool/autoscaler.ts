// The rules of scaling for one function, as a pure function: what its pool looks like in, what to do about it out.

export interface PoolSettings {
  /** Containers that are always kept ready (`keepWarm`). */
  readonly min: number;
  /** Containers that there may be at once; at least 1. */
  readonly max: number;
  /** Containers beyond those that inputs need, while there are inputs. */
  readonly buffer: number;
  /** Milliseconds until a container that has nothing to do is ended. */
  readonly idleTimeout: number;
  /** Inputs for each container at which another one is booted: 1, where a container takes one at a time. */
  readonly target: number;
}

export interface PoolState {
  /** Milliseconds, on the clock of `idleSince` and `lastFailure`. */
  readonly now: number;
  /** Inputs that wait. */
  readonly pending: number;
  /** Inputs that containers have. */
  readonly running: number;
  /** So many more could be handed over at once. */
  readonly room: number;
  /** Warm containers that have nothing to do: how many, and since when, the one that has been so for longest first. */
  readonly idle: number;
  readonly idleSince: Iterable<number>;
  /** Warm containers with an input. */
  readonly busy: number;
  /** Containers that are not ready yet. */
  readonly booting: number;
  /** Boots that have come to nothing since a container was last of use. */
  readonly failures: number;
  /** Warm containers that something killed since then, while they had nothing to do. */
  readonly deaths: number;
  /** When the last of either was. */
  readonly lastFailure?: number | undefined;
}

export interface Decision {
  /** How many waiting inputs to hand over. */
  readonly assign: number;
  /** How many containers to boot. */
  readonly boot: number;
  /** How many idle containers to end, those idle for longest. */
  readonly stop: number;
  /** The waiting inputs have no prospect of a container: they end with the last failure. */
  readonly giveUp: boolean;
  /** When to decide again if nothing happens before. */
  readonly wakeAt?: number | undefined;
}

/** Boots in a row that may fail before it is given up. */
export const BOOT_ATTEMPTS = 3;
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 30_000;

/**
 * A waiting input goes at once to a container that has room. A container is booted only when warm and booting ones don't
 * cover the inputs at hand, or to keep the minimum; one that has been idle for too long is ended unless it is needed.
 * After a boot that failed the next one waits, for longer each time.
 */
export function decide(state: PoolState, settings: PoolSettings): Decision {
  const { now, pending, running, idle, booting, failures } = state;
  const { max, target, buffer, idleTimeout } = settings;
  const assign = Math.min(pending, state.room);
  const total = idle + state.busy + booting;
  const demand = pending + running;
  const needed = demand === 0 ? 0 : Math.ceil(demand / target) + buffer;
  const keep = Math.min(Math.max(settings.min, needed), max);
  const wanted = Math.max(0, keep - total);

  const hopeless = failures >= BOOT_ATTEMPTS;
  const resumeAt = resume(state);
  const paused = resumeAt > now;
  const boot = paused || hopeless ? 0 : wanted;
  let wakeAt = wanted > 0 && paused && !hopeless ? resumeAt : undefined;

  let stop = 0;
  // While inputs are handed over it is not known which containers stay idle.
  const dispensable = assign > 0 ? 0 : Math.min(idle, total - keep);
  if (dispensable > 0) {
    for (const since of state.idleSince) {
      const expires = since + idleTimeout;
      if (expires <= now) stop++;
      else wakeAt = Math.min(wakeAt ?? expires, expires);
      if (expires > now || stop === dispensable) break;
    }
  }
  return { assign, boot, stop, giveUp: hopeless && pending > 0 && total === 0, wakeAt };
}

/** When the next boot may be. The first death of a container that was ready costs no pause. */
function resume({ now, failures, deaths, lastFailure = now }: PoolState): number {
  const inARow = failures + Math.max(0, deaths - 1);
  return inARow === 0 ? now : lastFailure + Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (inARow - 1));
}
