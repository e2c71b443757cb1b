// Turns whatever user code threw into plain data that can leave the container.
import type { WireFailure } from "./messages.ts";

export function toFailure(thrown: unknown, kind: WireFailure["kind"] = "error"): WireFailure {
  if (thrown instanceof Failure) return { kind: thrown.kind, name: thrown.name, message: thrown.message };
  if (!isErrorLike(thrown)) {
    return { kind, name: "NonErrorThrown", message: `${show(thrown)} was thrown, which is no Error` };
  }
  const name = text(() => thrown.name) || text(() => (thrown as object).constructor.name) || "Error";
  const stack = text(() => fullStack(thrown, 0));
  const original = text(() => originalFrom(thrown));
  const lacks = lackOf(thrown, 0);
  return {
    kind,
    name,
    message: text(() => thrown.message) || "(no message)",
    ...(stack ? { stack } : {}),
    ...(stack && original ? { original: stack.lastIndexOf(original) } : {}),
    ...(lacks ? { lacks } : {}),
  };
}

/** The SDK leaves this on errors whose stacks lead to the user's own lines already. */
const ORIGINAL = Symbol.for("coldstart.original");

/** Looks for the root of an error among its causes: `fetch failed` says nothing, its cause does. */
function lackOf(error: unknown, depth: number): WireFailure["lacks"] | undefined {
  if (!isErrorLike(error) || depth > 4) return undefined;
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  const known = typeof code === "string" ? LACKS[code] : undefined;
  if (known !== undefined) return known;
  const missing = text(() => error.message);
  // A package, not a file of the project: those are the code's own mistake.
  if (/^Cannot find (?:package '|module '(?![./]))/.test(missing)) return "package";
  return lackOf(cause, depth + 1) ?? (Array.isArray(errors) ? lackOf(errors[0], depth + 1) : undefined);
}

const LACKS: Readonly<Record<string, WireFailure["lacks"]>> = {
  ENOSPC: "disk",
  EDQUOT: "disk",
  ECONNREFUSED: "network",
  ENOTFOUND: "network",
  EAI_AGAIN: "network",
  ENETUNREACH: "network",
  EHOSTUNREACH: "network",
  UND_ERR_CONNECT_TIMEOUT: "network",
};

/** A failure that the platform itself finds: it has no stack that would help anybody. */
export class Failure extends Error {
  readonly kind: WireFailure["kind"];

  constructor(kind: WireFailure["kind"], name: string, message: string) {
    super(message);
    this.kind = kind;
    this.name = name;
  }
}

function isErrorLike(value: unknown): value is Error {
  return (
    value instanceof Error ||
    // Errors of other realms (vm, jsdom).
    (typeof value === "object" && value !== null && "message" in value && "stack" in value)
  );
}

/** The stack with those of its causes, as Node prints them. */
function fullStack(error: Error, depth: number): string {
  const own = String(error.stack ?? "");
  if (depth >= 5 || error.cause === undefined || error.cause === error) return own;
  const cause = isErrorLike(error.cause) ? fullStack(error.cause, depth + 1) : show(error.cause);
  return `${own}\nCaused by: ${cause}`;
}

/** Text that the part of a stack begins with which has come from another container, and has been led back there. */
function originalFrom(error: unknown, depth = 0): string | undefined {
  if (!isErrorLike(error) || depth > 5) return undefined;
  if ((error as { [ORIGINAL]?: unknown })[ORIGINAL] === true) return fullStack(error, depth);
  return originalFrom(error.cause, depth + 1);
}

/** Getters of user code's errors may throw. */
function text(read: () => unknown): string {
  try {
    const value = read();
    return value === undefined || value === null ? "" : String(value);
  } catch {
    return "";
  }
}

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  try {
    return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
