// Values on their way in and out: JSON towards the outside (an error names the place of what JSON cannot say), clones inside.
import { Failure } from "./failure.ts";
import type { Encoding } from "./messages.ts";

export function decodeArguments(encoding: Encoding, payload: Buffer): readonly unknown[] {
  return (encoding === "json" ? JSON.parse(payload.toString()) : deserialize(payload)) as readonly unknown[];
}

export function encodeArguments(args: readonly unknown[]): Buffer {
  return clone(args, "an argument of remote()", "arguments");
}

export function encodeResult(encoding: Encoding, value: unknown): Buffer | string {
  return encoding === "json" ? toJson(value) : clone(value, "the result", "result");
}

export function deserialize(payload: Buffer): unknown {
  return v8().deserialize(payload);
}

/** Undefined for what cannot be cloned: then the name, message and stack have to do. */
export function encodeThrown(thrown: unknown): Buffer | undefined {
  try {
    return v8().serialize({ thrown, own: ownOf(thrown) } satisfies Thrown);
  } catch {
    return undefined;
  }
}

export function decodeThrown(payload: Buffer): unknown {
  const { thrown, own } = deserialize(payload) as Thrown;
  let error = thrown;
  for (const properties of own) {
    if (!(error instanceof Error)) break;
    for (const [key, value] of Object.entries(properties)) {
      const enumerable = key !== "name";
      Object.defineProperty(error, key, { value, enumerable, configurable: true, writable: true });
    }
    error = error.cause;
  }
  return thrown;
}

interface Thrown {
  readonly thrown: unknown;
  /** What a clone of an error lacks, names and codes among it: of the error, of its cause, and so on. */
  readonly own: readonly Readonly<Record<string, unknown>>[];
}

const CLONED = new Set(["message", "stack", "cause"]);

function ownOf(thrown: unknown): Thrown["own"] {
  const own: Record<string, unknown>[] = [];
  for (let error = thrown; error instanceof Error && own.length < 5; error = error.cause) {
    const properties = Object.entries(error).filter(([key, value]) => !CLONED.has(key) && isCloneable(value));
    own.push({ ...Object.fromEntries(properties), ...(isCloneable(error.name) && { name: error.name }) });
  }
  return own;
}

function clone(value: unknown, what: string, place: string): Buffer {
  try {
    return v8().serialize(value);
  } catch (error) {
    const found = uncloneable(value, place, new Set());
    throw new Failure(
      "error",
      "CloneError",
      `${what} cannot be copied into another container: ${found ?? (error as Error).message}; pass data, not functions or live objects`,
    );
  }
}

/** Where the innermost value stands that cannot be cloned, and what it is. */
function uncloneable(value: unknown, place: string, above: Set<unknown>): string | undefined {
  if (above.has(value) || isCloneable(value)) return undefined;
  above.add(value);
  for (const [at, inner] of partsOf(value, place)) {
    const found = uncloneable(inner, at, above);
    if (found !== undefined) return found;
  }
  return `${place} is ${whatIs(value)}`;
}

function isCloneable(value: unknown): boolean {
  try {
    v8().serialize(value);
    return true;
  } catch {
    return false;
  }
}

function* partsOf(value: unknown, place: string): Iterable<readonly [string, unknown]> {
  if (Array.isArray(value)) {
    for (const [at, each] of value.entries()) yield [`${place}[${at}]`, each];
  } else if (value instanceof Map) {
    for (const [key, each] of value) {
      yield [`a key of ${place}`, key];
      yield [`${place}.get(${typeof key === "string" ? JSON.stringify(key) : String(key)})`, each];
    }
  } else if (value instanceof Set) {
    for (const each of value) yield [`a value of ${place}`, each];
  } else if (typeof value === "object" && value !== null) {
    for (const [key, each] of Object.entries(value)) yield [property(place, key), each];
  }
}

function whatIs(value: unknown): string {
  if (typeof value === "function") return value.name ? `the function ${value.name}` : "a function";
  return typeof value === "object" && value !== null ? describe(value) : `a ${typeof value}`;
}

/** Loaded by the first call inside an app, not by every cold start. */
function v8(): typeof import("node:v8") {
  return require("node:v8");
}

/** JSON text of a result; `undefined` is null. */
export function toJson(result: unknown): string {
  if (result === undefined) return "null";
  if (!isSayable(result, 0)) check(result, "result", new Map());
  return JSON.stringify(result) ?? "null";
}

/** Deeper ones may refer back to themselves. */
const DEEP = 100;

/** Whether it is plainly one that JSON can say; of all else {@link check} knows more, and the places. */
function isSayable(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "undefined":
      return true;
    case "number":
      return Number.isFinite(value);
    case "object":
      break;
    default:
      return false;
  }
  if (value === null) return true;
  if (depth > DEEP || typeof (value as { toJSON?: unknown }).toJSON === "function") return false;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (!isSayable(value[i], depth + 1)) return false;
    return true;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  for (const key of Object.keys(value))
    if (!isSayable((value as Record<string, unknown>)[key], depth + 1)) return false;
  return true;
}

function check(value: unknown, place: string, above: Map<object, string>): void {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "undefined":
      return;
    case "number":
      if (!Number.isFinite(value)) throw refusal(place, String(value));
      return;
    case "bigint":
      throw refusal(place, "a BigInt");
    case "symbol":
      throw refusal(place, "a symbol");
    case "function":
      throw refusal(place, "a function");
    case "object":
      if (value !== null) checkObject(value, place, above);
  }
}

function checkObject(value: object, place: string, above: Map<object, string>): void {
  const first = above.get(value);
  if (first !== undefined) {
    throw unserialisable(`${place} refers back to ${first}`);
  }
  above.set(value, place);
  if (typeof (value as { toJSON?: unknown }).toJSON === "function") {
    const plain: unknown = (value as { toJSON(key: string): unknown }).toJSON("");
    if (plain !== value) check(plain, place, above);
  } else if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) check(value[i], `${place}[${i}]`, above);
  } else {
    if (!isPlain(value)) throw refusal(place, describe(value));
    for (const key of Object.keys(value)) {
      check((value as Record<string, unknown>)[key], property(place, key), above);
    }
  }
  above.delete(value);
}

/** Also true for objects of other realms, whose `Object.prototype` is another one. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    prototype === null ||
    prototype === Object.prototype ||
    Object.getPrototypeOf(prototype) === null ||
    value instanceof String ||
    value instanceof Number ||
    value instanceof Boolean
  );
}

function describe(value: object): string {
  if (value instanceof Promise) return "a Promise (is an `await` missing?)";
  if (value instanceof Error) return "an Error";
  const name = String(value.constructor?.name || "a class without a name");
  return value instanceof Map ||
    value instanceof Set ||
    ArrayBuffer.isView(value) ||
    value instanceof ArrayBuffer
    ? `a ${name}`
    : `an instance of ${name}`;
}

function property(place: string, key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `${place}.${key}` : `${place}[${JSON.stringify(key)}]`;
}

function refusal(place: string, what: string): Failure {
  return unserialisable(`${place} is ${what}`);
}

function unserialisable(fact: string): Failure {
  return new Failure(
    "error",
    "ResultError",
    `${fact}, which JSON cannot say; return strings, finite numbers, booleans, null, arrays and plain objects (or give it a toJSON method)`,
  );
}
