// Calls functions by the clock: cron expressions in a time zone, and periods; ticks that could not be kept are named.
import { Cron } from "croner";
import type { ScheduleDescription } from "../child/description.ts";
import { usageError } from "../errors.ts";

export interface Scheduled {
  /** `FILE::NAME`. */
  readonly label: string;
  readonly schedule: ScheduleDescription;
}

/** The time of day; injected, so that tests can move it. */
export interface WallClock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Calls back after so many milliseconds, unless what it returns is called before. */
  after(ms: number, callback: () => void): () => void;
}

export interface Schedule {
  /** When it runs next, milliseconds since 1970; undefined for expressions that never come true again. */
  next(label: string): number | undefined;
  stop(): void;
}

export interface ScheduleOptions {
  readonly clock: WallClock;
  /** `at` is the tick, which may be a little ago. */
  run(label: string, at: number): void;
  /** Ticks that went by while the computer slept or the process was stopped: they are not made up for. */
  missed(label: string, ticks: number, from: number, to: number): void;
}

/** A tick is kept when it is found within so many milliseconds. */
const GRACE = 60_000;
/** Timers don't count the time that a computer sleeps: look at the clock at least this often. */
const LOOK = 30_000;

/** @throws RuntimeError for an expression or a time zone that can't be read */
export function startSchedule(scheduled: readonly Scheduled[], options: ScheduleOptions): Schedule {
  const { clock } = options;
  const begun = clock.now();
  const timers = new Set<Timer>();
  for (const { label, schedule } of scheduled) {
    const following = ticks(label, schedule, begun);
    timers.add({ label, following, next: following(begun), cancel: () => undefined });
  }

  function wait(timer: Timer): void {
    const { next } = timer;
    if (next === undefined) return;
    timer.cancel = clock.after(Math.min(LOOK, Math.max(0, next - clock.now())), () => look(timer));
  }

  function look(timer: Timer): void {
    const now = clock.now();
    let missed = 0;
    let from = 0;
    let to = 0;
    for (let due = timer.next; due !== undefined && due <= now; due = timer.next) {
      timer.next = timer.following(due);
      if (now - due <= GRACE) {
        options.run(timer.label, due);
        continue;
      }
      if (missed === 0) from = due;
      to = due;
      missed++;
    }
    if (missed > 0) options.missed(timer.label, missed, from, to);
    wait(timer);
  }

  for (const timer of timers) wait(timer);
  return {
    next: (label) => [...timers].find((timer) => timer.label === label)?.next,
    stop() {
      for (const timer of timers) timer.cancel();
    },
  };
}

interface Timer {
  readonly label: string;
  readonly following: (after: number) => number | undefined;
  next: number | undefined;
  cancel: () => void;
}

/** From a tick, or the start, to the next tick. */
function ticks(
  label: string,
  schedule: ScheduleDescription,
  begun: number,
): (after: number) => number | undefined {
  if (schedule.kind === "period") {
    const step = schedule.seconds * 1000;
    if (!(step > 0)) {
      throw usageError(
        "ScheduleError",
        `the period of ${label} is ${schedule.seconds} seconds; it must be more than 0`,
      );
    }
    return (after) => begun + (Math.floor((after - begun) / step) + 1) * step;
  }
  const { expression, timeZone = "UTC" } = schedule;
  if (!isTimeZone(timeZone)) {
    const message = `the schedule of ${label} has the time zone ${JSON.stringify(timeZone)}, which no clock knows; give a name such as "Europe/Berlin"`;
    throw usageError("ScheduleError", message);
  }
  try {
    const cron = new Cron(expression, { paused: true, timezone: timeZone, mode: "5-part" });
    return (after) => cron.nextRun(new Date(after))?.getTime();
  } catch (error) {
    const why = (error as Error).message.replace(/^CronPattern: /, "");
    const message = `the schedule of ${label} is no cron expression with five fields: ${JSON.stringify(expression)}: ${why}`;
    throw usageError("ScheduleError", message);
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Such as `0 * * * * (UTC)` or `every 90 min`. */
export function textOf(schedule: ScheduleDescription): string {
  if (schedule.kind === "cron") return `${schedule.expression} (${schedule.timeZone ?? "UTC"})`;
  const { seconds } = schedule;
  if (seconds % 3600 === 0) return `every ${seconds / 3600} h`;
  return seconds % 60 === 0 ? `every ${seconds / 60} min` : `every ${seconds} s`;
}
