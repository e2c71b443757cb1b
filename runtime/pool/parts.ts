// Answers that come in parts, as what their readers take: values one by one, a response whose body is read as it comes.
import type { WireRequest } from "../child/messages.ts";
import type { Answer, Headers, Parts } from "../container/container.ts";
import { asRuntimeError, RuntimeError } from "../errors.ts";

/** Begins a call; its parts go where they are told, and the signal ends it. */
export type Begin = (parts: Parts, signal: AbortSignal) => Promise<Answer>;

export interface Response {
  readonly status: number;
  readonly headers: Headers;
  /**
   * All of it where it came whole. Else to be read to its end or given up by `return`, which cancels the input; throws a
   * RuntimeError where it breaks off.
   */
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}

export type Request = WireRequest;

/** The values of a generator. Giving them up early cancels the input. */
export async function* values(
  begin: Begin,
  outer?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const pipe = createPipe();
  const { signal, abort, release } = linked(outer);
  void begin({ part: pipe.push }, signal).then(pipe.end, pipe.fail).finally(release);
  yield* pipe.read(abort);
}

/**
 * Resolves with the head of the response as soon as it comes; rejects with a RuntimeError where there is none.
 * @param ending Ends the call; aborted when the body is given up, too.
 */
export function fetch(begin: Begin, ending: AbortController): Promise<Response> {
  return new Promise((resolve, reject) => {
    // Most responses come whole, and need none.
    let pipe: Pipe | undefined;
    const parts: Parts = {
      head(status, headers) {
        pipe = createPipe();
        resolve({ status, headers, body: pipe.read(() => ending.abort()) });
      },
      part: (bytes) => pipe?.push(bytes),
    };
    const ended = ({ head, bytes }: Answer) => {
      if (pipe) pipe.end();
      else if (head) resolve({ ...head, body: bytes });
      else reject(headless());
    };
    const failed = (error: unknown) => {
      if (pipe) pipe.fail(error);
      else reject(asRuntimeError(error));
    };
    begin(parts, ending.signal).then(ended, failed);
  });
}

function headless(): RuntimeError {
  return new RuntimeError({ kind: "defect", name: "ProtocolError", message: "the response has no head" });
}

/** A signal of our own that follows another one. */
function linked(outer: AbortSignal | undefined) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  if (outer?.aborted) abort();
  outer?.addEventListener("abort", abort, { once: true });
  return { signal: controller.signal, abort, release: () => outer?.removeEventListener("abort", abort) };
}

type Pipe = ReturnType<typeof createPipe>;

interface Part {
  readonly bytes: Uint8Array;
  readonly taken: () => void;
}

/** Holds what was written until it is read; who writes waits for the reader. */
function createPipe() {
  const parts: Part[] = [];
  let end: { readonly error?: RuntimeError } | undefined;
  let wake = () => {};
  const close = (how: { readonly error?: RuntimeError }) => {
    end ??= how;
    wake();
  };
  return {
    push: (bytes: Uint8Array): Promise<void> =>
      new Promise((taken) => {
        parts.push({ bytes, taken });
        wake();
      }),
    end: () => close({}),
    fail: (error: unknown) => close({ error: asRuntimeError(error) }),
    async *read(abort: () => void): AsyncGenerator<Uint8Array, void, undefined> {
      let isWhole = false;
      try {
        for (;;) {
          const part = parts.shift();
          if (part) {
            part.taken();
            yield part.bytes;
          } else if (end?.error) throw end.error;
          else if (end) {
            isWhole = true;
            return;
          } else {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        }
      } finally {
        if (!isWhole) abort();
      }
    },
  };
}
