// The containers of a pool, sorted by what they can take, so that no input has to look through all of them.
import type { Container } from "../container/container.ts";
import { createList, type Place } from "./list.ts";

export interface Member {
  /** There once its process runs. */
  container?: Container;
  /** It takes inputs; until then it boots. */
  warm: boolean;
  /** The process is gone, or told to go. */
  gone: boolean;
  /** Inputs that it has, those included that were given up and have not ended. */
  load: number;
  /** When it last became idle. */
  since: number;
  /** When it became ready. */
  ready: number;
  /** Calls of its own that it waits for. */
  asks: number;
  /** The round of failures that its boot began in. */
  readonly round: number;
  place?: Place | undefined;
}

export interface Members {
  readonly size: number;
  readonly booting: number;
  readonly idle: number;
  readonly busy: number;
  /** Inputs that they have. */
  readonly running: number;
  /** Inputs that they could take at once. */
  readonly room: number;
  /** Since when idle ones are so, the longest first. */
  readonly idleSince: Iterable<number>;
  add(round: number): Member;
  /** It can take inputs from now on. */
  warmUp(member: Member, now: number): void;
  /** The best one for the next input: one at work that is below its target, else the one used last, else the least crowded. */
  take(): Member | undefined;
  /** It has one input less. */
  free(member: Member, now: number): void;
  /** False when it is not there (any more). */
  remove(member: Member): boolean;
  readonly longestIdle: Member | undefined;
  all(): readonly Member[];
}

/** @param max Inputs that a container takes at once. @param target Those that it should have. */
export function createMembers({ max, target }: { readonly max: number; readonly target: number }): Members {
  const all = new Set<Member>();
  /** In the order in which they became so. */
  const idle = createList<Member>();
  /** With inputs, below the target. */
  const open = createList<Member>();
  /** At the target or above, with room. */
  const crowded = createList<Member>();
  let warm = 0;
  let running = 0;
  const idleSince: Iterable<number> = {
    *[Symbol.iterator]() {
      for (const { since } of idle) yield since;
    },
  };

  function settle(member: Member): void {
    const { load } = member;
    member.place?.remove();
    if (load === 0) member.place = idle.push(member);
    else if (load < target) member.place = open.push(member);
    else member.place = load < max ? crowded.push(member) : undefined;
  }

  return {
    get size() {
      return all.size;
    },
    get booting() {
      return all.size - warm;
    },
    get idle() {
      return idle.size;
    },
    get busy() {
      return warm - idle.size;
    },
    get running() {
      return running;
    },
    get room() {
      return warm * max - running;
    },
    idleSince,
    add(round) {
      const member: Member = { warm: false, gone: false, load: 0, since: 0, ready: 0, asks: 0, round };
      all.add(member);
      return member;
    },
    warmUp(member, now) {
      warm++;
      member.warm = true;
      member.ready = now;
      member.since = now;
      settle(member);
    },
    take() {
      const member = open.last ?? idle.last ?? crowded.first;
      if (!member) return undefined;
      member.load++;
      running++;
      settle(member);
      return member;
    },
    free(member, now) {
      if (!all.has(member)) return;
      member.load--;
      running--;
      if (member.load === 0) member.since = now;
      settle(member);
    },
    remove(member) {
      if (!all.delete(member)) return false;
      member.place?.remove();
      if (member.warm) warm--;
      running -= member.load;
      return true;
    },
    get longestIdle() {
      return idle.first;
    },
    all: () => [...all],
  };
}
