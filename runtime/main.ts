// The local platform as a process: one JSON document of options on standard input, messages as JSON lines on standard output.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { toRunError } from "./errors.ts";
import { runBuild } from "./jobs/build.ts";
import { parseControl, parseOptions } from "./jobs/check.ts";
import { runCold } from "./jobs/cold.ts";
import { runEntrypoint } from "./jobs/entrypoint.ts";
import type { Installation } from "./jobs/languages.ts";
import { runServe } from "./jobs/serve.ts";
import { openSession, type Say } from "./jobs/session.ts";
import type { ControlMessage, Outcome, RuntimeMessage } from "./options.ts";
import { now } from "./trace/clock.ts";

const INTERRUPTED = 130;

async function main(): Promise<number> {
  const origin = now();
  const cancel = new AbortController();
  const drain = new AbortController();
  let serves = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      // A served app ends the inputs that it has, unless it is asked again.
      if (serves && !drain.signal.aborted) drain.abort();
      else cancel.abort();
    });
  }
  // Nobody listens any more: nothing is worth going on with.
  process.stdout.on("error", () => cancel.abort());

  let reported = false;
  let cancelled = false;
  const report = (step: number, outcome: Outcome) => {
    reported = true;
    cancelled ||= !outcome.ok && outcome.error.kind === "cancelled";
    void say({ type: "outcome", step, outcome });
  };
  try {
    const input = await readInput(() => cancel.abort());
    const options = parseOptions(input.options);
    serves = options.job.kind === "serve";
    const session = await openSession(options, installation(), say, { origin }, cancel.signal);
    try {
      if (options.job.kind === "cold") await runCold(session, options.job, report);
      else if (options.job.kind === "entrypoint") report(0, await runEntrypoint(session, options.job));
      else if (options.job.kind === "build") report(0, await runBuild(session, options.job));
      else {
        const control = { say, page: join(parts(), "page"), drain: drain.signal, onControl: input.onControl };
        report(0, await runServe(session, options.job, control));
      }
    } finally {
      await session.close();
    }
  } catch (error) {
    if (reported) throw error;
    report(0, { ok: false, error: toRunError(error) });
  }
  return cancelled || cancel.signal.aborted ? INTERRUPTED : 0;
}

/** Messages wait for one another so long that a warm call pays neither for their text nor for a write, yet nobody sees the delay. */
const GATHER_MS = 10;
const GATHER_CHARACTERS = 65_536;
/** About what an event takes as text. */
const EVENT_CHARACTERS = 128;
let gathered: RuntimeMessage[] = [];
let characters = 0;
let timer: NodeJS.Timeout | undefined;

const say: Say = (message: RuntimeMessage) => {
  gathered.push(message);
  characters += message.type === "output" ? message.text.length : EVENT_CHARACTERS;
  if (characters < GATHER_CHARACTERS) {
    timer ??= setTimeout(flush, GATHER_MS);
    return undefined;
  }
  if (!flush()) room ??= untilRoom();
  return room;
};

/** There while the reader is behind. */
let room: Promise<void> | undefined;

async function untilRoom(): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      process.stdout.off("drain", done).off("close", done);
      resolve();
    };
    process.stdout.on("drain", done).on("close", done);
  });
  room = undefined;
}

function flush(): boolean {
  clearTimeout(timer);
  timer = undefined;
  const text = gathered.map((message) => `${JSON.stringify(message)}\n`).join("");
  gathered = [];
  characters = 0;
  return process.stdout.write(text);
}

interface Input {
  readonly options: string;
  /** Hands on what comes after the options. */
  readonly onControl: (listener: (message: ControlMessage) => void) => void;
}

/** A line of options, or all until the end of input; after a line, the end says that whoever started us is gone. */
function readInput(gone: () => void): Promise<Input> {
  return new Promise((resolve, reject) => {
    let text = "";
    let taken = false;
    let listener: (message: ControlMessage) => void = () => undefined;
    const onControl: Input["onControl"] = (on) => {
      listener = on;
    };
    process.stdin.setEncoding("utf8");
    process.stdin.on("data", (chunk: string) => {
      text += chunk;
      for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
        const line = text.slice(0, end);
        text = text.slice(end + 1);
        if (taken) listener(parseControl(line));
        else resolve({ options: line, onControl });
        taken = true;
      }
    });
    process.stdin.on("end", () => {
      if (taken) gone();
      else resolve({ options: text, onControl });
    });
    process.stdin.on("error", reject);
  });
}

/** The parts lie beside this bundle. */
function parts(): string {
  const folder = dirname(fileURLToPath(import.meta.url));
  return existsSync(join(folder, "child", "node.cjs")) ? folder : join(folder, "..", "dist");
}

function installation(): Installation {
  const beside = parts();
  return {
    child: join(beside, "child", "node.cjs"),
    python: join(beside, "child", "python"),
    sdk: join(beside, "sdk.js"),
  };
}

main().then(
  (code) => {
    flush();
    process.stdout.write("", () => process.exit(code));
  },
  (error: unknown) => {
    flush();
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(70);
  },
);
