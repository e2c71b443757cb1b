// Follows a container from its spawn to its end: its marks, its inputs, its output, and what it leaves behind.
import { readFileSync } from "node:fs";
import type { AppDescription, FunctionSettings } from "../child/description.ts";
import { createDecoder, encode, encodeHead, FrameError } from "../child/frames.ts";
import type { ChildMessage, ParentMessage, WireFailure } from "../child/messages.ts";
import { cancelledError, RuntimeError, toRunError } from "../errors.ts";
import type { RunError, Span } from "../options.ts";
import { now } from "../trace/clock.ts";
import { createAsks } from "./asks.ts";
import type { Answer, Call, Exit } from "./container.ts";
import { bodyTimedOut, bootTimedOut, type Doing, garbage, lost, thrown } from "./endings.ts";
import { createInputs } from "./inputs.ts";
import type { Launched } from "./launch.ts";
import { passOutput } from "./output.ts";
import { killGroup, reap } from "./reaper.ts";
import type { LaunchSpec, ProcessContainer } from "./spec.ts";

type Message<Type extends ChildMessage["type"]> = Extract<ChildMessage, { type: Type }>;

/** Milliseconds that exit hooks get. */
const STOP_GRACE = 10_000;
/** Milliseconds that a build may take: downloads of weights are slow, but not endless. */
const BUILD_TIMEOUT = 3_600_000;
/** Bytes from which on a payload is not copied into a frame. */
const LARGE = 16_384;
/** Seconds that an input may take when nothing else is said; the SDK's default. */
const DEFAULT_TIMEOUT = 300;

/** @param clean Ends what escaped and removes the container's folders. */
export function follow(launched: Launched, spec: LaunchSpec, clean: () => Promise<void>): ProcessContainer {
  const { process: child, channel, pid } = launched;
  const { id, label, plan } = spec;
  const ids = { container: id, ...spec.about };
  const spans: Span[] = [];
  let imports: Message<"imports">["costs"] | undefined;
  let doing: Doing = "boot";
  let settings: FunctionSettings | undefined;
  let booted: number | undefined;
  let readyAt: number | undefined;
  let interrupt: Message<"ready">["interrupt"];
  /** Why it is about to end by itself. */
  let fatal: WireFailure | undefined;
  /** Why we end it. */
  let verdict: RunError | undefined;
  let ending: Exit | undefined;
  const loaded = quiet<FunctionSettings | undefined>();
  const ready = quiet<void>();
  const result = quiet<Answer>();
  const described = quiet<AppDescription>();
  const gone = quiet<Exit>();
  const exited = quiet<Exit>();

  const spawned = now();
  launched.go();
  spec.emit({ type: "container.spawned", pid, ...ids }, spawned);
  const output = passOutput(launched.stdout, launched.stderr, spec.output);
  const giveUp = (ms: number) =>
    setTimeout(() => void abort(bootTimedOut(label, doing, ms, output.tail())), ms);
  let deadline = giveUp(spec.bootTimeout);

  const inputs = createInputs({
    send,
    timeout: () => (settings?.timeout ?? DEFAULT_TIMEOUT) * 1000,
    timedOut: (ms, method) =>
      bodyTimedOut(method === undefined ? label : `${label}.${method}`, ms, output.tail()),
    // Callers inside the app get their error as it is.
    explain: (failure, isClone) => explain(isClone ? withoutLack(failure) : failure, "body"),
    cancel(input, reason) {
      channel.write(encode({ type: "cancel", input, reason }), () => {
        if (interrupt !== undefined && !ending) signalProcess(pid, interrupt);
        // Its code hears of its own end first.
        asks.giveUp(input);
      });
    },
    overdue: (reason) => void abort(reason),
  });
  const asks = createAsks(id, spec.requests, send);

  const decode = createDecoder();
  channel.on("data", (chunk: Buffer) => {
    if (verdict?.name === "ProtocolError") return;
    try {
      for (const { header, payload } of decode(chunk)) {
        if (!isMessage(header))
          throw new FrameError("a frame that is no message of the platform's was written");
        hear(header, payload);
      }
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      void abort(garbage(label, error.message, output.tail()));
    }
  });
  child.once("exit", (code, signal) => {
    gone.resolve(toExit(code, signal));
    killGroup(pid);
    // Whoever escaped may hold the output pipes open, and `close` would never come.
    reap(id, undefined);
  });
  child.once("close", (code, signal) => void conclude(toExit(code, signal)));

  function send(message: ParentMessage, payload?: Uint8Array | string): void {
    if (payload === undefined || typeof payload === "string" || payload.byteLength < LARGE) {
      channel.write(encode(message, payload));
      return;
    }
    channel.cork();
    channel.write(encodeHead(message, payload.byteLength));
    channel.write(payload);
    channel.uncork();
  }

  function hear(message: ChildMessage, payload: Buffer): void {
    // A frame after a fatal one: user code caught the error, and the process lives on.
    fatal = undefined;
    switch (message.type) {
      case "booted":
        doing = "global";
        booted = message.t;
        break;
      case "loaded":
        hearLoaded(message);
        break;
      case "entered": {
        const { t, hook, started } = message;
        spec.emit({ type: "container.entered", hook, started, ...ids }, t);
        break;
      }
      case "ready":
        clearTimeout(deadline);
        doing = plan.mode === "entrypoint" ? "body" : "idle";
        readyAt = message.t;
        spec.emit({ type: "container.ready", ...ids }, message.t);
        interrupt = message.interrupt;
        inputs.begin();
        ready.resolve();
        break;
      case "result":
        // A build may end while an input waits that was meant for a container of the function.
        if (message.input !== "") inputs.hear(message, payload);
        else {
          clearTimeout(deadline);
          result.resolve({ input: "", started: message.started, bytes: payload });
        }
        break;
      case "failed":
      case "yield":
      case "response":
      case "chunk":
      case "pull":
        inputs.hear(message, payload);
        break;
      case "fatal":
        fatal = message.failure;
        break;
      case "request":
        asks.hear(message, payload);
        break;
      case "abort":
        asks.abort(message.call);
        break;
      case "more":
        asks.more(message.call);
        break;
      case "described":
        described.resolve(message.app);
        break;
      case "note":
        spec.note(message.text);
        break;
      case "missing":
        noteMissing(message.names);
        break;
      case "span": {
        const { type, id: span, started, ...timed } = message;
        const { ms } = timed;
        spans.push({ id: span, start: started - spawned, ...timed });
        spec.emit({ type, name: `span ${span}`, span, ms, ...ids }, started);
        break;
      }
      case "imports":
        imports = [...(imports ?? []), ...message.costs];
    }
  }

  function hearLoaded(message: Message<"loaded">): void {
    settings = message.function;
    doing = "enter";
    if (plan.mode === "build") {
      doing = "build";
      clearTimeout(deadline);
      deadline = giveUp(BUILD_TIMEOUT);
    }
    spec.emit({ type: "container.loaded", booted: booted ?? message.t, ...ids }, message.t);
    loaded.resolve(settings);
  }

  function noteMissing(names: readonly string[]): void {
    const which = `${names.join(", ")}, which ${names.length > 1 ? "are" : "is"} not set`;
    spec.note(`${label} reads ${which} in its container; pass it by --env ${names[0]} or the config's "env"`);
  }

  async function explain(failure: WireFailure, at: Doing): Promise<RunError> {
    const { stack = "", original = stack.length } = failure;
    const mapped = (await spec.mapStack(stack.slice(0, original))) + stack.slice(original);
    await output.settled();
    return thrown(failure, at, stack === "" ? undefined : mapped, output.tail());
  }

  function give(call: Call): void {
    if (ending) call.done(new RuntimeError(lost(label, "idle", ending, output.tail())));
    else inputs.give(call);
  }

  /** What it is doing; between `ready` and `stop` its inputs say that. */
  function busyWith(): Doing {
    return doing === "idle" && inputs.size > 0 ? "body" : doing;
  }

  async function conclude(exit: Exit): Promise<void> {
    ending = exit;
    clearTimeout(deadline);
    const at = busyWith();
    const calls = inputs.takeAll();
    asks.end();
    const error = verdict ?? (await endedBy(exit, at));
    if (at === "stop" && fatal)
      spec.note(`the exit hook of ${label} failed: ${fatal.name}: ${fatal.message}`);
    const problem = await clean().then(
      () => undefined,
      (cause: unknown) => new RuntimeError(toRunError(cause)),
    );
    spec.emit({ type: "container.exited", ...exit, ...ids });
    if (problem) exited.reject(problem);
    else exited.resolve(exit);
    // Whoever waits for the exit hears of it before whoever waits for an answer.
    await exited.promise.catch(() => undefined);
    const reason = new RuntimeError(error);
    for (const waiting of [loaded, ready, result, described]) waiting.reject(reason);
    for (const call of calls) call.done(reason);
  }

  async function endedBy(exit: Exit, at: Doing): Promise<RunError> {
    if (!fatal) return lost(label, at, exit, output.tail());
    const { code, signal } = exit;
    return {
      ...(await explain(fatal, at)),
      ...(signal === undefined ? { exitCode: code ?? 0 } : { signal }),
    };
  }

  async function abort(reason: RunError): Promise<void> {
    verdict ??= reason;
    if (!ending) killGroup(pid);
    await exited.promise;
  }

  async function stop(): Promise<void> {
    const grace = setTimeout(() => killGroup(pid), STOP_GRACE);
    if (!ending) {
      doing = "stop";
      send({ type: "stop" });
    }
    await exited.promise.finally(() => clearTimeout(grace));
  }

  return {
    id,
    pid,
    spawned,
    booted: () => booted,
    readyAt: () => readyAt,
    loaded: loaded.promise,
    ready: ready.promise,
    result: result.promise,
    described: described.promise,
    gone: gone.promise,
    exited: exited.promise,
    profile: () => ({ spans, imports }),
    give,
    giveUp: inputs.giveUp,
    abort,
    bytesRead: () => bytesRead(pid),
    kill: () => abort(cancelledError().run),
    stop,
  };
}

/** User code may write frames of its own: what would trip us is looked at before. */
function isMessage(header: unknown): header is ChildMessage {
  if (typeof header !== "object" || header === null || !("type" in header)) return false;
  if (header.type !== "failed" && header.type !== "fatal") return typeof header.type === "string";
  const failure = "failure" in header ? header.failure : undefined;
  return typeof failure === "object" && failure !== null && "kind" in failure && "message" in failure;
}

function toExit(code: number | null, signal: NodeJS.Signals | null): Exit {
  return signal === null ? { code: code ?? 0 } : { signal };
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended, and says so itself.
  }
}

function withoutLack({ lacks: _, ...failure }: WireFailure): WireFailure {
  return failure;
}

/** A promise that may be rejected while nobody looks. */
function quiet<T>(): PromiseWithResolvers<T> {
  const made = Promise.withResolvers<T>();
  made.promise.catch(() => undefined);
  return made;
}

function bytesRead(pid: number): number | undefined {
  try {
    const match = /^rchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, "latin1"));
    return match ? Number(match[1]) : undefined;
  } catch {
    return undefined;
  }
}
