// A container that is a process of this computer: follows its marks, hands it inputs, and ends all that it started.
import { readFileSync } from "node:fs";
import { createDecoder, encode } from "../child/frames.ts";
import type { ChildMessage, FunctionSettings, ParentMessage, WireFailure } from "../child/messages.ts";
import { cancelledError, RuntimeError, toRunError } from "../errors.ts";
import type { RunError } from "../options.ts";
import { now } from "../trace/clock.ts";
import type { Answer, Call, Exit } from "./container.ts";
import { bodyTimedOut, bootTimedOut, type Doing, lost, stageOf } from "./endings.ts";
import { type Launched, launch } from "./launch.ts";
import { type Output, passOutput } from "./output.ts";
import { killGroup, mountNamespace, reap } from "./reaper.ts";
import type { Box, LaunchSpec, ProcessContainer, ProcessPrepared } from "./spec.ts";

/** Milliseconds that exit hooks get. */
const STOP_GRACE = 10_000;
/** Seconds that an input may take when nothing else is said; the SDK's default. */
const DEFAULT_TIMEOUT = 300;

/** Sets a container's folders up and brings its process to the starting line. */
export async function prepareProcess(spec: LaunchSpec, box: Box): Promise<ProcessPrepared> {
  let launched: Launched;
  try {
    launched = await launch(spec, box);
  } catch (error) {
    await box.remove();
    throw error;
  }
  const clean = cleaner(launched, spec, box);
  launched.channel.write(encode(spec.plan));
  return {
    id: spec.id,
    start: () => follow(launched, spec, clean),
    async discard() {
      const ended = new Promise((resolve) => launched.process.once("close", resolve));
      killGroup(launched.pid);
      await ended;
      await clean();
    },
  };
}

/** Ends every process of the container, then removes its folders. */
function cleaner(launched: Launched, spec: LaunchSpec, box: Box): () => Promise<void> {
  const own = mountNamespace(launched.pid);
  const namespace = own === mountNamespace("self") ? undefined : own;
  return async () => {
    reap(spec.id, namespace);
    await box.remove();
  };
}

interface Current {
  readonly input: string;
  readonly encoding: Call["answer"];
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: RuntimeError) => void;
  readonly release: () => void;
}

function follow(launched: Launched, spec: LaunchSpec, clean: () => Promise<void>): ProcessContainer {
  const { process: child, channel, pid } = launched;
  const { id, label, plan } = spec;
  const ids = { container: id, function: label };
  const spans: { id: number; start: number; ms: number }[] = [];
  let imports: Extract<ChildMessage, { type: "imports" }>["costs"] | undefined;
  let doing: Doing = "boot";
  let settings: FunctionSettings | undefined;
  let current: Current | undefined;
  /** Why it is about to end by itself. */
  let fatal: WireFailure | undefined;
  /** Why we end it. */
  let verdict: RunError | undefined;
  const loaded = promise<FunctionSettings | undefined>();
  const ready = promise<void>();
  const result = promise<Answer>();
  const exited = promise<Exit>();

  const spawned = now();
  launched.go();
  spec.emit({ type: "container.spawned", pid, ...ids }, spawned);
  const output: Output = passOutput(launched.stdout, launched.stderr, spec.output);
  let deadline: NodeJS.Timeout | undefined = setTimeout(() => {
    void abort(bootTimedOut(label, doing, spec.bootTimeout, output.tail()));
  }, spec.bootTimeout);

  const decode = createDecoder();
  channel.on("data", (chunk: Buffer) => {
    for (const { header, payload } of decode(chunk)) hear(header as ChildMessage, payload);
  });
  child.once("exit", () => killGroup(pid));
  child.once("exit", () => reapEarly());
  child.once("close", (code, signal) => void conclude(exitOf(code, signal)));

  function reapEarly(): void {
    // Whoever escaped may hold the output pipes open, and `close` would never come.
    reap(id, undefined);
  }

  function send(message: ParentMessage, payload?: Uint8Array | string): void {
    channel.write(encode(message, payload));
  }

  function hear(message: ChildMessage, payload: Buffer): void {
    // Frames after a fatal one: user code caught the error, and the process lives on.
    fatal = undefined;
    switch (message.type) {
      case "booted":
        doing = "global";
        return booted(message.t);
      case "loaded":
        settings = message.function;
        doing = plan.mode === "build" ? "build" : "enter";
        spec.emit({ type: "container.loaded", booted: bootedAt, ...ids }, message.t);
        return loaded.resolve(settings);
      case "entered":
        spec.emit(
          { type: "container.entered", hook: message.hook, started: message.started, ...ids },
          message.t,
        );
        return;
      case "ready":
        clearTimeout(deadline);
        doing = plan.mode === "serve" ? "idle" : "body";
        spec.emit({ type: "container.ready", ...ids }, message.t);
        return ready.resolve();
      case "result":
        return finished(message, payload);
      case "failed":
        return void failed(message.failure, payload);
      case "fatal":
        fatal = message.failure;
        return;
      case "remote":
        return void remote(message, payload);
      case "missing":
        return sayMissing(message.names);
      case "span":
        spans.push({ id: message.id, start: message.started - spawned, ms: message.ms });
        return spec.emit(
          { type: "span", name: `span ${message.id}`, span: message.id, ms: message.ms, ...ids },
          message.started,
        );
      case "imports":
        imports = message.costs;
    }
  }

  let bootedAt = spawned;
  function booted(t: number): void {
    bootedAt = t;
  }

  function finished({ started }: { readonly started: number }, payload: Buffer): void {
    const encoding = current?.encoding ?? "json";
    const answer: Answer = {
      started,
      value: encoding === "json" ? { encoding, text: payload.toString() } : { encoding, bytes: payload },
    };
    if (current === undefined) {
      clearTimeout(deadline);
      return result.resolve(answer);
    }
    take()?.resolve(answer);
  }

  async function failed(failure: WireFailure, payload: Buffer): Promise<void> {
    const call = take();
    const error = await explain(failure, "body");
    call?.reject(new RuntimeError(error, payload.length > 0 ? payload : undefined));
  }

  /** The input at hand is done with. */
  function take(): Current | undefined {
    const call = current;
    current = undefined;
    call?.release();
    if (doing === "body") doing = "idle";
    return call;
  }

  async function explain(failure: WireFailure, at: Doing): Promise<RunError> {
    const { kind, name, message, stack } = failure;
    const tail = output.tail();
    return {
      kind,
      ...(kind === "usage" ? {} : { stage: stageOf(at) }),
      name,
      message,
      ...(stack === undefined ? {} : { stack: await spec.mapStack(stack) }),
      ...(tail === "" ? {} : { output: tail }),
    };
  }

  async function remote(message: Extract<ChildMessage, { type: "remote" }>, args: Buffer): Promise<void> {
    const { call, file, name, function: known } = message;
    try {
      if (!spec.remote) throw noPlatform(label);
      const value = await spec.remote({ file, name, args, ...(known ? { settings: known } : {}) });
      send({ type: "answer", call }, value);
    } catch (error) {
      const run = toRunError(error);
      const clone = error instanceof RuntimeError ? error.clone : undefined;
      send({ type: "answer", call, failure: run }, clone);
    }
  }

  function sayMissing(names: readonly string[]): void {
    const [first] = names;
    const list = names.join(", ");
    const are = names.length > 1 ? `${list}, which are not set` : `${list}, which is not set`;
    spec.note(`${label} reads ${are} in its container; pass it by --env ${first} or the config's "env"`);
  }

  function call(request: Call): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (request.signal?.aborted) return reject(cancelledError());
      if (ending) return reject(new RuntimeError(lost(label, "idle", ending, output.tail())));
      const timeout = request.timeout ?? (settings?.timeout ?? DEFAULT_TIMEOUT) * 1000;
      const cancel = () => void abort(cancelledError().run);
      const timer = setTimeout(() => void abort(bodyTimedOut(label, timeout, output.tail())), timeout);
      request.signal?.addEventListener("abort", cancel, { once: true });
      const release = () => {
        clearTimeout(timer);
        request.signal?.removeEventListener("abort", cancel);
      };
      current = { input: request.input, encoding: request.answer, resolve, reject, release };
      doing = "body";
      const { args, answer, input } = request;
      send(
        { type: "call", input, encoding: args.encoding, answer, timeout },
        args.encoding === "json" ? args.text : args.bytes,
      );
    });
  }

  let ending: Exit | undefined;
  async function conclude(exit: Exit): Promise<void> {
    ending = exit;
    clearTimeout(deadline);
    const at = doing;
    const call = take();
    const error =
      verdict ??
      (fatal ? { ...(await explain(fatal, at)), ...exit1(exit) } : lost(label, at, exit, output.tail()));
    if (at === "stop" && fatal)
      spec.note(`the exit hook of ${label} failed: ${fatal.name}: ${fatal.message}`);
    const cleaned = await clean().then(
      () => undefined,
      (problem: unknown) => new RuntimeError(toRunError(problem)),
    );
    spec.emit({ type: "container.exited", ...exit, ...ids });
    if (cleaned) exited.reject(cleaned);
    else exited.resolve(exit);
    // Whoever waits for the exit hears of it before whoever waits for an answer.
    await exited.promise.catch(() => undefined);
    const reason = new RuntimeError(error);
    for (const waiting of [loaded, ready, result, ...(call ? [call] : [])]) waiting.reject(reason);
  }

  function abort(reason: RunError): Promise<void> {
    verdict ??= reason;
    deadline = clearTimeout(deadline) as undefined;
    killGroup(pid);
    return exited.promise.then(() => undefined);
  }

  return {
    id,
    pid,
    spawned,
    loaded: loaded.promise,
    ready: ready.promise,
    result: result.promise,
    exited: exited.promise,
    profile: {
      spans,
      get imports() {
        return imports;
      },
    },
    call,
    abort,
    bytesRead: () => bytesRead(pid),
    kill: () => abort(cancelledError().run),
    async stop() {
      if (!ending) {
        doing = "stop";
        send({ type: "stop" });
        const grace = setTimeout(() => killGroup(pid), STOP_GRACE);
        await exited.promise.finally(() => clearTimeout(grace));
      }
      await exited.promise;
    },
  };
}

/** Exit code or signal of a process that ended over an error. */
function exit1(exit: Exit): { readonly exitCode?: number; readonly signal?: string } {
  return exit.signal === undefined ? { exitCode: exit.code ?? 0 } : { signal: exit.signal };
}

function exitOf(code: number | null, signal: NodeJS.Signals | null): Exit {
  return signal === null ? { code: code ?? 0 } : { signal };
}

/** A promise that may be rejected while nobody looks. */
function promise<T>(): PromiseWithResolvers<T> {
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

function noPlatform(label: string): RuntimeError {
  const message = `${label} called remote(), which needs the app's other functions; run its file by \`coldstart run FILE\``;
  return new RuntimeError({ kind: "usage", name: "RemoteUnavailableError", message });
}
