// What a class's objects are made with, as a text in the names of functions: `Captioner(size="large").caption`.
import { ParameterError } from "./errors.ts";

export type Values = Readonly<Record<string, unknown>>;

/** Values as they stand in a name, in one spelling for equal ones; "" for none. */
export function spellValues(values: unknown, owner: string): string {
  if (values === undefined) return "";
  if (!isPlain(values)) {
    throw new ParameterError(
      `${owner} was made with ${show(values)}; a class whose methods run in containers takes one object of JSON values, such as new ${owner}({ size: "large" })`,
    );
  }
  const fields = Object.keys(values)
    .filter((name) => values[name] !== undefined)
    .sort()
    .map((name) => `${name}=${spell(values[name], name, owner)}`);
  return fields.length === 0 ? "" : `(${fields.join(", ")})`;
}

function spell(value: unknown, place: string, owner: string): string {
  if (value === null || typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) {
    return `[${value.map((item, at) => spell(item, `${place}[${at}]`, owner)).join(",")}]`;
  }
  if (isPlain(value)) {
    const fields = Object.keys(value)
      .filter((name) => value[name] !== undefined)
      .sort()
      .map((name) => `${JSON.stringify(name)}:${spell(value[name], `${place}.${name}`, owner)}`);
    return `{${fields.join(",")}}`;
  }
  throw new ParameterError(
    `${owner} was made with ${show(value)} as ${place}, which can't reach another container; give strings, numbers, booleans, null, arrays and plain objects`,
  );
}

/** @param text `size="large", count=3` */
export function parseValues(text: string, owner: string): Values {
  const values: Record<string, unknown> = {};
  let rest = text.trim();
  while (rest !== "") {
    const [start, name] = /^([A-Za-z_$][\w$]*)\s*=\s*/.exec(rest) ?? [];
    if (start === undefined || name === undefined || Object.hasOwn(values, name)) throw wrong(text, owner);
    const value = leading(rest.slice(start.length));
    if (!value) throw wrong(text, owner);
    values[name] = value.value;
    rest = value.rest;
  }
  return values;
}

/** The shortest beginning that is JSON and ends at a comma or at the end. */
function leading(text: string): { readonly value: unknown; readonly rest: string } | undefined {
  for (let end = text.indexOf(","); ; end = text.indexOf(",", end + 1)) {
    const stop = end < 0 ? text.length : end;
    try {
      return { value: JSON.parse(text.slice(0, stop)), rest: text.slice(stop + 1).trim() };
    } catch {
      if (end < 0) return undefined;
    }
  }
}

function wrong(text: string, owner: string): ParameterError {
  return new ParameterError(
    `${owner}(${text}): write names with JSON values, each once, such as ${owner}(size="large", count=3)`,
  );
}

function isPlain(value: unknown): value is Values {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    prototype === null ||
    prototype === Object.prototype ||
    Object.getPrototypeOf(prototype as object) === null
  );
}

function show(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) {
    return Array.isArray(value) ? "an array" : `an instance of ${value.constructor?.name || "a class"}`;
  }
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
