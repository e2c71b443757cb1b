// Keeps an app up as a user does, by `coldstart serve` as a process, and reads its event log.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { RuntimeEvent } from "../../runtime/trace/events.ts";
import type { Snapshot } from "../../runtime/web/site.ts";

const cli = resolve(import.meta.dirname, "../../dist/cli.js");

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Answer {
  readonly result?: unknown;
  readonly stages?: Readonly<Record<string, number>>;
  readonly wall?: number;
  readonly error?: {
    readonly kind: string;
    readonly name: string;
    readonly message: string;
    readonly output?: string;
  };
}

export interface Served {
  readonly folder: string;
  readonly url: string;
  readonly process: ChildProcess;
  /** Sends an input as `coldstart call` does. */
  call(name: string, ...args: readonly unknown[]): Promise<Answer>;
  snapshot(): Promise<Snapshot>;
  events(): readonly Event[];
  /** Waits until the event log fits. */
  until(fits: (events: readonly Event[]) => boolean): Promise<readonly Event[]>;
  /** What has been said so far. */
  stderr(): string;
  /** Waits until it has been said. */
  said(text: string | RegExp): Promise<void>;
  write(files: Readonly<Record<string, string>>): void;
  stop(signal?: NodeJS.Signals): Promise<Ended>;
  readonly ended: Promise<Ended>;
}

/** Any event, with what some of them have. */
export type Event = RuntimeEvent & {
  readonly pid?: number;
  readonly reason?: string;
  readonly hook?: string;
  readonly signal?: string;
};

/** Milliseconds that a condition may take to come true. */
const PATIENCE = 40_000;

export interface ServeSettings {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export function put(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

let runs = 0;

export async function serveIn(
  folder: string,
  files: Readonly<Record<string, string>>,
  file: string,
  settings: ServeSettings = {},
): Promise<Served> {
  put(folder, files);
  const log = join(folder, `events-${runs++}.jsonl`);
  const args = ["serve", file, "--port", "0", "--events", log, ...(settings.args ?? [])];
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", COLDSTART_CACHE: join(folder, "cache"), ...settings.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  const ended = new Promise<Ended>((done) => {
    child.once("close", (code) => done({ code, stdout, stderr }));
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  const url = await new Promise<string>((found, failed) => {
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
      const line = /listening on (http:\S+)/.exec(stdout);
      if (line?.[1]) found(line[1]);
    });
    void ended.then(({ code }) => failed(new Error(`serve ended with ${code}:\n${stderr}`)));
  });

  const read: Event[] = [];
  let offset = 0;
  let partial = "";
  const chunk = Buffer.alloc(1 << 16);
  /** Reads on from where it ended the last time. */
  function events(): readonly Event[] {
    if (!existsSync(log)) return read;
    const descriptor = openSync(log, "r");
    for (let length = readSync(descriptor, chunk, 0, chunk.length, offset); length > 0; ) {
      offset += length;
      // The last line may be half written.
      const lines = (partial + chunk.toString("latin1", 0, length)).split("\n");
      partial = lines.pop() ?? "";
      for (const line of lines) read.push(JSON.parse(line));
      length = readSync(descriptor, chunk, 0, chunk.length, offset);
    }
    closeSync(descriptor);
    return read;
  }

  let answered = 0;
  const endsOf = (all: readonly Event[]) =>
    all.filter(({ type }) => type === "input.finished" || type === "input.failed");

  return {
    folder,
    url,
    process: child,
    events,
    ended,
    async call(name, ...inputs) {
      const response = await fetch(`${url}/api/call/${encodeURIComponent(name)}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(inputs),
      });
      const answer = (await response.json()) as Answer;
      // The log is written a little later.
      answered++;
      const told = () => endsOf(events()).length >= answered || undefined;
      await waitFor(told, () => show(events()), ended);
      return answer;
    },
    async snapshot() {
      const answer = await fetch(url, { headers: { accept: "application/json" } });
      return (await answer.json()) as Snapshot;
    },
    until: (fits) =>
      waitFor(
        () => (fits(events()) ? events() : undefined),
        () => show(events()),
        ended,
      ),
    stderr: () => stderr,
    async said(text) {
      const fits = () => (typeof text === "string" ? stderr.includes(text) : text.test(stderr)) || undefined;
      await waitFor(fits, () => stderr, ended);
    },
    write: (more) => put(folder, more),
    stop(signal = "SIGINT") {
      child.kill(signal);
      return ended;
    },
  };
}

async function waitFor<T>(look: () => T | undefined, tell: () => string, ended: Promise<Ended>): Promise<T> {
  let gone = false;
  void ended.then(() => {
    gone = true;
  });
  for (const end = performance.now() + PATIENCE; ; ) {
    const last = gone;
    const found = look();
    if (found !== undefined) return found;
    if (last || performance.now() > end) throw new Error(`this did not come: ${look}\n${tell()}`);
    await new Promise((done) => setTimeout(done, 25));
  }
}

/** Events as lines, without times. */
export function show(events: readonly Event[]): string {
  return events
    .map(({ type, function: name = "", container = "", input = "", reason = "" }) =>
      [type, name, container, input, reason].filter(Boolean).join(" "),
    )
    .join("\n");
}

/** Events of a type, in order. */
export function of(events: readonly Event[], type: Event["type"], name?: string): readonly Event[] {
  return events.filter((event) => event.type === type && (!name || event.function?.endsWith(`::${name}`)));
}

/** Whether a process still lives. */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
