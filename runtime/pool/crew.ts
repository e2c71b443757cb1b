// The containers of a pool from their boot to their end: those it asked for, and those that end by themselves.
import type { Exit, Prepared } from "../container/container.ts";
import { asRuntimeError, RuntimeError } from "../errors.ts";
import { BOOT_ATTEMPTS } from "./autoscaler.ts";
import type { Failures } from "./failures.ts";
import type { Member, Members } from "./members.ts";

export interface CrewOptions {
  readonly members: Members;
  readonly failures: Failures;
  now(): number;
  prepare(watch: Watch): Promise<Prepared>;
  /** A container became warm, or is gone, or waits for a call of its own. */
  changed(): void;
  /** Boots are given up. */
  hopeless(error: RuntimeError): void;
}

/** What a pool has to know of a container's doings. */
export interface Watch {
  /** It waits for a call of its own, or does so no more. */
  asks(change: 1 | -1): void;
}

export interface Crew {
  /** Containers that wait for calls of their own. */
  readonly asking: number;
  boot(): void;
  /** Takes a container out of the pool. One that is being prepared is discarded when it stands. */
  end(member: Member | undefined, how: "stop" | "kill"): void;
  /** Resolves when all that were ended are gone; rejects with the first thing that went wrong where nobody waited for it. */
  ended(): Promise<void>;
}

/** A container that has been ready for so many milliseconds was no failed attempt. */
const STABLE = 30_000;

export function createCrew({ members, failures, now, prepare, changed, hopeless }: CrewOptions): Crew {
  /** Containers and boots that are on their way out. */
  const ending = new Set<Promise<unknown>>();
  const defect = Promise.withResolvers<never>();
  defect.promise.catch(() => {});
  let asking = 0;

  async function boot(member: Member): Promise<void> {
    const prepared = await prepare({ asks: (change) => asks(member, change) });
    if (member.gone) return prepared.discard();
    const container = prepared.start();
    member.container = container;
    track(container.exited);
    track(container.gone.then((exit) => forget(member, exit)));
    await container.ready;
    if (member.gone) return;
    members.warmUp(member, now());
    changed();
  }

  function asks(member: Member, change: 1 | -1): void {
    member.asks += change;
    if (member.gone || member.asks > 1 || (member.asks === 1 && change < 0)) return;
    asking += change;
    changed();
  }

  /** A boot failed, or a container ended by itself before it was of any use. */
  function countFailure(error: RuntimeError, { round }: Member): void {
    const before = failures.count;
    failures.add(error, round, now());
    if (before < BOOT_ATTEMPTS && failures.count >= BOOT_ATTEMPTS) hopeless(error);
    changed();
  }

  function end(member: Member | undefined, how: "stop" | "kill"): void {
    if (!member || !leave(member)) return;
    if (member.container) track(member.container[how]());
  }

  function leave(member: Member): boolean {
    if (member.asks > 0 && !member.gone) asking--;
    member.gone = true;
    return members.remove(member);
  }

  /** A process is gone that nobody told to go. Of a boot or an input that it was busy with, they say what becomes of them. */
  function forget(member: Member, exit: Exit): void {
    if (!member.warm) return;
    const { load, ready } = member;
    if (!leave(member)) return;
    if (load === 0) {
      if (now() - ready >= STABLE) failures.reset();
      if (exit.signal === undefined) countFailure(idleExit(), member);
      else failures.addDeath(now());
    }
    changed();
  }

  function track(promise: Promise<unknown>): void {
    const settled: Promise<void> = promise.then(
      () => {
        ending.delete(settled);
      },
      (error: unknown) => {
        ending.delete(settled);
        defect.reject(error);
      },
    );
    ending.add(settled);
  }

  return {
    get asking() {
      return asking;
    },
    boot() {
      const member = members.add(failures.round);
      const failed = (error: unknown) => {
        end(member, "kill");
        countFailure(asRuntimeError(error), member);
      };
      track(boot(member).catch(failed));
    },
    end,
    async ended() {
      while (ending.size > 0) await Promise.race([Promise.all(ending), defect.promise]);
      await Promise.race([defect.promise, undefined]);
    },
  };
}

function idleExit(): RuntimeError {
  const message =
    "the container ended by itself while it had nothing to do; let the process live on after enter";
  return new RuntimeError({ kind: "lost", name: "ContainerLostError", message });
}
