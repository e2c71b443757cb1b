// A pool on containers and a clock that tests move by hand, new for each test; what it holds is read as it is now.
import type { FunctionSettings } from "../child/description.ts";
import { type Answer, json } from "../container/container.ts";
import type { EventBody } from "../trace/events.ts";
import { createBackend, createClock, type FakeClock, settled } from "./fakes.ts";
import { createPool, type Pool } from "./pool.ts";

export let backend: ReturnType<typeof createBackend>;
export let clock: FakeClock;
export let events: EventBody[];
export let troubles: string[];
export let pool: Pool;

/** To be called before each test. */
export function reset(): void {
  backend = createBackend();
  clock = createClock();
  events = [];
  troubles = [];
}

export function open(settings: Partial<FunctionSettings> = {}): void {
  let inputs = 0;
  if (settings.concurrency) backend = createBackend(settings.concurrency.max);
  pool = createPool({
    function: {
      build: false,
      timeout: 1,
      keepWarm: 0,
      containerIdleTimeout: 60,
      ...settings,
    },
    prepare: backend.prepare,
    clock,
    newInput: () => `i${inputs++}`,
    emit: (event) => events.push(event),
    ended: () => {},
    trouble: (text) => troubles.push(text),
  });
}

/** Sends an input; what comes of it is the name of its container, or its error. */
export function send(signal?: AbortSignal): Promise<unknown> {
  const done = ({ bytes }: Answer) => JSON.parse(Buffer.from(bytes).toString());
  return pool.call({ args: json([]), answer: "json", signal }).then(done, (error: unknown) => error);
}

export async function ready(index: number): Promise<void> {
  await settled();
  backend.containers[index]?.becomeReady();
  await settled();
}

export const said = (input: string) =>
  events.filter((e) => e.input === input).map((e) => ("reason" in e ? `${e.type} ${e.reason}` : e.type));
