// What run, measure and verify share: options about inputs and environment, the watch, notes about the config.
import { type Failure, failure } from "../../measure/failure.ts";
import type { Observer } from "../../measure/job.ts";
import type { JobControl } from "../../measure/runtime-process.ts";
import type { Ask } from "../../measure/target.ts";
import type { Terminal } from "../terminal.ts";
import { type WatchOptions, watch } from "../watch.ts";

export interface RunOptions extends WatchOptions {
  readonly input?: string;
  readonly env?: readonly string[];
  readonly envFile?: readonly string[];
}

export async function withWatch<Result extends { readonly ok: true }>(
  names: readonly string[],
  options: RunOptions,
  terminal: Terminal,
  file: string,
  act: (ask: Ask, observer: Observer, control: JobControl) => Promise<Result | Failure>,
): Promise<Result | Failure> {
  const watching = watch(names, options, terminal);
  if (!watching.ok) return watching;
  const { input, env = [], envFile = [] } = options;
  const ask = { file, cwd: terminal.cwd, env, envFiles: envFile, ...(input !== undefined && { input }) };
  try {
    return await act(ask, watching.observer, { signal: terminal.signal });
  } finally {
    watching.end();
  }
}

/** A command that needs a function was given a file alone. */
export const needsName = (command: string, target: string): Failure =>
  failure(
    "usage",
    "NoFunction",
    `\`${target}\` names no function. Write coldstart ${command} ${target || "FILE"}::NAME.`,
  );

/** A whole number from an option; undefined when it is none that will do. */
export function wholeNumber(text: string, least: number): number | undefined {
  const value = Number(text);
  return Number.isSafeInteger(value) && value >= least && value <= 100_000 ? value : undefined;
}
