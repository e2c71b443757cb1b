// The `retries` option: how often a failed input is tried again, and after which pauses.
import type { DefinitionOptions } from "./definition.ts";
import { OptionError, OptionRangeError } from "./errors.ts";

/** How often a failed input is tried again, and when. */
export interface Retries {
  /** Attempts after the first one, whole number from 0 to 10 (Modal's range). */
  readonly maxRetries: number;
  /** Seconds before the first of them, 0 to 60. @defaultValue 1 */
  readonly initialDelay?: number;
  /** Each pause is so many times the one before, 1 to 10. @defaultValue 2 */
  readonly backoffCoefficient?: number;
  /** Seconds that a pause takes at most, 1 to 60. @defaultValue 60 */
  readonly maxDelay?: number;
}

const RANGES: Readonly<Record<keyof Retries, readonly [least: number, most: number]>> = {
  maxRetries: [0, 10],
  initialDelay: [0, 60],
  backoffCoefficient: [1, 10],
  maxDelay: [1, 60],
};

export function checkRetries(value: unknown, name: string, where: string): void {
  if (typeof value === "number") {
    checkNumber(value, "maxRetries", name, where);
    return;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new OptionError(
      `${where}: ${name} is ${String(value)}; it must be a number, or an object such as { maxRetries: 3 }`,
    );
  }
  const unknown = Object.keys(value).filter((key) => !Object.hasOwn(RANGES, key));
  if (unknown.length > 0) {
    throw new OptionError(
      `${where}: ${name} has no option ${unknown.join(", ")}; it has ${Object.keys(RANGES).join(", ")}`,
    );
  }
  const given = value as Partial<Retries>;
  if (given.maxRetries === undefined)
    throw new OptionError(`${where}: ${name} needs maxRetries; write { maxRetries: 3 }`);
  for (const [key, each] of Object.entries(given))
    if (each !== undefined) checkNumber(each, key as keyof Retries, `${name}.${key}`, where);
}

function checkNumber(value: unknown, key: keyof Retries, name: string, where: string): void {
  if (typeof value !== "number") throw new OptionError(`${where}: ${name} is no number`);
  const [least, most] = RANGES[key];
  if (!(value >= least && value <= most) || (key === "maxRetries" && !Number.isInteger(value))) {
    const what = key === "maxRetries" ? "a whole number" : "a number";
    throw new OptionRangeError(`${where}: ${name} is ${value}; it must be ${what} from ${least} to ${most}`);
  }
}

/** A bare number waits a second before each attempt, as on the platform that it is taken from. */
export function retryPolicy(retries: number | Retries = 0): Pick<DefinitionOptions, "retries"> {
  if (typeof retries === "number")
    return retries === 0 ? {} : { retries: { max: retries, initialDelay: 1, backoff: 1, maxDelay: 60 } };
  const { maxRetries: max, initialDelay = 1, backoffCoefficient: backoff = 2, maxDelay = 60 } = retries;
  return max === 0 ? {} : { retries: { max, initialDelay, backoff, maxDelay } };
}
