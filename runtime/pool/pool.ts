// Runs the inputs of one function in containers: owns their queue and their lives, and does what the autoscaler says.
import type { FunctionSettings, PoolFigures, Scaling } from "../child/messages.ts";
import type { Answer, Call, Exit, Prepared } from "../container/container.ts";
import { asRuntimeError, cancelledError, RuntimeError } from "../errors.ts";
import type { EventBody } from "../trace/events.ts";
import { BOOT_ATTEMPTS, decide, type PoolState } from "./autoscaler.ts";
import { createFailures } from "./failures.ts";
import { createInput, type Input } from "./input.ts";
import { createList, type Place } from "./list.ts";
import { createMembers, type Member } from "./members.ts";
import { mayRetry, poolSettings, retryDelay } from "./policy.ts";

export interface PoolOptions {
  readonly function: FunctionSettings;
  /** Makes a container ready to be started; called once for each. */
  prepare(watch: Watch): Promise<Prepared>;
  readonly clock: Clock;
  /** Names of inputs; unique over all pools of a run. */
  newInput(): string;
  /** Takes the events of inputs; those of containers come from the containers themselves. */
  emit(event: EventBody): void;
  /** Told of an error that no input tells of: the minimum cannot be kept. */
  trouble(error: RuntimeError): void;
}

/** What a pool has to know of a container's doings. */
export interface Watch {
  /** It waits for a call of its own, or does so no more. */
  asks(change: 1 | -1): void;
}

export interface Clock {
  /** Monotonic milliseconds. */
  now(): number;
  /** Calls back after so many milliseconds, unless what it returns is called before. */
  after(ms: number, callback: () => void): () => void;
}

export interface PoolCall extends Pick<Call, "args" | "answer" | "parts" | "timeout"> {
  readonly signal?: AbortSignal | undefined;
}

export interface Pool {
  /** Queues an input. Ends in exactly one of an answer and a RuntimeError. */
  call(call: PoolCall): Promise<Answer>;
  /** Changes how the running pool scales, as `keepWarm(n)` does. */
  configure(scaling: Partial<Scaling>): void;
  figures(): PoolFigures;
  /** Takes no more inputs, waits for those it has, then ends all containers with their exit hooks. */
  drain(): Promise<void>;
  /** Takes no more inputs, cancels those it has, and ends all containers at once. */
  stop(): Promise<void>;
}

/** A container that has been ready for so many milliseconds was no failed attempt. */
const STABLE = 30_000;

export function createPool(options: PoolOptions): Pool {
  const { clock, emit } = options;
  const { concurrency = { max: 1 }, retries, timeout } = options.function;
  let scaling: Scaling = options.function;
  let settings = poolSettings(scaling, concurrency, 0);
  const queue = createList<Input>();
  const members = createMembers({ max: concurrency.max, target: settings.target });
  /** Inputs that have not ended. */
  const open = new Set<Input>();
  /** Containers and boots that are on their way out. */
  const ending = new Set<Promise<unknown>>();
  /** Rejects with the first thing that went wrong where nobody waits for it; `drain` and `stop` say it. */
  const defect = Promise.withResolvers<never>();
  defect.promise.catch(() => {});
  const failures = createFailures();
  let asking = 0;
  let state: "open" | "draining" | "stopped" = "open";
  let drained: Promise<void> | undefined;
  let wake: { readonly at: number; readonly cancel: () => void } | undefined;
  let updating = false;
  let again = false;
  let onEmpty = () => {};

  /** Does what the autoscaler says, until it has nothing more to say. */
  function update(): void {
    again = true;
    if (updating) return;
    updating = true;
    try {
      while (again && state !== "stopped") {
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
    for (let i = 0; i < stop; i++) end(members.longestIdle, "stop");
    for (let i = 0; i < boot; i++) startOne();
    if (giveUp) {
      for (let input = queue.shift(); input; input = queue.shift())
        fail(input, failures.lastError ?? cancelledError());
    }
    if (assign > 0) again = true;
    else if (wakeAt !== undefined) wakeUp(wakeAt);
    if (open.size === 0) onEmpty();
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
    return {
      now: clock.now(),
      pending: queue.size,
      running: members.running,
      room: members.room,
      idle: members.idle,
      idleSince: members.idleSince,
      busy: members.busy,
      booting: members.booting,
      failures: failures.count,
      deaths: failures.deaths,
      lastFailure: failures.last,
    };
  }

  function startOne(): void {
    const member = members.add(failures.round);
    track(
      boot(member).catch((error: unknown) => {
        end(member, "kill");
        countFailure(asRuntimeError(error), member);
      }),
    );
  }

  async function boot(member: Member): Promise<void> {
    const prepared = await options.prepare({ asks: (change) => asks(member, change) });
    if (member.gone) return prepared.discard();
    const container = prepared.start();
    member.container = container;
    track(container.exited.then((exit) => forget(member, exit)));
    await container.ready;
    if (member.gone) return;
    members.warmUp(member, clock.now());
    update();
  }

  function asks(member: Member, change: 1 | -1): void {
    member.asks += change;
    if (member.gone || member.asks > 1 || (member.asks === 1 && change < 0)) return;
    asking += change;
    limit();
  }

  function limit(): void {
    settings = poolSettings(scaling, concurrency, asking);
    if (queue.size > 0) update();
  }

  /** A boot failed, or a container ended by itself before it was of any use. */
  function countFailure(error: RuntimeError, { round }: Member): void {
    if (state === "stopped") return;
    const before = failures.count;
    failures.add(error, round, clock.now());
    const isHopeless = before < BOOT_ATTEMPTS && failures.count >= BOOT_ATTEMPTS;
    if (isHopeless && queue.size === 0 && settings.min > 0) options.trouble(error);
    update();
  }

  function run(): void {
    const member = members.take();
    const input = queue.shift();
    if (!member?.container || !input) throw new Error("the autoscaler assigned what is not there");
    const { container } = member;
    const { args, answer, parts } = input.call;
    emit({ type: "input.started", input: input.id, container: container.id });
    const cancel = container.give({
      input: input.id,
      args,
      answer,
      parts: parts && input.watched(parts),
      timeout: input.call.timeout ?? timeout * 1000,
      done(outcome) {
        if (!(outcome instanceof RuntimeError)) finish(input, outcome, container.id);
        else missed(input, outcome, container.id);
      },
      free() {
        members.free(member, clock.now());
        update();
      },
    });
    if (open.has(input) && input.state !== "delayed") input.become("running", cancel);
  }

  function finish(input: Input, answer: Answer, container: string): void {
    if (!open.delete(input)) return;
    failures.reset();
    input.ignoreSignal();
    emit({ type: "input.finished", input: input.id, container });
    input.resolve(answer);
  }

  /** An attempt has failed. */
  function missed(input: Input, error: RuntimeError, container: string): void {
    const { kind } = error.run;
    if (kind === "error") failures.reset();
    if (
      state !== "stopped" &&
      retries &&
      input.retries < retries.max &&
      mayRetry(kind) &&
      input.canRepeat()
    ) {
      const ms = retryDelay(retries, input.retries++);
      const back = () => {
        // It has waited for longest.
        wait(input, queue.unshift(input));
        update();
      };
      const stay = clock.after(ms, back);
      input.become("delayed", () => {
        stay();
        fail(input, cancelledError());
      });
      return;
    }
    fail(input, error, container);
  }

  function wait(input: Input, place: Place<Input>): void {
    input.become("queued", () => {
      if (place.remove()) fail(input, cancelledError());
    });
  }

  function fail(input: Input, error: RuntimeError, container?: string): void {
    if (!open.delete(input)) return;
    input.ignoreSignal();
    const { kind, message } = error.run;
    const reason = kind === "timeout" || kind === "lost" || kind === "cancelled" ? kind : "error";
    const where = container === undefined ? {} : { container };
    emit({ type: "input.failed", input: input.id, reason, message, ...where });
    input.reject(error);
    if (open.size === 0) onEmpty();
  }

  /** Takes a container out of the pool. One that is being prepared is discarded when it stands. */
  function end(member: Member | undefined, how: "stop" | "kill"): void {
    if (!member || !leave(member)) return;
    if (member.container) track(member.container[how]());
  }

  function leave(member: Member): boolean {
    if (member.asks > 0 && !member.gone) asking--;
    member.gone = true;
    return members.remove(member);
  }

  /** A process is gone that nobody told to go. Of a boot or an input that it was busy with, they say what becomes of them. */
  function forget(member: Member, exit: Exit): void {
    if (!member.warm) return;
    const { load, ready } = member;
    if (!leave(member)) return;
    if (load === 0) {
      if (clock.now() - ready >= STABLE) failures.reset();
      if (exit.signal === undefined) countFailure(idleExit(), member);
      else failures.addDeath(clock.now());
    }
    update();
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

  function close(): void {
    state = "stopped";
    wake?.cancel();
  }

  async function drainOnce(): Promise<void> {
    if (state === "open") {
      state = "draining";
      scaling = { ...scaling, keepWarm: 0 };
      limit();
      if (open.size > 0) {
        await new Promise<void>((resolve) => {
          onEmpty = resolve;
        });
      }
      close();
      for (const member of members.all()) end(member, member.warm && member.load === 0 ? "stop" : "kill");
    }
    await allEnded();
  }

  update();
  return {
    call(call) {
      return new Promise((resolve, reject) => {
        const input = createInput(options.newInput(), call, resolve, reject);
        open.add(input);
        emit({ type: "input.queued", input: input.id });
        if (state !== "open") return fail(input, tooLate());
        if (call.signal?.aborted) return fail(input, cancelledError());
        failures.allowOneMore();
        wait(input, queue.push(input));
        update();
      });
    },
    configure(changes) {
      scaling = { ...scaling, ...changes, ...(state === "open" ? undefined : { keepWarm: 0 }) };
      settings = poolSettings(scaling, concurrency, asking);
      update();
    },
    figures: () => ({ backlog: queue.size, containers: members.size }),
    drain() {
      drained ??= drainOnce();
      return drained;
    },
    async stop() {
      close();
      for (const input of open) if (input.state !== "running") input.cancel();
      for (const member of members.all()) end(member, "kill");
      await allEnded();
      onEmpty();
    },
  };
}

function tooLate(): RuntimeError {
  return cancelledError(
    "the call came after the app had ended; await every call before the entry point returns",
  );
}

function idleExit(): RuntimeError {
  const message =
    "the container ended by itself while it had nothing to do; let the process live on after enter";
  return new RuntimeError({ kind: "lost", name: "ContainerLostError", message });
}
