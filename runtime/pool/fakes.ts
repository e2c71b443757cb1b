// Containers and a clock that tests move by hand.
import type { Answer, Call, Container, Exit, Prepared } from "../container/container.ts";
import { cancelledError, RuntimeError } from "../errors.ts";
import type { RunError } from "../options.ts";
import type { Watch } from "./crew.ts";
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
  /** All that it was ever given. */
  readonly inputs: readonly string[];
  /** Which methods these were for. */
  readonly methods: readonly (string | undefined)[];
  /** What it has now, in the order in which it came; those that were given up are marked. */
  readonly current: readonly string[];
  becomeReady(): void;
  failBoot(error: RuntimeError): void;
  /** Ends its first input with a result. */
  finish(): void;
  /** A part of the answer to its first input. */
  say(bytes: Uint8Array): void;
  /** Its function throws, or the container makes it fail and gives its place free. */
  failInput(error: RuntimeError): void;
  /** The caller of its first input gets a timeout, and its code goes on. */
  timeOut(): void;
  /** The process is gone, by itself. */
  die(signal?: string): void;
}

export function failure(kind: RunError["kind"], message: string = kind): RuntimeError {
  return new RuntimeError({ kind, name: "TestError", message });
}

interface Held {
  readonly call: Call;
  givenUp: boolean;
}

/** @param max Inputs that it takes at once. */
export function createContainer(id: string, max = 1): FakeContainer {
  const ready = Promise.withResolvers<void>();
  const exited = Promise.withResolvers<Exit>();
  ready.promise.catch(() => {});
  let state: "booting" | "ready" | "gone" = "booting";
  let ended: FakeContainer["ended"];
  const held: Held[] = [];
  const inputs: string[] = [];
  const methods: (string | undefined)[] = [];
  const gone = (exit: Exit, error: RuntimeError) => {
    if (state === "gone") return;
    state = "gone";
    ready.reject(error);
    exited.resolve(exit);
    for (const { call, givenUp } of held.splice(0)) if (!givenUp) call.done(error);
  };
  const settle = (outcome: Answer | RuntimeError) => {
    const first = held.shift();
    if (!first) return;
    if (!first.givenUp) first.call.done(outcome);
    first.call.free?.();
  };
  const giveUp = (it: Held | undefined, error: RuntimeError) => {
    if (!it || it.givenUp || !held.includes(it)) return;
    it.givenUp = true;
    it.call.done(error);
  };
  return {
    id,
    pid: 1,
    ready: ready.promise,
    gone: exited.promise,
    exited: exited.promise,
    inputs,
    methods,
    get state() {
      if (state !== "ready") return state;
      return held.length > 0 ? "busy" : "idle";
    },
    get ended() {
      return ended;
    },
    get current() {
      return held.map(({ call, givenUp }) => (givenUp ? `${call.input}, given up` : call.input));
    },
    give(call) {
      if (state === "gone") {
        call.done(failure("lost"));
        return;
      }
      if (state !== "ready" || held.length >= max)
        throw new Error(`${id} was given an input while it was ${state} with ${held.length}`);
      const it: Held = { call, givenUp: false };
      held.push(it);
      inputs.push(call.input);
      methods.push(call.method);
    },
    async stop() {
      ended ??= "stop";
      gone({ code: 0 }, failure("lost"));
    },
    async kill() {
      ended ??= "kill";
      gone({ signal: "SIGKILL" }, cancelledError());
    },
    becomeReady() {
      if (state !== "booting") return;
      state = "ready";
      ready.resolve();
    },
    failBoot: (error) => ready.reject(error),
    finish() {
      const args = held[0]?.call.args;
      // Clones are given back as they came; JSON tells which container it was.
      const bytes = args?.encoding === "clone" ? Buffer.from(args.bytes) : Buffer.from(`"${id}"`);
      settle({ input: held[0]?.call.input ?? "", bytes, started: 0 });
    },
    say: (bytes) => void held[0]?.call.parts?.part(bytes),
    failInput: settle,
    giveUp: (call) =>
      giveUp(
        held.find((it) => it.call === call),
        cancelledError(),
      ),
    timeOut: () => giveUp(held[0], failure("timeout")),
    die: (signal) => gone(signal === undefined ? { code: 0 } : { signal }, failure("lost")),
  };
}

/** A source of containers that remembers all of them. @param max Inputs that each takes at once. */
export function createBackend(max = 1) {
  const containers: FakeContainer[] = [];
  const discarded: string[] = [];
  let made = 0;
  return {
    containers,
    discarded,
    async prepare(_watch?: Watch): Promise<Prepared> {
      const container = createContainer(`c${made++}`, max);
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
