// Every error that the SDK throws: what happened, why, and what to do about it.

/**
 * A function that was called by `remote` threw. Its error is the `cause`, with the original name, message and stack.
 */
export class RemoteError extends Error {
  override readonly name = "RemoteError";
  /** `FILE::NAME` of the function that failed. */
  readonly function: string;

  constructor(functionName: string, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.function = functionName;
  }
}

/** A function that was called by `remote` took longer than its `timeout`; its container has been ended. */
export class FunctionTimeoutError extends Error {
  override readonly name = "FunctionTimeoutError";
  /** `FILE::NAME` of the function that took too long. */
  readonly function: string;

  constructor(functionName: string, message: string) {
    super(message);
    this.function = functionName;
  }
}

/**
 * The container that was to run a function ended before there was a result: it exited, was killed, or never
 * became ready. Whether the function had begun its work is not known.
 */
export class ContainerLostError extends Error {
  override readonly name = "ContainerLostError";
  /** `FILE::NAME` of the function whose container was lost. */
  readonly function: string;
  /** The last that the container printed, at most 8 KB. */
  readonly output: string;

  constructor(functionName: string, message: string, output = "") {
    super(message);
    this.function = functionName;
    this.output = output;
  }
}

/** A call was cancelled before it had a result: by its {@link FunctionCall}, or by the end of the app. */
export class FunctionCancelledError extends Error {
  override readonly name = "FunctionCancelledError";
  /** `FILE::NAME` of the function, or the id of the call. */
  readonly function: string;

  constructor(functionName: string, message: string) {
    super(message);
    this.function = functionName;
  }
}

/** {@link FunctionCall.get} had no result within its `timeout`; the call goes on. */
export class ResultTimeoutError extends Error {
  override readonly name = "ResultTimeoutError";
}

/** `remote` was called where no platform runs: in a plain `node` process, a test, a bundle. */
export class NotInContainerError extends Error {
  override readonly name = "NotInContainerError";
}

/** A function that `remote` was called on has no name: it is not exported, and its options have no `name`. */
export class UnnamedFunctionError extends Error {
  override readonly name = "UnnamedFunctionError";
}

/** An app, function or entry point was defined with an option that is unknown or of the wrong type. */
export class OptionError extends TypeError {
  override readonly name = "OptionError";
}

/** An option's number is outside of its range. */
export class OptionRangeError extends RangeError {
  override readonly name = "OptionRangeError";
}

/** A decorator stands where it has no meaning, or the class is none that the platform can run. */
export class DecoratorError extends TypeError {
  override readonly name = "DecoratorError";
}

/** A class was given values that can't say which container is meant, or lacks those that it needs. */
export class ParameterError extends TypeError {
  override readonly name = "ParameterError";
}

const BRAND = Symbol.for("coldstart.error");

// A process may hold two copies of the SDK; `instanceof` goes by a brand, so that each knows the other's errors.
for (const [name, type] of Object.entries({
  RemoteError,
  FunctionTimeoutError,
  ContainerLostError,
  FunctionCancelledError,
  ResultTimeoutError,
  NotInContainerError,
  UnnamedFunctionError,
  OptionError,
  OptionRangeError,
  DecoratorError,
  ParameterError,
})) {
  Object.defineProperty(type.prototype, BRAND, { value: name });
  Object.defineProperty(type, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      if (this !== type) return Function.prototype[Symbol.hasInstance].call(this as () => void, value);
      return value instanceof Error && (value as { [BRAND]?: unknown })[BRAND] === name;
    },
  });
}
