// Starts the local runtime as a process of its own, feeds it one job and folds what it says; no orphan stays behind.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type {
  KnownFinding,
  Outcome,
  RunError,
  RuntimeMessage,
  RuntimeOptions,
  Where,
} from "../../runtime/options.ts";
import type { RuntimeEvent } from "../../runtime/trace/events.ts";
import { parseExactly } from "./exact.ts";
import { findNode, NODE_FLOOR, packageRoot } from "./installation.ts";

/** Told while the job is on its way. */
export interface Listener {
  event?(event: RuntimeEvent): void;
  note?(text: string): void;
  output?(output: Extract<RuntimeMessage, { type: "output" }>): void;
  outcome?(step: number, outcome: Outcome): void;
  served?(served: Served): void;
}

export type Served = Extract<RuntimeMessage, { type: "served" }>;

export interface JobResult {
  /** By step; steps that were never reached are missing at the end. */
  readonly outcomes: readonly Outcome[];
  readonly where?: Where;
  /** Why the job ended early though no step says so: cancelled, no Node, a defect of the runtime. */
  readonly error?: RunError;
}

export interface JobControl {
  /** Ends the job at once. */
  readonly signal?: AbortSignal;
  /** Has a served app take no more inputs, and end when those at hand have ended. */
  readonly drain?: AbortSignal;
  /** What the analysis finds now; asked for when a served app has taken on a change. */
  readonly findings?: () => Promise<readonly KnownFinding[]>;
  /** The runtime's program, for tests. Default: the one of this installation. */
  readonly program?: readonly string[];
}

/** Milliseconds that a cancelled runtime gets for ending its containers before its group is killed. */
const GRACE = 5000;

/** Runs one job to its end. Never rejects: whatever goes wrong is in the result. */
export async function runJob(
  options: RuntimeOptions,
  listener: Listener,
  control: JobControl = {},
): Promise<JobResult> {
  if (control.signal?.aborted) return { outcomes: [], error: cancelled };
  const program = control.program ?? (await runtimeProgram());
  if (!isProgram(program)) return { outcomes: [], error: program };
  const [command = "", ...args] = program;
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], detached: true });
  const messages = new Messages({
    ...listener,
    served(served) {
      listener.served?.(served);
      if (served.again) void tellFindings(child, control);
    },
  });
  const release = endWith(child, control);

  child.stdin.on("error", () => undefined); // A runtime that dies before it has read tells why on its own.
  // The pipe stays open for as long as this process lives: its end tells the runtime that nobody listens any more.
  child.stdin.write(`${JSON.stringify(options)}\n`);
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-8192);
  });
  const lines = createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY });
  lines.on("line", (line) => messages.take(line));
  const drained = new Promise((done) => lines.once("close", done));
  const ended = await new Promise<string>((done) => {
    child.once("error", (error) => done(error.message));
    child.once("exit", (code, signal) => done(signal ?? `exit code ${code}`));
  });
  release();
  // A process that a crashed runtime left behind would hold the pipe open, so the group goes first.
  killGroup(child, "SIGKILL");
  if (child.pid !== undefined) await drained;

  const { outcomes, where } = messages;
  const result = { outcomes, ...(where && { where }) };
  if (control.signal?.aborted) return { ...result, error: cancelled };
  const wanted = options.job.kind === "cold" ? options.job.steps.length : 1;
  if (outcomes.length === wanted || outcomes.some((outcome) => !outcome.ok)) return result;
  if (FROM_OUTSIDE.has(ended)) return { ...result, error: killed(ended) };
  return { ...result, error: defect(ended, messages.garbage, stderr) };
}

/** Reads the runtime's lines; what is no message of it is kept, since only a defect writes such a line. */
class Messages {
  readonly outcomes: Outcome[] = [];
  where: Where | undefined;
  garbage = "";
  readonly #listener: Listener;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  take(line: string): void {
    const message = parse(line);
    switch (message?.type) {
      case "event":
        this.#listener.event?.(message.event);
        break;
      case "where":
        this.where = message.where;
        break;
      case "note":
        this.#listener.note?.(message.text);
        break;
      case "output":
        this.#listener.output?.(message);
        break;
      case "outcome":
        this.outcomes[message.step] = message.outcome;
        this.#listener.outcome?.(message.step, message.outcome);
        break;
      case "served":
        this.#listener.served?.(message);
        break;
      case undefined:
        this.garbage = `${this.garbage}${line}\n`.slice(-8192);
    }
  }
}

function parse(line: string): RuntimeMessage | undefined {
  try {
    return parseExactly(line) as RuntimeMessage;
  } catch {
    return undefined;
  }
}

async function tellFindings(child: ChildProcess, { findings }: JobControl): Promise<void> {
  const found = await findings?.();
  if (found && child.stdin?.writable) {
    child.stdin.write(`${JSON.stringify({ type: "findings", findings: found })}\n`);
  }
}

/** Passes an end on: first as a request, then by force. Returns what takes the listening back. */
function endWith(child: ChildProcess, { signal, drain }: JobControl): () => void {
  let force: NodeJS.Timeout | undefined;
  const ask = () => child.kill("SIGTERM");
  const end = () => {
    // A runtime that drains takes a second request as one to end at once.
    ask();
    force = setTimeout(() => killGroup(child, "SIGKILL"), GRACE);
  };
  drain?.addEventListener("abort", ask, { once: true });
  signal?.addEventListener("abort", end, { once: true });
  return () => {
    drain?.removeEventListener("abort", ask);
    signal?.removeEventListener("abort", end);
    clearTimeout(force);
  };
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nobody is left in the group: that is what was wanted.
  }
}

async function runtimeProgram(): Promise<readonly string[] | RunError> {
  const entry = join(packageRoot(), "dist", "runtime.js");
  if (!existsSync(entry)) {
    const message = `${entry} is missing. Install coldstart again; in a clone of it run \`npm run build\`.`;
    return { kind: "defect", name: "MissingRuntime", message };
  }
  const node = await findNode();
  if (node) return [node, entry];
  const message = `No Node ${NODE_FLOOR} or newer on the PATH. Running functions needs one: install it from https://nodejs.org.`;
  return { kind: "environment", name: "NodeMissing", message };
}

const isProgram = (value: readonly string[] | RunError): value is readonly string[] => Array.isArray(value);

const cancelled: RunError = { kind: "cancelled", name: "Cancelled", message: "The run was cancelled." };

/** Signals that a process does not bring upon itself. */
const FROM_OUTSIDE: ReadonlySet<string> = new Set([
  "SIGKILL",
  "SIGTERM",
  "SIGINT",
  "SIGHUP",
  "SIGQUIT",
  "SIGXCPU",
  "SIGXFSZ",
]);

function killed(signal: string): RunError {
  const likely =
    signal === "SIGKILL"
      ? "the system does that when memory runs out (fewer warm containers, or smaller ones, need less), and so does a user or a supervisor"
      : "a user, a supervisor or a limit of the system does that";
  return {
    kind: "environment",
    name: "RuntimeKilled",
    message: `The local runtime was ended from outside by ${signal}: ${likely}. Its containers ended with it; start again.`,
    signal,
  };
}

function defect(ended: string, garbage: string, stderr: string): RunError {
  const output = [stderr, garbage].filter(Boolean).join("\n").trim();
  return {
    kind: "defect",
    name: "RuntimeCrashed",
    message: `The local runtime ended (${ended}) before it had said how the run went.`,
    ...(output && { output, stack: output }),
  };
}
