// What a handler has returned, on its way out: one value, or those of a generator one by one.
import { send } from "./channel.ts";
import { Failure, toFailure } from "./failure.ts";
import type { Input } from "./inputs.ts";
import { encodeResult, encodeThrown } from "./values.ts";

type AnyIterator = Iterator<unknown> | AsyncIterator<unknown>;

/** A promise where it takes time. */
export function sayResult(input: Input, value: unknown, started: number): Promise<void> | undefined {
  if (isGenerator(value)) return sayValues(input, value, started);
  sayValue(input, value, started);
  return undefined;
}

async function sayValues(input: Input, values: AnyIterator, started: number): Promise<void> {
  sayValue(input, await run(input, values, input.call.stream === true), started);
}

function sayValue(input: Input, value: unknown, started: number): void {
  send({ type: "result", input: input.id, started }, encodeResult(input.call.answer, value));
}

export function sayFailed(input: Input, error: unknown): void {
  const clone = input.call.answer === "clone" && !input.ending ? encodeThrown(error) : undefined;
  send({ type: "failed", input: input.id, failure: failureOf(input, error) }, clone);
}

/** What user code does with an abort is its own affair: nobody waited any more. */
function failureOf({ ending }: Input, error: unknown) {
  if (!ending) return toFailure(error);
  const { stack } = toFailure(error);
  const name = ending === "timeout" ? "FunctionTimeoutError" : "CancelledError";
  const message =
    ending === "timeout" ? "the function did not end within its timeout" : "the call was cancelled";
  return { kind: ending, name, message, ...(stack === undefined ? {} : { stack }) };
}

/** Runs a generator to its end: says each value where that was asked for, else collects them. */
async function run(input: Input, values: AnyIterator, stream: boolean): Promise<unknown[] | undefined> {
  const all: unknown[] = [];
  await forEach(input, values, async (value) => {
    if (!stream) {
      all.push(value);
      return;
    }
    await input.room();
    if (!input.ending) send({ type: "yield", input: input.id }, encodeResult(input.call.answer, value));
  });
  return stream ? undefined : all;
}

/** A generator that is left at a `yield` runs its `finally` blocks. */
export async function forEach(
  input: Input,
  values: AnyIterator,
  take: (value: unknown) => Promise<void>,
): Promise<void> {
  for await (const value of values as AsyncIterableIterator<unknown>) {
    refuseCancelled(input);
    await take(value);
    refuseCancelled(input);
  }
}

/** Goes no further with an input that nobody waits for. */
export function refuseCancelled({ ending }: Input): void {
  if (ending) throw new Failure("cancelled", "CancelledError", "the call was cancelled");
}

export function isGenerator(value: unknown): value is AnyIterator {
  if (typeof value !== "object" || value === null) return false;
  const tag = Object.prototype.toString.call(value);
  return tag === "[object AsyncGenerator]" || tag === "[object Generator]";
}
