import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ScheduleDescription } from "../child/description.ts";
import { startSchedule, type WallClock } from "./schedule.ts";

/** A clock that jumps where it is told to; timers count the time only that it runs. */
function createClock(start: string) {
  let now = Date.parse(start);
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  const clock: WallClock = {
    now: () => now,
    after(ms, callback) {
      const timer = { at: now + ms, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  };
  return {
    clock,
    timers,
    advance(ms: number) {
      const end = now + ms;
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.callback();
      }
      now = end;
    },
    /** The computer sleeps: the time of day goes on, timers don't. */
    sleep(ms: number) {
      const waiting = [...timers];
      timers.clear();
      now += ms;
      for (const { at, callback } of waiting) timers.add({ at: at + ms, callback });
    },
  };
}

const HOUR = 3_600_000;
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 16);

function follow(schedule: ScheduleDescription, start: string) {
  const time = createClock(start);
  const runs: string[] = [];
  const missed: string[] = [];
  const started = startSchedule([{ label: "f", schedule }], {
    clock: time.clock,
    run: (_label, at) => runs.push(iso(at)),
    missed: (_label, ticks, from, to) => missed.push(`${ticks}: ${iso(from)} to ${iso(to)}`),
  });
  return { ...time, runs, missed, started };
}

describe("a schedule", () => {
  it("runs at the start of each hour", () => {
    const { advance, runs } = follow({ kind: "cron", expression: "0 * * * *" }, "2026-03-01T05:59:30Z");
    advance(2 * HOUR);
    expect(runs).toEqual(["2026-03-01T06:00", "2026-03-01T07:00"]);
  });

  it("goes by its time zone, and by UTC without one", () => {
    const at = { kind: "cron", expression: "0 6 * * *" } as const;
    const here = follow({ ...at, timeZone: "America/New_York" }, "2026-01-01T00:00:00Z");
    const there = follow(at, "2026-01-01T00:00:00Z");
    here.advance(24 * HOUR);
    there.advance(24 * HOUR);
    expect([here.runs, there.runs]).toEqual([["2026-01-01T11:00"], ["2026-01-01T06:00"]]);
  });

  it("counts periods from its start", () => {
    const { advance, runs, started } = follow({ kind: "period", seconds: 5400 }, "2026-01-01T00:10:00Z");
    expect(iso(started.next("f") ?? 0)).toBe("2026-01-01T01:40");
    advance(3 * HOUR);
    expect(runs).toEqual(["2026-01-01T01:40", "2026-01-01T03:10"]);
  });

  it("names the ticks that a sleeping computer has missed, and goes on", () => {
    const { advance, sleep, runs, missed } = follow(
      { kind: "cron", expression: "0 * * * *" },
      "2026-01-01T00:30:00Z",
    );
    sleep(3 * HOUR);
    advance(HOUR);
    expect(missed).toEqual(["3: 2026-01-01T01:00 to 2026-01-01T03:00"]);
    expect(runs).toEqual(["2026-01-01T04:00"]);
  });

  it("leaves no timer when it is stopped", () => {
    const { timers, started } = follow({ kind: "period", seconds: 1 }, "2026-01-01T00:00:00Z");
    started.stop();
    expect(timers.size).toBe(0);
  });

  it.each<[string, ScheduleDescription, string]>([
    ["four fields", { kind: "cron", expression: "0 * * *" }, '"0 * * *"'],
    ["a minute that is none", { kind: "cron", expression: "61 * * * *" }, '"61 * * * *"'],
    [
      "a time zone that is none",
      { kind: "cron", expression: "0 * * * *", timeZone: "Mars/Base" },
      "Mars/Base",
    ],
    ["an empty period", { kind: "period", seconds: 0 }, "more than 0"],
  ])("refuses %s", (_what, schedule, part) => {
    expect(() => follow(schedule, "2026-01-01T00:00:00Z")).toThrow(part);
  });

  it("keeps or names every tick, and each once", () => {
    const minutes = fc.integer({ min: 1, max: 59 });
    const moves = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 10_000_000 })), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(minutes, moves, (step, script) => {
        const { advance, sleep, runs, missed, clock } = follow(
          { kind: "period", seconds: step * 60 },
          "2026-01-01T00:00:00Z",
        );
        for (const [asleep, ms] of script) (asleep ? sleep : advance)(ms);
        advance(60_000);
        const passed = Math.floor((clock.now() - Date.parse("2026-01-01T00:00:00Z")) / (step * 60_000));
        const named = missed.reduce((total, text) => total + Number.parseInt(text, 10), 0);
        expect(new Set(runs).size).toBe(runs.length);
        expect(runs.length + named).toBe(passed);
      }),
    );
  });
});
