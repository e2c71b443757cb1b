// When the platform calls a function by itself: by the clock of a time zone, or in equal steps.
import type { Schedule } from "./definition.ts";
import { OptionError, OptionRangeError } from "./errors.ts";

/** By the clock; made by {@link Cron}. */
export interface Cron {
  readonly kind: "cron";
  readonly expression: string;
  readonly timeZone?: string;
}

/** In equal steps; made by {@link Period}. */
export interface Period {
  readonly kind: "period";
  readonly seconds: number;
}

interface MakeCron {
  /**
   * A schedule by the clock: `Cron("0 * * * *")` is the start of every hour. With or without `new`.
   * @param expression - five fields, apart by spaces: minute (0–59), hour (0–23), day of the month (1–31), month (1–12
   * or JAN–DEC), day of the week (0–7 or SUN–SAT; 0 and 7 are Sunday). Each is `*` or a list of values and ranges
   * (`0,30`, `9-17`, `MON-FRI`), and may have a step (`0-59/15`)
   * @param options - `timeZone`: the clock's zone as the IANA names it, such as `Europe/Berlin`. Default: UTC
   * @throws OptionError for an expression that has another form, comes at no date, or a zone that nobody knows; it says
   * which field is meant
   */
  (expression: string, options?: { readonly timeZone?: string }): Cron;
  new (expression: string, options?: { readonly timeZone?: string }): Cron;
}

interface MakePeriod {
  /**
   * A schedule in equal steps, the first one after the app has started: `new Period({ hours: 1 })`. With or without `new`.
   * @param duration - one unit or several, which are added; together at least one second
   * @throws OptionError for no unit, unknown ones, and amounts that are no numbers
   * @throws OptionRangeError for less than a second in all
   */
  (duration: Duration): Period;
  new (duration: Duration): Period;
}

/** Amounts of {@link Period}; a day has 24 hours. */
export interface Duration {
  readonly weeks?: number;
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
}

function makeCron(expression: unknown, options: unknown = {}): Cron {
  if (typeof expression !== "string") {
    throw new OptionError(`Cron: the expression is no text; write Cron("0 * * * *")`);
  }
  checkExpression(expression);
  const unknown = Object.keys(Object(options)).filter((name) => name !== "timeZone");
  if (typeof options !== "object" || options === null || unknown.length > 0) {
    throw new OptionError(`Cron: unknown option ${unknown.join(", ")}; write { timeZone: "Europe/Berlin" }`);
  }
  const { timeZone } = options as { timeZone?: unknown };
  if (timeZone === undefined) return { kind: "cron", expression };
  return { kind: "cron", expression, timeZone: checkZone(timeZone) };
}

// What a function returns takes the place of what `new` would have made.
export const Cron = makeCron as unknown as MakeCron;

function makePeriod(duration: unknown): Period {
  if (typeof duration !== "object" || duration === null || Object.keys(duration).length === 0) {
    throw new OptionError("Period: the duration is missing; write new Period({ hours: 1 })");
  }
  let seconds = 0;
  for (const [unit, amount] of Object.entries(duration)) {
    if (!Object.hasOwn(SECONDS, unit)) {
      const known = Object.keys(SECONDS).join(", ");
      throw new OptionError(`Period: unknown unit ${unit}; known units are ${known}`);
    }
    if (amount === undefined) continue;
    if (typeof amount !== "number" || !Number.isFinite(amount)) {
      throw new OptionError(`Period: ${unit} is ${JSON.stringify(amount)}; it must be a number`);
    }
    seconds += amount * (SECONDS[unit] ?? 0);
  }
  if (seconds < 1) throw new OptionRangeError(`Period: ${seconds} seconds; it must be at least one second`);
  return { kind: "period", seconds };
}

export const Period = makePeriod as unknown as MakePeriod;

const SECONDS: Readonly<Record<string, number>> = {
  weeks: 604_800,
  days: 86_400,
  hours: 3600,
  minutes: 60,
  seconds: 1,
};

/** Whether a value is what `Cron` or `Period` gives; another copy of the SDK may have made it. */
export function isSchedule(value: unknown): value is Schedule {
  const { kind } = Object(value) as { kind?: unknown };
  return kind === "cron" || kind === "period";
}

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Names of values, the first one for `least`. */
  readonly names?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: "minute", least: 0, most: 59 },
  { name: "hour", least: 0, most: 23 },
  { name: "day of the month", least: 1, most: 31 },
  {
    name: "month",
    least: 1,
    most: 12,
    names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
  },
  {
    name: "day of the week",
    least: 0,
    most: 7,
    names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
  },
];

function checkExpression(expression: string): void {
  const where = `Cron(${JSON.stringify(expression)})`;
  const parts = expression.trim().split(/\s+/);
  if (parts.length !== FIELDS.length) {
    const fields = FIELDS.map(({ name }) => name).join(", ");
    throw new OptionError(`${where}: it has ${parts.length} fields; give five: ${fields}`);
  }
  const [, , days = [], months = []] = FIELDS.map((field, at) => valuesOf(parts[at] ?? "", field, where));
  const [, , , , weekday] = parts;
  // Either of the two days suffices where both are given.
  if (weekday !== "*" || months.some((month) => days.some((day) => day <= daysOf(month)))) return;
  throw new OptionError(`${where}: day of the month ${parts[2]} never comes in month ${parts[3]}`);
}

function daysOf(month: number): number {
  if (month === 2) return 29;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Values that a field names. */
function valuesOf(text: string, field: Field, where: string): readonly number[] {
  return text.split(",").flatMap((part) => {
    const [, range = "", step] = /^([^/]*)(?:\/(\d+))?$/.exec(part) ?? [];
    const [from = "", to] = range === "*" ? [String(field.least), String(field.most)] : range.split("-");
    const least = numberOf(from, field);
    const most = to === undefined ? (step === undefined ? least : field.most) : numberOf(to, field);
    const every = step === undefined ? 1 : Number(step);
    if (least === undefined || most === undefined || least > most || every === 0) {
      const { name, names } = field;
      const words = names ? ` or ${names[0]} to ${names.at(-1)}` : "";
      throw new OptionError(
        `${where}: ${name} is ${JSON.stringify(text)}; it must be *, or values and ranges of ${field.least} to ${field.most}${words}, with steps such as */5`,
      );
    }
    const values: number[] = [];
    for (let value = least; value <= most; value += every) values.push(value);
    return values;
  });
}

function numberOf(text: string, { least, most, names }: Field): number | undefined {
  const named = names?.indexOf(text.toUpperCase()) ?? -1;
  if (named >= 0) return least + named;
  const value = /^\d{1,2}$/.test(text) ? Number(text) : -1;
  return value >= least && value <= most ? value : undefined;
}

function checkZone(timeZone: unknown): string {
  try {
    if (typeof timeZone !== "string") throw new TypeError();
    new Intl.DateTimeFormat("en", { timeZone });
    return timeZone;
  } catch {
    throw new OptionError(
      `Cron: timeZone is ${JSON.stringify(timeZone)}, which no clock knows; give a name such as "Europe/Berlin"`,
    );
  }
}
