// Lets code in the container ask the platform: calls of functions that run in other containers end here.
import { hold, listen, send } from "./channel.ts";
import type { Scaling } from "./description.ts";
import { type Current, current } from "./inputs.ts";
import { type Definition, settings } from "./load.ts";
import type { AppRequest, ParentMessage, PoolFigures, WireFailure } from "./messages.ts";
import { decodeThrown, deserialize, encodeArguments } from "./values.ts";

type AnswerMessage = Extract<ParentMessage, { type: "answer" }>;
type Failure = WireFailure & { readonly cause?: unknown };

interface Waiting {
  /** One value of several has come. */
  more?(value: unknown): void;
  resolve(answer: { readonly value?: unknown; readonly result?: unknown }): void;
  reject(reason: unknown): void;
}

interface Target {
  readonly file: string;
  readonly name: string;
  readonly definition: Definition;
}

/** What the SDK looks for; see `Host` in runtime/sdk/definition.ts. */
interface Host {
  readonly entry: string;
  call(target: Target, args: readonly unknown[], signal?: AbortSignal): Promise<unknown>;
  stream(target: Target, args: readonly unknown[], signal?: AbortSignal): AsyncIterable<unknown>;
  spawn(target: Target, args: readonly unknown[]): Promise<string>;
  result(id: string, timeout?: number, signal?: AbortSignal): Promise<unknown>;
  cancel(id: string): Promise<void>;
  configure(target: Target, settings: Partial<Scaling>): Promise<void>;
  figures(target: Target): Promise<PoolFigures>;
  input(): Current | undefined;
}

const HOST = Symbol.for("coldstart.host");
const waiting = new Map<number, Waiting>();
let calls = 0;

export function provideHost(entry: string): void {
  const host: Host = {
    entry,
    async call(target, args, signal) {
      return (await ask({ ask: "call", ...about(target) }, encodeArguments(args), signal)).result;
    },
    stream,
    async spawn(target, args) {
      return (await ask({ ask: "spawn", ...about(target) }, encodeArguments(args))).value as string;
    },
    async result(id, timeout, signal) {
      const limit = timeout === undefined ? {} : { timeout };
      return (await ask({ ask: "result", id, ...limit }, undefined, signal)).result;
    },
    async cancel(id) {
      await ask({ ask: "cancel", id });
    },
    async configure(target, changed) {
      await ask({ ask: "configure", ...about(target), settings: changed });
    },
    async figures(target) {
      return (await ask({ ask: "figures", ...about(target) })).value as PoolFigures;
    },
    input: current,
  };
  Object.defineProperty(globalThis, HOST, { value: host, enumerable: false });
}

function about({ file, name, definition }: Target) {
  return { file, name, function: settings(definition) };
}

/** One answer. An abort gives it up at once, and tells the platform. */
function ask(
  request: AppRequest,
  payload?: Buffer,
  signal?: AbortSignal,
): Promise<{ readonly value?: unknown; readonly result?: unknown }> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    let call = 0;
    const abort = () => {
      giveUp(call);
      reject(signal?.reason);
    };
    const done = () => signal?.removeEventListener("abort", abort);
    call = begin(request, payload, {
      resolve(answer) {
        done();
        resolve(answer);
      },
      reject(reason) {
        done();
        reject(reason);
      },
    });
    signal?.addEventListener("abort", abort, { once: true });
  });
}

/** Answers that come one by one; whoever leaves the loop gives the rest up. */
async function* stream(
  target: Target,
  args: readonly unknown[],
  signal?: AbortSignal,
): AsyncGenerator<unknown, void, undefined> {
  signal?.throwIfAborted();
  const arrived: unknown[] = [];
  let end: { readonly reason?: unknown; readonly failed: boolean } | undefined;
  let changed = Promise.withResolvers<void>();
  const wake = () => {
    changed.resolve();
    changed = Promise.withResolvers<void>();
  };
  const call = begin({ ask: "call", ...about(target), stream: true }, encodeArguments(args), {
    more(value) {
      arrived.push(value);
      wake();
    },
    resolve() {
      end = { failed: false };
      wake();
    },
    reject(reason) {
      end = { failed: true, reason };
      wake();
    },
  });
  signal?.addEventListener("abort", wake, { once: true });
  try {
    for (;;) {
      signal?.throwIfAborted();
      if (arrived.length > 0) {
        yield arrived.shift();
        if (!end) send({ type: "more", call });
      } else if (end) {
        if (end.failed) throw end.reason;
        return;
      } else {
        await changed.promise;
      }
    }
  } finally {
    signal?.removeEventListener("abort", wake);
    giveUp(call);
  }
}

function begin(request: AppRequest, payload: Buffer | undefined, answer: Waiting): number {
  const call = ++calls;
  waiting.set(call, answer);
  hold(1);
  listen();
  const input = current()?.id;
  send({ type: "request", call, ...(input === undefined ? undefined : { input }), ...request }, payload);
  return call;
}

function giveUp(call: number): void {
  if (!waiting.delete(call)) return;
  hold(-1);
  send({ type: "abort", call });
}

export function answerRemote(message: AnswerMessage, payload: Buffer): void {
  const call = waiting.get(message.call);
  // Nobody waits any more for what was given up.
  if (!call) return;
  const { failure } = message;
  const has = payload.length > 0;
  const result = has && failure === undefined ? deserialize(payload) : undefined;
  if (message.more) {
    call.more?.(result);
    return;
  }
  waiting.delete(message.call);
  hold(-1);
  if (failure === undefined) call.resolve({ value: message.value, result });
  else call.reject((has ? { ...failure, cause: decodeThrown(payload) } : failure) as Failure);
}
