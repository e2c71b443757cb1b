// Runs the inputs of one function in containers: owns their queue and their lives, and does what the autoscaler says.
import type { Answer, Call, Container, Prepared } from "../container/container.ts";
import { cancelledError, RuntimeError, toRunError } from "../errors.ts";
import type { EventBody } from "../trace/events.ts";
import { decide, type PoolSettings, type PoolState } from "./autoscaler.ts";
import { createFailures } from "./failures.ts";
import { createQueue } from "./queue.ts";

export interface PoolOptions {
  readonly settings: PoolSettings;
  /** Milliseconds that an input may take in its container. */
  readonly timeout?: number;
  /** Makes a container ready to be started; called once for each. */
  prepare(): Promise<Prepared>;
  readonly clock: Clock;
  /** Names of inputs; unique over all pools of a run. */
  newInput(): string;
  /** Takes the events of inputs; those of containers come from the containers themselves. */
  emit(event: EventBody): void;
}

export interface Clock {
  /** Monotonic milliseconds. */
  now(): number;
  /** Calls back after so many milliseconds, unless what it returns is called before. */
  after(ms: number, callback: () => void): () => void;
}

export interface PoolCall extends Pick<Call, "args" | "answer"> {
  readonly signal?: AbortSignal;
}

export interface Pool {
  /** Queues an input. Ends in exactly one of an answer and a RuntimeError. */
  call(call: PoolCall): Promise<Answer>;
  /** Changes the settings of the running pool, as `keepWarm(n)` does. */
  configure(settings: Partial<PoolSettings>): void;
  /** Takes no more inputs, waits for those it has, then ends all containers with their exit hooks. */
  drain(): Promise<void>;
  /** Takes no more inputs, cancels those it has, and ends all containers at once. */
  stop(): Promise<void>;
}

interface Waiting {
  readonly input: string;
  readonly call: PoolCall;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: RuntimeError) => void;
  readonly ignoreSignal: () => void;
}

interface Member {
  state: "booting" | "idle" | "busy";
  /** How many failures had been counted when its boot began. */
  readonly round: number;
  /** When it became ready. */
  ready: number;
  /** When it last became idle. */
  since: number;
  container?: Container;
  /** The process is gone, whatever the state says. */
  gone: boolean;
  /** Cancels what it works on. */
  readonly abort: AbortController;
}

/** A container that has been ready for so many milliseconds was no failed attempt. */
const STABLE = 30_000;

export function createPool(options: PoolOptions): Pool {
  const { clock, emit } = options;
  let settings = options.settings;
  const queue = createQueue<Waiting>();
  const members = new Map<string, Member>();
  /** Containers and boots that are on their way out. */
  const ending = new Set<Promise<unknown>>();
  /** Rejects with the first thing that went wrong where nobody waits for it; `drain` and `stop` say it. */
  const defect = Promise.withResolvers<never>();
  defect.promise.catch(() => {});
  let boots = 0;
  const failures = createFailures();
  let state: "open" | "draining" | "stopped" = "open";
  let drained: Promise<void> | undefined;
  let cancelWake = () => {};
  let onEmpty = () => {};

  function update(): void {
    cancelWake();
    if (state === "stopped") return;
    const decision = decide(view(), settings);
    if (decision.wakeAt !== undefined) {
      cancelWake = clock.after(Math.max(0, decision.wakeAt - clock.now()), update);
    }
    for (const id of decision.assign) run(id);
    for (const id of decision.stop) end(id, "stop");
    for (let i = 0; i < decision.boot; i++) boot();
    if (decision.giveUp)
      for (let w = queue.shift(); w; w = queue.shift()) fail(w, failures.lastError ?? cancelledError());
    if (queue.size === 0 && ![...members.values()].some((m) => m.state === "busy")) onEmpty();
  }

  function view(): PoolState {
    const all = [...members];
    return {
      now: clock.now(),
      pending: queue.size,
      idle: all.filter(([, m]) => m.state === "idle").map(([id, m]) => ({ id, since: m.since })),
      busy: all.filter(([, m]) => m.state === "busy").length,
      booting: all.filter(([, m]) => m.state === "booting").length,
      failures: failures.count,
      lastFailure: failures.last,
    };
  }

  function boot(): void {
    const id = String(boots++);
    const member: Member = {
      state: "booting",
      round: failures.round,
      ready: 0,
      since: 0,
      gone: false,
      abort: new AbortController(),
    };
    members.set(id, member);
    const failed = (error: unknown) => {
      end(id, "kill");
      countFailure(asRuntimeError(error), member);
    };
    track(start(id, member).catch(failed));
  }

  async function start(id: string, member: Member): Promise<void> {
    const prepared = await options.prepare();
    if (!members.has(id)) return prepared.discard();
    const container = prepared.start();
    member.container = container;
    track(container.exited.then(() => forget(id, member)));
    await container.ready;
    if (!members.has(id)) return;
    member.ready = clock.now();
    release(id, member);
  }

  /** A boot failed, or a container ended by itself before it was of any use. */
  function countFailure(error: RuntimeError, member: Member): void {
    if (state === "stopped") return;
    failures.add(error, member.round, clock.now());
    update();
  }

  function run(id: string): void {
    const member = members.get(id);
    const waiting = queue.shift();
    if (!member?.container || !waiting) throw new Error("the autoscaler assigned what is not there");
    const { input, call } = waiting;
    const { container } = member;
    member.state = "busy";
    waiting.ignoreSignal();
    const signal = call.signal ? AbortSignal.any([call.signal, member.abort.signal]) : member.abort.signal;
    emit({ type: "input.started", input, container: container.id });
    const { timeout } = options;
    const { args, answer } = call;
    const finished = (value: Answer) => {
      failures.reset();
      emit({ type: "input.finished", input, container: container.id });
      waiting.resolve(value);
      release(id, member);
    };
    const failed = (thrown: unknown) => {
      const error = member.abort.signal.aborted ? cancelledError() : asRuntimeError(thrown);
      fail(waiting, error, container.id);
      // Only a function that threw leaves its container as it was.
      if (error.run.kind === "error") {
        failures.reset();
        release(id, member);
      } else {
        end(id, "kill");
        update();
      }
    };
    track(
      container
        .call({ input, args, answer, signal, ...(timeout === undefined ? {} : { timeout }) })
        .then(finished, failed),
    );
  }

  /** The container has nothing to do (any more). */
  function release(id: string, member: Member): void {
    if (!members.has(id)) return;
    member.state = "idle";
    member.since = clock.now();
    if (member.gone) forget(id, member);
    else update();
  }

  function fail(waiting: Waiting, error: RuntimeError, container?: string): void {
    waiting.ignoreSignal();
    const { kind, message } = error.run;
    const reason = kind === "timeout" || kind === "lost" || kind === "cancelled" ? kind : "error";
    const where = container === undefined ? {} : { container };
    emit({ type: "input.failed", input: waiting.input, reason, message, ...where });
    waiting.reject(error);
  }

  /** Takes a container out of the pool. One that is being prepared is discarded when it stands. */
  function end(id: string, how: "stop" | "kill"): void {
    const member = members.get(id);
    members.delete(id);
    if (member?.container) track(member.container[how]());
  }

  /** A process is gone that nobody ended. The boot or the call that it was busy with says what becomes of it. */
  function forget(id: string, member: Member): void {
    member.gone = true;
    if (member.state !== "idle" || !members.delete(id)) return;
    if (clock.now() - member.ready >= STABLE) failures.reset();
    countFailure(idleExit(), member);
  }

  function track(promise: Promise<unknown>): void {
    const settled: Promise<void> = promise.then(
      () => {
        ending.delete(settled);
      },
      (error: unknown) => {
        ending.delete(settled);
        defect.reject(error);
      },
    );
    ending.add(settled);
  }

  async function allEnded(): Promise<void> {
    while (ending.size > 0) await Promise.race([Promise.all(ending), defect.promise]);
    await Promise.race([defect.promise, undefined]);
  }

  update();
  return {
    call(call) {
      return new Promise((resolve, reject) => {
        const input = options.newInput();
        emit({ type: "input.queued", input });
        const cancel = () => {
          if (queue.remove(input)) fail(waiting, cancelledError());
        };
        const ignoreSignal = () => call.signal?.removeEventListener("abort", cancel);
        const waiting: Waiting = { input, call, resolve, reject, ignoreSignal };
        if (state !== "open") return fail(waiting, tooLate());
        if (call.signal?.aborted) return fail(waiting, cancelledError());
        call.signal?.addEventListener("abort", cancel, { once: true });
        failures.allowOneMore();
        queue.push(input, waiting);
        update();
      });
    },
    configure(changes) {
      settings = { ...settings, ...changes };
      update();
    },
    drain() {
      drained ??= drainOnce();
      return drained;
    },
    async stop() {
      state = "stopped";
      cancelWake();
      onEmpty();
      for (let w = queue.shift(); w; w = queue.shift()) fail(w, cancelledError());
      for (const [id, member] of [...members]) {
        member.abort.abort();
        end(id, "kill");
      }
      await allEnded();
    },
  };

  async function drainOnce(): Promise<void> {
    if (state === "open") {
      state = "draining";
      settings = { ...settings, min: 0 };
      await new Promise<void>((resolve) => {
        onEmpty = resolve;
        update();
      });
      state = "stopped";
      cancelWake();
      for (const [id, member] of [...members]) end(id, member.state === "booting" ? "kill" : "stop");
    }
    await allEnded();
  }
}

function tooLate(): RuntimeError {
  const message = "the call came after the app had ended; await every call before the entry point returns";
  return new RuntimeError({ kind: "cancelled", name: "CancelledError", message });
}

function idleExit(): RuntimeError {
  const message =
    "the container ended by itself while it had nothing to do; let the process live on after enter";
  return new RuntimeError({ kind: "lost", name: "ContainerLostError", message });
}

function asRuntimeError(thrown: unknown): RuntimeError {
  return thrown instanceof RuntimeError ? thrown : new RuntimeError(toRunError(thrown));
}
