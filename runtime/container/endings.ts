// Says in one sentence how a container came to its end before it had done its work.
import type { WireFailure } from "../child/messages.ts";
import type { RunError } from "../options.ts";
import type { Exit } from "./container.ts";

/** What a container is busy with; `idle` between inputs, `stop` while exit hooks run. */
export type Doing = "boot" | "global" | "enter" | "build" | "idle" | "body" | "stop";

const words: Readonly<Record<Doing, string>> = {
  boot: "booting",
  global: "loading its module",
  enter: "entering",
  build: "building the image",
  idle: "waiting for an input",
  body: "running the function",
  stop: "running its exit hook",
};

export function stageOf(doing: Doing): Exclude<RunError["stage"], undefined> {
  return doing === "idle" || doing === "stop" ? "body" : doing;
}

export function lost(label: string, doing: Doing, exit: Exit, output: string): RunError {
  const how =
    exit.signal === undefined
      ? `ended with exit code ${exit.code ?? "unknown"}${exit.code === 0 ? "" : ","} while ${words[doing]}; ${exitAdvice(label, output)}`
      : `was killed by ${exit.signal} while ${words[doing]}; ${signalAdvice(exit.signal)}`;
  return {
    kind: "lost",
    stage: stageOf(doing),
    name: "ContainerLostError",
    message: `the container of ${label} ${how}`,
    ...(exit.signal === undefined ? { exitCode: exit.code ?? 0 } : { signal: exit.signal }),
    ...(output === "" ? {} : { output }),
  };
}

function exitAdvice(label: string, output: string): string {
  if (output.includes("JavaScript heap out of memory")) {
    return "it ran out of heap memory; load less, or raise --max-old-space-size in NODE_OPTIONS";
  }
  if (/\.py(::|$)/.test(label))
    return "look for a call of sys.exit() or os._exit(), and let errors be raised instead";
  return "look for a call of process.exit(), and let errors be thrown instead";
}

function signalAdvice(signal: string): string {
  if (signal === "SIGKILL") return "something ended it from outside, often the system for want of memory";
  if (signal === "SIGABRT" || signal === "SIGSEGV" || signal === "SIGBUS" || signal === "SIGILL") {
    return "the interpreter or a native addon crashed, or memory ran out; its output may say why";
  }
  return "something sent it that signal";
}

/** What came over the protocol's descriptor is none of its frames. */
export function garbage(label: string, what: string, output: string): RunError {
  return {
    kind: "lost",
    name: "ProtocolError",
    message: `the container of ${label} was ended, since ${what} to file descriptor 3; that descriptor is the platform's, so let code write to files or descriptors of its own`,
    ...(output === "" ? {} : { output }),
  };
}

export function bootTimedOut(label: string, doing: Doing, ms: number, output: string): RunError {
  const advice =
    doing === "boot"
      ? "the interpreter did not start; see whether the computer is overloaded"
      : "look for a loop or a wait without an end, or raise the boot timeout";
  return {
    kind: "timeout",
    stage: stageOf(doing),
    name: "BootTimeoutError",
    message: `the container of ${label} was still ${words[doing]} after ${seconds(ms)}; ${advice}`,
    ...(output === "" ? {} : { output }),
  };
}

export function bodyTimedOut(label: string, ms: number, output: string): RunError {
  return {
    kind: "timeout",
    stage: "body",
    name: "FunctionTimeoutError",
    message: `${label} did not end within its timeout of ${seconds(ms)}; make it faster, or raise \`timeout\` in its options`,
    ...(output === "" ? {} : { output }),
  };
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${ms / 1000} s`;
}

const lacks: Readonly<Record<NonNullable<WireFailure["lacks"]>, string>> = {
  disk: "the disk is full: free some space",
  network: "a host could not be reached: check that it is up, and the address",
  package: "a package is not installed: install it in the project",
  gpu: "there is no GPU here that it could use: run this function on its platform, or let it fall back to the CPU",
};

/** An error that user code threw. Where the computer or the network lacks something, that is what failed. */
export function thrown(
  failure: WireFailure,
  doing: Doing,
  stack: string | undefined,
  output: string,
): RunError {
  const { kind, name, lacks: lack } = failure;
  const message = located(failure, stack);
  return {
    kind: lack !== undefined && kind === "error" ? "environment" : kind,
    ...(kind === "usage" ? {} : { stage: stageOf(doing) }),
    name,
    message: lack === undefined ? message : `${message} (${lacks[lack]})`,
    ...(stack === undefined ? {} : { stack }),
    ...(output === "" ? {} : { output }),
  };
}

/** A mistake in the code is named with its place, where its stack says nothing else. */
function located({ name, message }: WireFailure, stack = ""): string {
  const place = name === "SyntaxError" ? /^SyntaxError: .*\n {4}at (\/.*:\d+)$/.exec(stack)?.[1] : undefined;
  return place === undefined ? message : `${place}: ${message}`;
}
