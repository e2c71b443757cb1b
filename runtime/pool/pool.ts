// Runs the inputs of one function, or of all methods of a class, in containers: owns their queue and their lives, and does what the autoscaler says.
import type { FunctionSettings, Scaling } from "../child/description.ts";
import type { PoolFigures } from "../child/messages.ts";
import type { Answer, Call, Prepared } from "../container/container.ts";
import { abandonedError, cancelledError, RuntimeError } from "../errors.ts";
import type { EventBody } from "../trace/events.ts";
import { decide, type PoolState } from "./autoscaler.ts";
import { createCrew, type Watch } from "./crew.ts";
import { createFailures } from "./failures.ts";
import { Attempt, type Attempts, Input } from "./input.ts";
import { createList } from "./list.ts";
import { createMembers } from "./members.ts";
import { mayRetry, poolSettings, retryDelay } from "./policy.ts";
import { notWarm, STUCK_AFTER, stuck, tooDeep } from "./troubles.ts";

export interface PoolOptions {
  readonly function: FunctionSettings;
  /** Makes a container ready to be started; called once for each. */
  prepare(watch: Watch): Promise<Prepared>;
  readonly clock: Clock;
  /** Names of inputs; unique over all pools of a run. */
  newInput(): string;
  /** Takes the events of inputs for a method; those of containers come from the containers themselves. */
  emit(event: EventBody, method: string | undefined): void;
  /** Told of each input that has ended. */
  ended(): void;
  /** Takes a sentence about the function, without its name: of troubles that no input tells of. */
  trouble(text: string): void;
}

export interface Clock {
  /** Monotonic milliseconds. */
  now(): number;
  /** Calls back after so many milliseconds, unless what it returns is called before. */
  after(ms: number, callback: () => void): () => void;
}

export interface PoolCall extends Pick<Call, "method" | "args" | "answer" | "parts" | "timeout"> {
  readonly signal?: AbortSignal | undefined;
  /** Told the input's id, by which events speak of it. */
  readonly queued?: ((input: string) => void) | undefined;
}

export interface Pool {
  /** Queues an input. Ends in exactly one of an answer and a RuntimeError. */
  call(call: PoolCall): Promise<Answer>;
  /** Changes how the running pool scales, as `keepWarm(n)` does. */
  configure(scaling: Partial<Scaling>): void;
  figures(): PoolFigures;
  /** As it is now, with all changes. */
  scaling(): Scaling;
  /** Takes no more inputs, waits for those it has, then ends all containers with their exit hooks. */
  drain(): Promise<void>;
  /** Takes no more inputs, cancels those it has, and ends all containers at once. */
  stop(): Promise<void>;
}

export function createPool(options: PoolOptions): Pool {
  const { clock, emit } = options;
  const { concurrency = { max: 1 }, retries, timeout, singleUse } = options.function;
  let scaling: Scaling = options.function;
  let settings = poolSettings(scaling, concurrency, 0);
  const queue = createList<Input>();
  const members = createMembers({ max: concurrency.max, target: settings.target });
  /** Inputs that have not ended. */
  const open = new Set<Input>();
  const failures = createFailures();
  /** One for all decisions: there are several for each input. */
  const state: { -readonly [Key in keyof PoolState]: PoolState[Key] } = {
    now: 0,
    pending: 0,
    running: 0,
    room: 0,
    idle: 0,
    idleSince: members.idleSince,
    busy: 0,
    booting: 0,
    failures: 0,
    deaths: 0,
    lastFailure: undefined,
  };
  const crew = createCrew({
    members,
    failures,
    now: clock.now,
    prepare: options.prepare,
    changed() {
      limit();
      update();
    },
    hopeless(error) {
      if (phase !== "stopped" && queue.size === 0 && settings.min > 0) options.trouble(notWarm(error));
    },
  });
  let phase: "open" | "draining" | "stopped" = "open";
  let drained: Promise<void> | undefined;
  let wake: { readonly at: number; readonly cancel: () => void } | undefined;
  /** The input that waited first when the pool was found stuck. */
  let suspect: Input | undefined;
  let updating = false;
  let again = false;
  let onEmpty = () => {};

  /** Does what the autoscaler says, until it has nothing more to say. */
  function update(): void {
    again = true;
    if (updating) return;
    updating = true;
    try {
      while (again && phase !== "stopped") {
        again = false;
        step();
      }
    } finally {
      updating = false;
    }
  }

  function step(): void {
    const { assign, boot, stop, giveUp, wakeAt } = decide(view(), settings);
    for (let i = 0; i < assign; i++) run();
    for (let i = 0; i < stop; i++) crew.end(members.longestIdle, "stop");
    for (let i = 0; i < boot; i++) crew.boot();
    if (giveUp) {
      for (let input = queue.shift(); input; input = queue.shift())
        fail(input, failures.lastError ?? cancelledError());
    }
    if (isStuck()) heedStuck();
    if (wakeAt !== undefined) wakeUp(wakeAt);
    // What was left idle has not been looked at.
    if (assign > 0 && members.idle > 0) again = true;
    if (open.size === 0) onEmpty();
  }

  /** Inputs wait, and whatever could take them waits itself. */
  function isStuck(): boolean {
    return queue.size > 0 && members.size >= settings.max && crew.asking === members.size;
  }

  function heedStuck(): void {
    if (scaling.maxContainers === undefined) {
      for (let input = queue.shift(); input; input = queue.shift()) fail(input, tooDeep(members.size));
      return;
    }
    const { first } = queue;
    if (suspect === first) return;
    suspect = first;
    clock.after(STUCK_AFTER, () => {
      if (suspect === queue.first && isStuck()) options.trouble(stuck(members.size, queue.size));
    });
  }

  /** An alarm that is set for earlier will do: it looks again. */
  function wakeUp(at: number): void {
    if (wake && wake.at <= at) return;
    wake?.cancel();
    const cancel = clock.after(Math.max(0, at - clock.now()), () => {
      wake = undefined;
      update();
    });
    wake = { at, cancel };
  }

  function view(): PoolState {
    state.now = clock.now();
    state.pending = queue.size;
    state.running = members.running;
    state.room = members.room;
    state.idle = members.idle;
    state.busy = members.busy;
    state.booting = members.booting;
    state.failures = failures.count;
    state.deaths = failures.deaths;
    state.lastFailure = failures.last;
    return state;
  }

  function limit(): void {
    settings = poolSettings(scaling, concurrency, crew.asking);
  }

  function run(): void {
    const member = members.take();
    const input = queue.shift();
    if (!member?.container || !input) throw new Error("the autoscaler assigned what is not there");
    const { container } = member;
    // An attempt that was given up may still be in the container.
    const id = input.retries > 0 && concurrency.max > 1 ? `${input.id}-${input.retries + 1}` : input.id;
    const attempt = new Attempt(input, id, member, timeout * 1000, attempts);
    input.place = undefined;
    input.attempt = attempt;
    emit({ type: "input.started", input: input.id, container: container.id }, input.call.method);
    container.give(attempt);
  }

  const attempts: Attempts = {
    done({ owner: input, member }, outcome) {
      const container = member.container?.id;
      input.attempt = undefined;
      if (outcome instanceof RuntimeError) missed(input, outcome, container);
      else finish(input, outcome, container);
    },
    free({ member }) {
      if (singleUse && member.load === 1) crew.end(member, "stop");
      else members.free(member, clock.now());
      update();
    },
  };

  function finish(input: Input, answer: Answer, container: string | undefined): void {
    if (!close(input)) return;
    failures.reset();
    emit({ type: "input.finished", input: input.id, ...(container && { container }) }, input.call.method);
    input.resolve(answer);
  }

  /** An attempt has failed. */
  function missed(input: Input, error: RuntimeError, container: string | undefined): void {
    const { kind } = error.run;
    if (kind === "error") failures.reset();
    const mayTry = phase !== "stopped" && mayRetry(kind) && input.canRepeat;
    if (!mayTry || !retries || input.retries >= retries.max) {
      fail(input, error, container);
      return;
    }
    input.stay = clock.after(retryDelay(retries, input.retries++), () => {
      input.stay = undefined;
      // It has waited for longest.
      input.place = queue.unshift(input);
      update();
    });
  }

  function fail(input: Input, error: RuntimeError, container?: string): void {
    if (!close(input)) return;
    const { kind, message } = error.run;
    const reason = kind === "timeout" || kind === "lost" || kind === "cancelled" ? kind : "error";
    const where = container && { container };
    emit({ type: "input.failed", input: input.id, reason, message, ...where }, input.call.method);
    input.reject(error);
    if (open.size === 0) onEmpty();
  }

  /** False when it has ended before. */
  function close(input: Input): boolean {
    if (!open.delete(input)) return false;
    input.ignoreSignal?.();
    options.ended();
    return true;
  }

  /** Its caller does not want it any more. */
  function cancel(input: Input, why = abandonedError()): void {
    const { attempt } = input;
    if (attempt) attempt.member.container?.giveUp(attempt);
    else {
      input.place?.remove();
      input.stay?.();
      fail(input, why);
    }
  }

  function heed(signal: AbortSignal, input: Input): void {
    const onAbort = () => cancel(input);
    signal.addEventListener("abort", onAbort, { once: true });
    input.ignoreSignal = () => signal.removeEventListener("abort", onAbort);
  }

  function shut(): void {
    phase = "stopped";
    wake?.cancel();
  }

  async function drainOnce(): Promise<void> {
    if (phase === "open") {
      phase = "draining";
      scaling = { ...scaling, keepWarm: 0 };
      limit();
      if (open.size > 0) {
        await new Promise<void>((resolve) => {
          onEmpty = resolve;
        });
      }
      shut();
      for (const member of members.all())
        crew.end(member, member.warm && member.load === 0 ? "stop" : "kill");
    }
    await crew.ended();
  }

  update();
  return {
    call(call) {
      return new Promise((resolve, reject) => {
        const input = new Input(options.newInput(), call, resolve, reject);
        open.add(input);
        call.queued?.(input.id);
        emit(
          { type: "input.queued", input: input.id, ...(isSocket(call) ? { socket: true } : undefined) },
          call.method,
        );
        if (phase !== "open") return fail(input, tooLate());
        if (call.signal?.aborted) return fail(input, abandonedError());
        if (call.signal) heed(call.signal, input);
        failures.allowOneMore();
        input.place = queue.push(input);
        update();
      });
    },
    configure(changes) {
      scaling = { ...scaling, ...changes, ...(phase === "open" ? undefined : { keepWarm: 0 }) };
      // Whoever asks for containers may know that they can be had by now.
      failures.allowOneMore();
      limit();
      update();
    },
    figures: () => ({
      backlog: queue.size,
      containers: members.size,
      running: members.running,
      room: members.room,
    }),
    scaling: () => scaling,
    drain() {
      drained ??= drainOnce();
      return drained;
    },
    async stop() {
      shut();
      for (const input of open) if (!input.attempt) cancel(input, cancelledError());
      for (const member of members.all()) crew.end(member, "kill");
      await crew.ended();
      onEmpty();
    },
  };
}

function isSocket({ args }: PoolCall): boolean {
  return args.encoding === "http" && args.request.socket === true;
}

function tooLate(): RuntimeError {
  return cancelledError(
    "the call came after the app had ended; await every call before the entry point returns",
  );
}
