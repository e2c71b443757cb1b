// Times the expressions that a profile run has marked, without taking part in what they do.
import { inspect } from "node:util";
import { now, send } from "./channel.ts";

interface Token {
  readonly id: number;
  readonly started: number;
  ended: number;
  /** How long the event loop had been busy before. */
  readonly before: number;
  /** How long it was busy meanwhile. */
  busy: number;
  /** A promise that was pending when the expression had its value: the span goes on until it settles. */
  promise?: Promise<unknown>;
}

const open: Token[] = [];
const byPromise = new WeakMap<Promise<unknown>, Token>();

/** Provides what marked code looks for: `start(id)` gives a token, `end(token, value)` takes it back. */
export function provideSpans(): void {
  const { promiseHooks } = require("node:v8") as typeof import("node:v8");
  // A handler on the promise would make its rejection count as handled; a hook does not.
  promiseHooks.onSettled((promise) => {
    const token = byPromise.get(promise);
    // Also called when a promise follows another one; the last call is the one that settles it.
    if (token) close(token);
  });
  const busy = () => performance.eventLoopUtilization().active;
  const start = (id: number): Token => {
    const before = busy();
    return { id, started: now(), ended: 0, before, busy: 0 };
  };
  const close = (token: Token): void => {
    token.ended = now();
    token.busy = busy() - token.before;
  };
  const end = (token: Token, value: unknown): void => {
    close(token);
    open.push(token);
    // Thenables of other kinds may begin their work when they are touched.
    if (value instanceof Promise) {
      token.promise = value;
      byPromise.set(value, token);
    }
  };
  Object.defineProperty(globalThis, Symbol.for("coldstart.span"), {
    value: { start, end },
    enumerable: false,
  });
}

/** Says which spans have ended since the last time. */
export function saySpans(): void {
  if (open.length === 0) return;
  const pending = open.filter(isPending);
  for (const token of open) {
    if (pending.includes(token)) continue;
    const { id, started, ended, busy } = token;
    send({ type: "span", id, started, ms: ended - started, cpu: busy, loop: true });
  }
  open.splice(0, open.length, ...pending);
}

function isPending({ promise }: Token): boolean {
  return promise !== undefined && inspect(promise, { depth: -1, customInspect: false }).includes("<pending>");
}
