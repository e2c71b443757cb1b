// Calls a plain exported function the way AWS Lambda calls a handler: promise or callback, with a made-up context.
import { basename } from "node:path";
import { Failure } from "./failure.ts";

type Handler = (...args: readonly unknown[]) => unknown;
type Done = (error?: unknown, result?: unknown) => void;

/** Stands for the memory that nobody set: Lambda's smallest size with one whole vCPU. */
const MEMORY_MB = 1769;

export interface Invocation {
  readonly file: string;
  readonly name: string;
  /** Milliseconds. */
  readonly timeout: number;
}

/**
 * The event is the first argument, `{}` without one. More than one argument can only be meant for a function that is
 * no Lambda handler: then all are passed as they are.
 */
export function invoke(handler: Handler, args: readonly unknown[], invocation: Invocation): unknown {
  if (args.length > 1) return handler(...args);
  return new Promise((resolve, reject) => {
    let usesContext = false;
    const callback: Done = (error, result) => {
      if (error !== undefined && error !== null) reject(error);
      else resolve(result);
    };
    const context = createContext(invocation, callback, () => {
      usesContext = true;
    });
    const value = handler(args.length === 0 ? {} : args[0], context, callback);
    if (isThenable(value)) value.then(resolve, reject);
    // Who takes a callback answers by it: what such a handler returns, a timer say, is no result.
    else if (handler.length < 3 && !usesContext) resolve(value);
  });
}

function createContext({ file, name, timeout }: Invocation, done: Done, onUse: () => void): object {
  const end = Date.now() + timeout;
  const functionName = `${basename(file).replace(/\.[^.]*$/, "")}-${name}`;
  const use = (callback: Done) => {
    onUse();
    return callback;
  };
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:local:000000000000:function:${functionName}`,
    memoryLimitInMB: String(MEMORY_MB),
    awsRequestId: requestId(),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: `local/[$LATEST]${process.pid}`,
    getRemainingTimeInMillis: () => Math.max(0, end - Date.now()),
    // Reading one of these says that the function ends by it and not by what it returns.
    get done() {
      return use(done);
    },
    get succeed() {
      return use((result) => done(undefined, result));
    },
    get fail() {
      return use((error) => done(error ?? new Failure("error", "Error", "context.fail() was called")));
    },
  };
}

/** Shaped as a UUID: a random half for the container, a count for the request. `node:crypto` would add two milliseconds to every cold start. */
function requestId(): string {
  container ??= `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}`;
  return `${container}-${(++requests).toString(16).padStart(12, "0")}`;
}

let container: string | undefined;
let requests = 0;

function hex(digits: number): string {
  return Math.floor(Math.random() * 16 ** digits)
    .toString(16)
    .padStart(digits, "0");
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    value !== null &&
    (typeof value === "object" || typeof value === "function") &&
    typeof (value as { then?: unknown }).then === "function"
  );
}
