// Runs jobs as users' commands do: the runtime as a process of its own, fed with JSON, in a project written for the test.
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type BuildOptions, build } from "esbuild";
import type {
  Outcome,
  RunError,
  RuntimeMessage,
  RuntimeOptions,
  Step,
  Where,
} from "../../runtime/options.ts";
import type { RuntimeEvent } from "../../runtime/trace/events.ts";

const root = join(import.meta.dirname, "..", "..");

export interface Project {
  readonly folder: string;
  readonly cache: string;
  write(files: Readonly<Record<string, string>>): void;
  /** Starts a job; `cold` and `entrypoint` are shorter. */
  start(job: RuntimeOptions["job"], options?: Partial<RuntimeOptions>): Running;
  cold(target: string, step?: Partial<Step>, options?: Partial<RuntimeOptions>): Promise<Run>;
  entrypoint(file: string, options?: Partial<RuntimeOptions>): Promise<Run>;
  coldJob(target: string, step?: Partial<Step>): RuntimeOptions["job"];
  remove(): void;
}

export interface Run {
  readonly outcomes: readonly Outcome[];
  readonly events: readonly RuntimeEvent[];
  readonly notes: readonly string[];
  /** What user code printed. */
  readonly output: string;
  readonly where?: Where;
  readonly code: number | null;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  /** Resolves with the first message that fits. */
  message(fits: (message: RuntimeMessage) => boolean): Promise<RuntimeMessage>;
  readonly ended: Promise<Run>;
}

/** Bundles the runtime once for a test file. */
export async function bundle(): Promise<string> {
  const bundles = join(root, "node_modules", ".cache", "runtime-bundles");
  mkdirSync(bundles, { recursive: true });
  // A worker that ran a test file may be ended before it can tidy up.
  for (const pid of readdirSync(bundles)) {
    if (!isAlive(Number(pid))) rmSync(join(bundles, pid), { recursive: true, force: true });
  }
  const dist = join(bundles, String(process.pid));
  const node: BuildOptions = {
    bundle: true,
    platform: "node",
    target: "node22.15",
    logLevel: "error",
    mainFields: ["module", "main"],
  };
  const banner = {
    js: 'import { createRequire as __r } from "node:module"; const require = __r(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;',
  };
  await Promise.all([
    build({
      ...node,
      entryPoints: { runtime: join(root, "runtime/main.ts") },
      outdir: dist,
      format: "esm",
      splitting: true,
      banner,
    }),
    build({
      ...node,
      entryPoints: [join(root, "runtime/child/node.ts")],
      outfile: join(dist, "child/node.cjs"),
      format: "cjs",
    }),
    build({
      ...node,
      entryPoints: [join(root, "runtime/sdk/index.ts")],
      outfile: join(dist, "sdk.js"),
      format: "esm",
    }),
  ]);
  cpSync(join(root, "runtime/child/python"), join(dist, "child/python"), { recursive: true });
  return dist;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export function createProject(dist: string, files: Readonly<Record<string, string>> = {}): Project {
  const base = mkdtempSync(join(tmpdir(), "coldstart-test-"));
  const folder = join(base, "project");
  const cache = join(base, "cache");
  mkdirSync(folder);
  const coldJob: Project["coldJob"] = (target, step) => {
    const [file = "", name = ""] = target.split("::");
    return {
      kind: "cold",
      variants: [{ id: "it", file: join(folder, file), function: name }],
      steps: [{ variant: "it", input: [], ...step }],
    };
  };
  const project: Project = {
    folder,
    cache,
    write(texts) {
      for (const [path, text] of Object.entries(texts)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
    },
    start(job, options) {
      const whole: RuntimeOptions = { version: 1, root: folder, cache, env: {}, job, ...options };
      return start(dist, JSON.stringify(whole));
    },
    coldJob,
    cold: (target, step, options) => project.start(coldJob(target, step), options).ended,
    entrypoint: (file, options) =>
      project.start({ kind: "entrypoint", variant: { id: "it", file: join(folder, file) } }, options).ended,
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
  // Whatever lies in the folders above is no part of the project.
  project.write({ "package.json": "{}", ...files });
  return project;
}

export function start(dist: string, options: string): Running {
  const child = spawn(process.execPath, [join(dist, "runtime.js")], { stdio: ["pipe", "pipe", "pipe"] });
  const messages: RuntimeMessage[] = [];
  const waiting = new Set<(message: RuntimeMessage) => void>();
  let rest = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const message = JSON.parse(line) as RuntimeMessage;
      messages.push(message);
      for (const look of waiting) look(message);
    }
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  // The pipe stays open: its end says that whoever started the runtime is gone.
  child.stdin.on("error", () => undefined);
  child.stdin.write(`${options}\n`);
  const ended = new Promise<Run>((resolve) => {
    child.once("close", (code) => resolve(toRun(messages, code, stderr)));
  });
  return {
    process: child,
    ended,
    message: (fits) =>
      new Promise((resolve, reject) => {
        const found = messages.find(fits);
        if (found) return resolve(found);
        const look = (message: RuntimeMessage) => {
          if (!fits(message)) return;
          waiting.delete(look);
          resolve(message);
        };
        waiting.add(look);
        void ended.then((run) => reject(new Error(`the run ended before: ${JSON.stringify(run.outcomes)}`)));
      }),
  };
}

function toRun(messages: readonly RuntimeMessage[], code: number | null, stderr: string): Run {
  const where = messages.find((message) => message.type === "where")?.where;
  return {
    outcomes: messages.flatMap((message) => (message.type === "outcome" ? [message.outcome] : [])),
    events: messages.flatMap((message) => (message.type === "event" ? [message.event] : [])),
    notes: messages.flatMap((message) => (message.type === "note" ? [message.text] : [])),
    output: messages.flatMap((message) => (message.type === "output" ? [message.text] : [])).join(""),
    ...(where ? { where } : {}),
    code,
    stderr,
  };
}

/** Waits without a clock for what another process does: yields until it is so. The test's timeout is the limit. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

export function resultOf({ outcomes }: Run, step = 0): unknown {
  const outcome = outcomes[step];
  if (!outcome?.ok) throw new Error(`no result: ${JSON.stringify(outcomes)}`);
  return outcome.result;
}

export function errorOf({ outcomes }: Run, step = 0): RunError {
  const outcome = outcomes[step];
  if (!outcome || outcome.ok) throw new Error(`no error: ${JSON.stringify(outcomes)}`);
  return outcome.error;
}

/** A port of the loopback address that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
