// Every failure that the runtime can end in: one error, carrying what CONTRACT calls `error`.
import type { RunError } from "./options.ts";

/** A run that failed; `run` says what, why and what to do. */
export class RuntimeError extends Error {
  readonly run: RunError;
  /** The user's error as a structured clone, for callers inside the app. */
  readonly clone?: Uint8Array;

  constructor(run: RunError, clone?: Uint8Array) {
    super(run.message);
    this.name = run.name;
    this.run = run;
    if (clone !== undefined) this.clone = clone;
  }
}

/** Wrong options, an unknown file or function. */
export function usageError(name: string, message: string): RuntimeError {
  return new RuntimeError({ kind: "usage", name, message });
}

/** What the computer lacks: an interpreter, disk space, permission. */
export function environmentError(name: string, message: string, more: Partial<RunError> = {}): RuntimeError {
  return new RuntimeError({ kind: "environment", name, message, ...more });
}

export function cancelledError(message = "the run was interrupted"): RuntimeError {
  return new RuntimeError({ kind: "cancelled", name: "CancelledError", message });
}

/** By a signal, `cancel()`, a loop that was left, or a client that closed its connection. */
export function abandonedError(): RuntimeError {
  return cancelledError("nobody waits for its result any more: its caller cancelled it, or went away");
}

export function asRuntimeError(thrown: unknown): RuntimeError {
  return thrown instanceof RuntimeError ? thrown : new RuntimeError(toRunError(thrown));
}

/** Any thrown value as a RunError; what is not a RuntimeError is a defect of ours, or the system's refusal. */
export function toRunError(thrown: unknown, stage?: RunError["stage"]): RunError {
  if (thrown instanceof RuntimeError) return thrown.run;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { code } = error as { readonly code?: string };
  const where = stage === undefined ? {} : { stage };
  if (code !== undefined && code in refusals) {
    const name = code === "ENOSPC" ? "DiskFullError" : "FileSystemError";
    return { kind: "environment", name, message: `${refusals[code]} (${error.message})`, ...where };
  }
  return {
    kind: "defect",
    name: error.name,
    message: error.message,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...where,
  };
}

const refusals: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full; free some space, or let the cache lie elsewhere",
  EDQUOT: "the disk quota is used up; free some space, or let the cache lie elsewhere",
  EROFS: "the cache folder cannot be written; let the cache lie elsewhere",
  EACCES: "a folder cannot be read or written; check its owner, or let the cache lie elsewhere",
  EPERM: "the system forbids an operation; check the owner of the cache folder",
  EMFILE: "too many files are open; raise the limit (ulimit -n)",
};
