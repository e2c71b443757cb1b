// Many inputs at once: pulled as there is room for them, answered in their order or as they end.
import { host } from "./definition.ts";
import { OptionError, OptionRangeError } from "./errors.ts";

/** How many inputs are handled, and what becomes of those that fail. */
export interface MapOptions {
  /** Whether results come in the order of the inputs, or as soon as each is there. @defaultValue true */
  readonly ordered?: boolean;
  /**
   * What a failed input does: `"throw"` ends all, cancels the others and throws; `"return"` puts the error where the
   * result would stand. @defaultValue "throw"
   */
  readonly errors?: "throw" | "return";
  /** Inputs that may be under way, or ended and not yet taken: whole number from 1. @defaultValue 256 */
  readonly limit?: number;
}

/**
 * Results of many inputs: `await` them for an array, or loop over them with `for await`. Nothing is called before
 * that. A loop that is left cancels what is under way.
 */
export interface MapResults<Result> extends AsyncIterable<Result>, PromiseLike<Result[]> {}

export type Inputs<Input> = Iterable<Input> | AsyncIterable<Input>;

interface Entry {
  outcome?: { readonly value: unknown } | { readonly error: unknown };
}

export function mapResults(
  inputs: Inputs<unknown>,
  options: MapOptions,
  call: (input: unknown, signal: AbortSignal) => Promise<unknown>,
): MapResults<unknown> {
  let all: Promise<unknown[]> | undefined;
  const collect = async () => {
    const results: unknown[] = [];
    for await (const result of inParallel(inputs, options, call)) results.push(result);
    return results;
  };
  return {
    [Symbol.asyncIterator]: () => inParallel(inputs, options, call),
    // biome-ignore lint/suspicious/noThenProperty: awaiting it is how an array is asked for.
    then(onResults, onError) {
      all ??= collect();
      return all.then(onResults, onError);
    },
  };
}

async function* inParallel(
  inputs: Inputs<unknown>,
  { ordered = true, errors = "throw", limit = 256 }: MapOptions,
  call: (input: unknown, signal: AbortSignal) => Promise<unknown>,
): AsyncGenerator<unknown, void, undefined> {
  const stop = new AbortController();
  const asking = host()?.input();
  /** Under way, or ended and not taken, in the order of the inputs. */
  const entries: Entry[] = [];
  let changed = Promise.withResolvers<void>();
  const wake = () => {
    changed.resolve();
    changed = Promise.withResolvers<void>();
  };

  let source: "open" | "ended" | { readonly error: unknown } = "open";
  const pull = async () => {
    for await (const input of inputs) {
      if (stop.signal.aborted) return;
      const entry: Entry = {};
      entries.push(entry);
      call(input, stop.signal).then(
        (value) => end(entry, { value }),
        (error: unknown) => end(entry, { error }),
      );
      while (entries.length >= limit && !stop.signal.aborted) await changed.promise;
    }
  };
  const end = (entry: Entry, outcome: NonNullable<Entry["outcome"]>) => {
    entry.outcome = outcome;
    wake();
  };
  void pull()
    .then(
      () => {
        source = "ended";
      },
      (error: unknown) => {
        source = { error };
      },
    )
    .then(wake);

  try {
    for (;;) {
      // The platform has given up what is under way; nothing more is begun.
      if (asking?.ending !== undefined) throw nobodyWaits("the input that calls map()");
      const at = ordered ? 0 : entries.findIndex(({ outcome }) => outcome);
      const outcome = entries[at]?.outcome;
      if (outcome) {
        entries.splice(at, 1);
        wake();
        if ("value" in outcome) yield outcome.value;
        else if (errors === "return") yield outcome.error;
        else throw outcome.error;
      } else if (entries.length > 0 || source === "open") {
        await changed.promise;
      } else {
        if (typeof source === "object") throw (source as { readonly error: unknown }).error;
        return;
      }
    }
  } finally {
    stop.abort(nobodyWaits("its result"));
    wake();
  }
}

function nobodyWaits(what: string): DOMException {
  return new DOMException(`nobody waits for ${what} any more`, "AbortError");
}

export function checkMap(options: MapOptions): MapOptions {
  const { errors = "throw", limit = 1 } = options;
  if (errors !== "throw" && errors !== "return")
    throw new OptionError(`map(): errors is ${String(errors)}; it is "throw" or "return"`);
  if (!Number.isInteger(limit) || limit < 1)
    throw new OptionRangeError(`map(): limit is ${String(limit)}; it must be a whole number from 1`);
  return options;
}
