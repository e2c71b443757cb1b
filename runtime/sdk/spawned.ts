// Calls that go on by themselves: `spawn` starts them, their results are asked for later, by whoever knows the id.
import { errorOf, platformFor } from "./calls.ts";
import { OptionRangeError } from "./errors.ts";

/** How long to wait for a result. */
export interface GetOptions {
  /** Seconds, from 0. Default: as long as it takes. */
  readonly timeout?: number;
  /** Ends the waiting, and not the call. */
  readonly signal?: AbortSignal;
}

/**
 * A call that goes on by itself; {@link FunctionHandle.spawn} starts one.
 * @typeParam Result - what the call results in
 */
export class FunctionCall<Result> {
  /** By this the call is found again: {@link FunctionCall.fromId}. */
  readonly id: string;

  private constructor(id: string) {
    this.id = id;
  }

  /**
   * The call of an id, from anywhere in the app.
   * @param id - a {@link FunctionCall.id}
   * @throws {@link TypeError} for anything but a string
   */
  static fromId<Result = unknown>(id: string): FunctionCall<Result> {
    if (typeof id !== "string" || id === "") throw new TypeError(`FunctionCall.fromId(): an id is a string`);
    return new FunctionCall<Result>(id);
  }

  /**
   * Waits for the result; may be asked for more than once.
   * @throws {@link ResultTimeoutError} when it is not there in time; the call goes on
   * @throws {@link FunctionCancelledError} when the call was cancelled
   * @throws what {@link FunctionHandle.remote} throws
   */
  async get({ timeout, signal }: GetOptions = {}): Promise<Result> {
    if (timeout !== undefined && !(timeout >= 0))
      throw new OptionRangeError(`get(): timeout is ${timeout}; it must be 0 seconds or more`);
    return (await this.#ask("get()", (platform) =>
      platform.result(this.id, timeout === undefined ? undefined : timeout * 1000, signal),
    )) as Result;
  }

  /** Ends the call, when it has not ended: whoever waits for it receives a {@link FunctionCancelledError}. */
  async cancel(): Promise<void> {
    await this.#ask("cancel()", (platform) => platform.cancel(this.id));
  }

  async #ask<T>(what: string, request: (platform: ReturnType<typeof platformFor>) => Promise<T>): Promise<T> {
    const platform = platformFor(what);
    try {
      return await request(platform);
    } catch (failure) {
      throw errorOf(failure, `the call ${this.id}`);
    }
  }
}
