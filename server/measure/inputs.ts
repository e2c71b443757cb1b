// The arguments that a function is run with: given on the command line, kept in the config, or none.

import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Config } from "../workspace/config.ts";
import { parseExactly } from "./exact.ts";
import { type Failure, failure } from "./failure.ts";

export interface Input {
  readonly ok: true;
  readonly args: readonly unknown[];
  readonly from: "given" | "config" | "none";
}

/** @param given `["q"]` or `@file.json`, as a user typed it. */
export function readInput(
  given: string | undefined,
  config: Config,
  file: string,
  name: string,
  cwd: string,
): Input | Failure {
  if (given !== undefined) return parseInput(given, cwd);
  const kept = keptInput(config, file, name);
  return kept ? { ok: true, args: kept.args, from: "config" } : { ok: true, args: [], from: "none" };
}

function parseInput(given: string, cwd: string): Input | Failure {
  const wrong = (what: string) =>
    failure(
      "usage",
      "BadInput",
      `${what} An input is a JSON array of arguments: --input '["q"]' or --input @file.json.`,
    );
  let text = given;
  if (given.startsWith("@")) {
    try {
      text = readFileSync(resolve(cwd, given.slice(1)), "utf8");
    } catch {
      return wrong(`--input ${given}: there is no such file that can be read.`);
    }
  }
  try {
    const value: unknown = parseExactly(text.replace(/^\uFEFF/, ""));
    if (Array.isArray(value)) return { ok: true, args: value, from: "given" };
    return wrong(
      `--input is ${value === null ? "null" : typeof value === "object" ? "an object" : `a ${typeof value}`}, not an array.`,
    );
  } catch (error) {
    return wrong(`--input is no JSON (${error instanceof Error ? error.message : error}).`);
  }
}

/** The first argument list that the config keeps for a function, and under which name. */
export function keptInput(
  { inputs, path }: Config,
  file: string,
  name: string,
): { readonly key: string; readonly args: readonly unknown[] } | undefined {
  if (!inputs || !path) return undefined;
  const folder = dirname(path);
  for (const [key, [args]] of Object.entries(inputs)) {
    const split = key.lastIndexOf("::");
    // Names are relative to the config's folder.
    if (args && key.slice(split + 2) === name && resolve(folder, key.slice(0, split)) === resolve(file))
      return { key, args };
  }
  return undefined;
}
