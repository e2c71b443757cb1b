// Calls a plain exported function the way AWS Lambda calls a handler: promise or callback, with a made-up context.
import { basename } from "node:path";
import { Failure } from "./failure.ts";
import { beginStreaming, isStreaming } from "./lambda-stream.ts";

type Handler = (...args: readonly unknown[]) => unknown;
type Done = (error?: unknown, result?: unknown) => void;

/** Stands for the memory that nobody set: Lambda's smallest size with one whole vCPU. */
const MEMORY_MB = "1769";

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
  if (isStreaming(handler)) {
    names ??= namesOf(invocation);
    const context = new Context(names, invocation.timeout, () => undefined);
    return beginStreaming((stream) => handler(args[0] ?? {}, stream, context));
  }
  return new Promise((resolve, reject) => {
    const callback: Done = (error, result) => {
      if (error !== undefined && error !== null) reject(error);
      else resolve(result);
    };
    names ??= namesOf(invocation);
    const context = new Context(names, invocation.timeout, callback);
    const value = handler(args.length === 0 ? {} : args[0], context, callback);
    if (isThenable(value)) value.then(resolve, reject);
    // Who takes a callback answers by it: what such a handler returns, a timer say, is no result.
    else if (handler.length < 3 && !Context.endsByContext(context)) resolve(value);
  });
}

/** What Lambda's documentation calls the context object. A class, since every input pays for making one. */
class Context {
  readonly callbackWaitsForEmptyEventLoop = true;
  readonly functionName: string;
  readonly functionVersion = "$LATEST";
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB = MEMORY_MB;
  readonly awsRequestId = requestId();
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly getRemainingTimeInMillis: () => number;
  /** Whether the function ends by one of the three methods below, and not by what it returns. */
  #endsByContext = false;
  readonly #done: Done;

  constructor(names: Names, timeout: number, done: Done) {
    const end = Date.now() + timeout;
    this.functionName = names.functionName;
    this.invokedFunctionArn = names.arn;
    this.logGroupName = names.logGroup;
    this.logStreamName = names.logStream;
    // Its own, so that it can be taken off the context and called.
    this.getRemainingTimeInMillis = () => Math.max(0, end - Date.now());
    this.#done = done;
  }

  static endsByContext(context: Context): boolean {
    return context.#endsByContext;
  }

  get done(): Done {
    this.#endsByContext = true;
    return this.#done;
  }

  get succeed(): (result: unknown) => void {
    const { done } = this;
    return (result) => done(undefined, result);
  }

  get fail(): (error: unknown) => void {
    const { done } = this;
    return (error) => done(error ?? new Failure("error", "Error", "context.fail() was called"));
  }
}

interface Names {
  readonly functionName: string;
  readonly arn: string;
  readonly logGroup: string;
  readonly logStream: string;
}

/** The same for every input: a container has one function. */
let names: Names | undefined;

function namesOf({ file, name }: Invocation): Names {
  const functionName = `${basename(file).replace(/\.[^.]*$/, "")}-${name}`;
  return {
    functionName,
    arn: `arn:aws:lambda:local:000000000000:function:${functionName}`,
    logGroup: `/aws/lambda/${functionName}`,
    logStream: `local/[$LATEST]${process.pid}`,
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
