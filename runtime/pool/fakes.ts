// Containers and a clock that tests move by hand.
import type { Answer, Call, Container, Exit, Payload, Prepared } from "../container/container.ts";
import { cancelledError, RuntimeError } from "../errors.ts";
import type { RunError } from "../options.ts";
import type { Clock } from "./pool.ts";

export interface FakeClock extends Clock {
  advance(ms: number): void;
}

export function createClock(): FakeClock {
  let time = 0;
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  return {
    now: () => time,
    after(ms, callback) {
      const timer = { at: time + ms, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const end = time + ms;
      for (;;) {
        const [next] = [...timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers.delete(next);
        time = Math.max(time, next.at);
        next.callback();
      }
      time = end;
    },
  };
}

export interface FakeContainer extends Container {
  readonly state: "booting" | "idle" | "busy" | "gone";
  /** How it was told to end. */
  readonly ended: "stop" | "kill" | undefined;
  readonly inputs: readonly string[];
  becomeReady(): void;
  failBoot(error: RuntimeError): void;
  /** Ends its input with a result. */
  finish(): void;
  failInput(error: RuntimeError): void;
  /** The process is gone, by itself. */
  die(): void;
}

export function failure(kind: RunError["kind"], message: string = kind): RuntimeError {
  return new RuntimeError({ kind, name: "TestError", message });
}

export function createContainer(id: string): FakeContainer {
  const ready = Promise.withResolvers<void>();
  const exited = Promise.withResolvers<Exit>();
  ready.promise.catch(() => {});
  let state: FakeContainer["state"] = "booting";
  let ended: FakeContainer["ended"];
  let value: Payload = { encoding: "json", text: "null" };
  let current: PromiseWithResolvers<Answer> | undefined;
  const inputs: string[] = [];
  const gone = () => {
    if (state === "gone") return;
    state = "gone";
    ready.reject(failure("lost"));
    current?.reject(failure("lost"));
    exited.resolve({ code: 0 });
  };
  const settle = (act: (call: PromiseWithResolvers<Answer> | undefined) => void) => {
    if (state !== "busy") return;
    state = "idle";
    act(current);
    current = undefined;
  };
  return {
    id,
    pid: 1,
    ready: ready.promise,
    exited: exited.promise,
    inputs,
    get state() {
      return state;
    },
    get ended() {
      return ended;
    },
    async call({ input, args, answer, signal }: Call) {
      if (state === "gone") throw failure("lost");
      if (state !== "idle") throw new Error(`${id} was given an input while it was ${state}`);
      state = "busy";
      inputs.push(input);
      current = Promise.withResolvers<Answer>();
      // Clones are given back as they came; JSON tells which container it was.
      value = answer === "clone" ? args : { encoding: "json", text: `"${id}"` };
      signal?.addEventListener("abort", () => settle((call) => call?.reject(cancelledError())));
      return current.promise;
    },
    async stop() {
      ended ??= "stop";
      gone();
    },
    async kill() {
      ended ??= "kill";
      gone();
    },
    becomeReady() {
      state = "idle";
      ready.resolve();
    },
    failBoot: (error) => ready.reject(error),
    finish: () => settle((call) => call?.resolve({ value, started: 0 })),
    failInput: (error) => settle((call) => call?.reject(error)),
    die: gone,
  };
}

/** A source of containers that remembers all of them. */
export function createBackend() {
  const containers: FakeContainer[] = [];
  const discarded: string[] = [];
  return {
    containers,
    discarded,
    async prepare(): Promise<Prepared> {
      const container = createContainer(`c${containers.length}`);
      return {
        id: container.id,
        start() {
          containers.push(container);
          return container;
        },
        async discard() {
          discarded.push(container.id);
        },
      };
    },
    in: (state: FakeContainer["state"]) => containers.filter((container) => container.state === state),
  };
}

/** Lets everything run that waits for nothing but promises. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
