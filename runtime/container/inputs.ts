// The inputs that a container has: handed over, fed, answered part by part, and given up.
import type { ChildMessage, ParentMessage, WireFailure } from "../child/messages.ts";
import { abandonedError, cancelledError, RuntimeError } from "../errors.ts";
import type { RunError } from "../options.ts";
import { now } from "../trace/clock.ts";
import { type Feed, feed } from "./body.ts";
import type { Call } from "./container.ts";

type Message<Type extends ChildMessage["type"]> = Extract<ChildMessage, { type: Type }>;

/** Milliseconds in which an input that was given up may end by itself. */
const GRACE = 2000;

export interface InputsOptions {
  send(message: ParentMessage, payload?: Uint8Array | string): void;
  /** Milliseconds that an input may take when it does not say it. */
  timeout(): number;
  timedOut(ms: number, method: string | undefined): RunError;
  explain(failure: WireFailure, isClone: boolean): Promise<RunError>;
  cancel(input: string, reason: "cancelled" | "timeout"): void;
  /** All inputs that are left were given up and do not end: the container has to. */
  overdue(reason: RunError): void;
}

export interface Inputs {
  readonly size: number;
  give(call: Call): void;
  giveUp(call: Call): void;
  /** The container can take them: their time begins. */
  begin(): void;
  hear(
    message: Message<"yield" | "response" | "chunk" | "pull" | "result" | "failed">,
    payload: Buffer,
  ): void;
  /** The container is gone: what is left, and its `done` is to be called. */
  takeAll(): readonly Call[];
}

interface Entry {
  readonly call: Call;
  /** When its time is over, absolute. */
  deadline: number;
  /** Why it was given up; it only keeps its place until its code ends. */
  givenUp?: RunError;
  overdue?: boolean;
  /** The request's body, on its way. */
  body?: Feed;
}

export function createInputs(options: InputsOptions): Inputs {
  const { send } = options;
  const entries = new Map<string, Entry>();
  let begun = false;
  let timer: { readonly at: number; readonly handle: NodeJS.Timeout } | undefined;

  function give(call: Call): void {
    const { input, method, args, answer, timeout, parts } = call;
    const entry: Entry = { call, deadline: Number.POSITIVE_INFINITY };
    entries.set(input, entry);
    send(
      {
        type: "call",
        input,
        ...(method === undefined ? undefined : { method }),
        encoding: args.encoding,
        answer,
        ...(timeout === undefined ? undefined : { timeout }),
        ...(parts && answer !== "http" ? { stream: true } : undefined),
        ...(args.encoding === "http" ? { request: args.request } : undefined),
        ...(args.encoding === "http" && !args.body ? { whole: true } : undefined),
      },
      args.encoding === "http" ? undefined : args.bytes,
    );
    if (args.encoding === "http" && args.body) entry.body = bodyOf(entry, args.body);
    if (begun) limit(entry);
  }

  function limit(entry: Entry): void {
    const ms = entry.call.timeout ?? options.timeout();
    entry.deadline = now() + ms;
    alarm(entry.deadline);
  }

  /** One alarm for all inputs, which looks again when it was set for one that has ended: most do. */
  function alarm(at: number): void {
    if (timer && timer.at <= at) return;
    clearTimeout(timer?.handle);
    timer = { at, handle: setTimeout(ring, Math.max(1, at - now())) };
  }

  function ring(): void {
    timer = undefined;
    let next = Number.POSITIVE_INFINITY;
    for (const entry of entries.values()) {
      if (entry.deadline <= now()) late(entry);
      next = Math.min(next, entry.deadline);
    }
    if (next < Number.POSITIVE_INFINITY) alarm(next);
    endOverdue();
  }

  /** It has had its time; one that was given up before, its grace too. */
  function late(entry: Entry): void {
    entry.deadline = Number.POSITIVE_INFINITY;
    if (entry.givenUp) entry.overdue = true;
    else {
      const { timeout = options.timeout(), method } = entry.call;
      abandon(entry, options.timedOut(timeout, method), "timeout");
    }
  }

  /** Its caller has its answer at once; its code gets some time to end. */
  function abandon(entry: Entry, reason: RunError, why: "cancelled" | "timeout"): void {
    const { input } = entry.call;
    if (entry.givenUp || entries.get(input) !== entry) return;
    entry.body?.stop();
    entry.givenUp = reason;
    entry.call.done(new RuntimeError(reason));
    options.cancel(input, why);
    entry.deadline = now() + GRACE;
    alarm(entry.deadline);
  }

  function endOverdue(): void {
    let reason: RunError | undefined;
    for (const entry of entries.values()) {
      if (!entry.overdue) return;
      reason = entry.givenUp;
    }
    if (reason) options.overdue(reason);
  }

  function take(input: string): Entry | undefined {
    const entry = entries.get(input);
    if (!entry) return undefined;
    entries.delete(input);
    entry.body?.stop();
    return entry;
  }

  function result({ input, started, status, headers = [] }: Message<"result">, bytes: Buffer): void {
    const entry = take(input);
    if (!entry?.givenUp) {
      entry?.call.done(
        status === undefined
          ? { input, started, bytes }
          : { input, started, bytes, head: { status, headers } },
      );
    }
    leave(entry);
  }

  async function failed({ input, failure }: Message<"failed">, payload: Buffer): Promise<void> {
    const entry = take(input);
    if (entry && !entry.givenUp) {
      const error = await options.explain(failure, entry.call.answer === "clone");
      entry.call.done(new RuntimeError(error, payload.length > 0 ? payload : undefined));
    }
    leave(entry);
  }

  function leave(entry: Entry | undefined): void {
    entry?.call.free?.();
    endOverdue();
  }

  function part(input: string, payload: Buffer): void {
    const entry = entries.get(input);
    if (!entry || entry.givenUp) return;
    const more = () => {
      if (entries.get(input) === entry) send({ type: "pull", input });
    };
    const wait = entry.call.parts?.part(payload);
    if (wait === undefined) more();
    else void wait.then(more);
  }

  function bodyOf(entry: Entry, body: AsyncIterable<Uint8Array>): Feed {
    const { input } = entry.call;
    return feed({
      body,
      part: (bytes) => send({ type: "body", input }, bytes),
      end: () => send({ type: "body", input, end: true }),
      failed: () =>
        abandon(entry, cancelledError("the request broke off before its body had ended").run, "cancelled"),
    });
  }

  return {
    get size() {
      return entries.size;
    },
    give,
    giveUp(call) {
      const entry = entries.get(call.input);
      if (entry) abandon(entry, abandonedError().run, "cancelled");
    },
    begin() {
      begun = true;
      for (const entry of entries.values()) limit(entry);
    },
    hear(message, payload) {
      switch (message.type) {
        case "result":
          result(message, payload);
          break;
        case "failed":
          void failed(message, payload);
          break;
        case "response": {
          const entry = entries.get(message.input);
          if (!entry?.givenUp) entry?.call.parts?.head?.(message.status, message.headers);
          break;
        }
        case "pull":
          entries.get(message.input)?.body?.pull();
          break;
        default:
          part(message.input, payload);
      }
    },
    takeAll() {
      clearTimeout(timer?.handle);
      const left = [...entries.keys()].flatMap((input) => take(input) ?? []);
      return left.flatMap(({ call, givenUp }) => (givenUp ? [] : [call]));
    },
  };
}
