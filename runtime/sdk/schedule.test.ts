import { describe, expect, it } from "vitest";
import { App, Cron, OptionError, OptionRangeError, Period } from "./index.ts";

describe("Cron", () => {
  it("is made with and without new", () => {
    const hourly = { kind: "cron", expression: "0 * * * *" };
    expect(Cron("0 * * * *")).toEqual(hourly);
    expect(new Cron("0 * * * *", { timeZone: "Europe/Berlin" })).toEqual({
      ...hourly,
      timeZone: "Europe/Berlin",
    });
  });

  it.each([
    "*/15 9-17 * * MON-FRI",
    "0,30 0-23/2 1,15 jan-jun *",
    "5/10 0 29 2 *",
    "  0   0  *  *  7 ",
    "0 0 31 2 1",
    "59 23 31 12 0",
  ])("takes %o", (expression) => {
    expect(Cron(expression).expression).toBe(expression);
  });

  it.each([
    ["60 * * * *", `minute is "60"; it must be *, or values and ranges of 0 to 59`],
    ["* 24 * * *", `hour is "24"`],
    ["* * 0 * *", `day of the month is "0"`],
    ["* * * 13 *", `month is "13"; it must be *, or values and ranges of 1 to 12 or JAN to DEC`],
    ["* * * * 8", `day of the week is "8"`],
    ["* * * MAI *", `month is "MAI"`],
    ["5-1 * * * *", `minute is "5-1"`],
    ["*/0 * * * *", `minute is "*/0"`],
    ["1,,2 * * * *", `minute is "1,,2"`],
    ["* * L * *", `day of the month is "L"`],
    ["-1 * * * *", `minute is "-1"`],
    ["* * * *", "it has 4 fields; give five: minute, hour, day of the month"],
    ["0 * * * * *", "it has 6 fields"],
    ["", "it has 1 fields"],
    ["0 0 30 2 *", "day of the month 30 never comes in month 2"],
    ["0 0 31 4,6 *", "day of the month 31 never comes in month 4,6"],
  ])("names what is wrong with %o", (expression, message) => {
    expect(() => Cron(expression)).toThrow(OptionError);
    expect(() => Cron(expression)).toThrow(`Cron(${JSON.stringify(expression)}): ${message}`);
  });

  it("refuses zones that no clock knows, and other options", () => {
    expect(() => Cron("0 * * * *", { timeZone: "Mars/Phobos" })).toThrow(
      `timeZone is "Mars/Phobos", which no clock knows`,
    );
    expect(() => Cron("0 * * * *", { timezone: "UTC" } as object)).toThrow("unknown option timezone");
    expect(() => Cron(5 as never)).toThrow("the expression is no text");
  });
});

describe("Period", () => {
  it("adds its units", () => {
    expect(Period({ hours: 1 })).toEqual({ kind: "period", seconds: 3600 });
    expect(new Period({ weeks: 1, days: 1, minutes: 1.5, seconds: 2 }).seconds).toBe(691_292);
  });

  it.each([
    [{}, OptionError, "the duration is missing"],
    [undefined, OptionError, "the duration is missing"],
    [{ hour: 1 }, OptionError, "unknown unit hour; known units are weeks, days, hours"],
    [{ hours: "1" }, OptionError, `hours is "1"; it must be a number`],
    [{ seconds: Number.NaN }, OptionError, "it must be a number"],
    [{ seconds: 0.5 }, OptionRangeError, "0.5 seconds; it must be at least one second"],
    [{ hours: 1, minutes: -60 }, OptionRangeError, "0 seconds"],
  ])("refuses %o", (duration, type, message) => {
    const make = () => Period(duration as never);
    expect(make).toThrow(type);
    expect(make).toThrow(message);
  });
});

describe("a function with a schedule", () => {
  const app = new App("clock");

  it("carries it for the platform", () => {
    const f = app.function({ name: "tick", schedule: Cron("0 * * * *") }, (n = 5) => n);
    const [symbol] = Object.getOwnPropertySymbols(f);
    const definition = Reflect.get(f, symbol ?? "") as { options: { schedule: unknown } };
    expect(definition.options.schedule).toEqual({ kind: "cron", expression: "0 * * * *" });
  });

  it("is called without inputs, so that it may not want any", () => {
    const define = () => app.function({ schedule: Period({ days: 1 }) }, (n: number) => n);
    expect(define).toThrow(OptionError);
    expect(define).toThrow("a function with a schedule is called without inputs, and this handler takes 1");
  });

  it("takes nothing but schedules", () => {
    expect(() => app.function({ schedule: "0 * * * *" as never }, () => 1)).toThrow(
      `schedule is "0 * * * *"; it must be Cron("0 * * * *") or new Period({ hours: 1 })`,
    );
  });
});
