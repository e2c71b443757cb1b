// Drives inputs through a served app while everything goes wrong, and checks in the event log that nothing was lost.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Event, lives, of, type Served } from "../serve/served.ts";
import { type APPS, type Deed, FUNCTIONS, type FunctionName, nameIn } from "./apps.ts";

export interface Plan {
  readonly language: keyof typeof APPS;
  readonly inputs: number;
  readonly seed: number;
  /** Inputs at hand at the same time. */
  readonly atOnce: number;
}

export interface Outcome {
  /** How many inputs ended in which way, as their senders saw it. */
  readonly answers: Readonly<Record<string, number>>;
  readonly containers: number;
  /** Memory of the process that holds the queue, in bytes: after a third of the inputs, and at their end. */
  readonly memory: readonly [early: number, late: number];
  /** What is wrong; nothing when all is well. */
  readonly problems: string[];
}

/** Shares of deeds, of a thousand; the rest works. */
const DEEDS: readonly (readonly [Deed, number])[] = [
  ["throw", 40],
  ["exit", 12],
  ["kill", 12],
  ["hang", 6],
  ["spin", 4],
  ["exhaust", 4],
];
/** Of a thousand inputs: clients that go away, and containers that are killed from outside. */
const LEAVES = 20;
const KILLS = 10;

/** A small generator of numbers in [0, 1), the same for the same seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export async function drive(served: Served, plan: Plan): Promise<Outcome> {
  const random = generator(plan.seed);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const answers: Record<string, number> = {};
  const count = (what: string) => {
    answers[what] = (answers[what] ?? 0) + 1;
  };
  let sent = 0;
  let early = 0;

  function deed(): Deed {
    let at = random() * 1000;
    for (const [name, share] of DEEDS) {
      at -= share;
      if (at < 0) return name;
    }
    return "work";
  }

  async function send(): Promise<void> {
    const name = pick(Object.keys(FUNCTIONS) as FunctionName[]);
    const args = [deed(), Math.floor(random() ** 4 * 40)];
    const leaving = new AbortController();
    if (random() * 1000 < LEAVES) setTimeout(() => leaving.abort(), random() * 60);
    if (random() * 1000 < KILLS) killOne();
    try {
      const response = await fetch(`${served.url}/api/call/${nameIn(plan.language, name)}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(args),
        signal: leaving.signal,
      });
      const { error } = (await response.json()) as { error?: { kind: string } };
      count(error?.kind ?? "result");
    } catch (error) {
      count(leaving.signal.aborted ? "left" : `broken: ${error}`);
    }
  }

  function killOne(): void {
    const gone = new Set(of(served.events(), "container.exited").map(({ container }) => container));
    const live = of(served.events(), "container.spawned").filter(({ container }) => !gone.has(container));
    const { pid } = live.length > 0 ? pick(live) : {};
    if (pid !== undefined && lives(pid)) process.kill(pid, "SIGKILL");
  }

  async function sender(): Promise<void> {
    while (sent < plan.inputs) {
      sent++;
      if (sent === Math.floor(plan.inputs / 3)) early = memoryOf(served);
      await send();
    }
  }

  await Promise.all(Array.from({ length: plan.atOnce }, sender));
  const events = await served.until((all) => isQuiet(all, plan.language));
  const late = memoryOf(served);
  const before = served.events();
  const { code } = await served.stop("SIGTERM");
  const problems = [
    ...check(events),
    ...Object.keys(answers).filter((what) => what.startsWith("broken")),
    ...(code === 130 ? [] : [`the command ended with ${code}`]),
    ...leftBehind(served, before),
  ];
  const heard = Object.values(answers).reduce((sum, n) => sum + n, 0);
  if (heard !== plan.inputs) problems.push(`${plan.inputs} were sent and ${heard} ended`);
  return { answers, containers: of(events, "container.spawned").length, memory: [early, late], problems };
}

/** All inputs have ended, and each pool is back at its minimum. */
function isQuiet(events: readonly Event[], language: Plan["language"]): boolean {
  if (openInputs(events).size > 0) return false;
  const gone = new Set(of(events, "container.exited").map(({ container }) => container));
  const ready = new Set(of(events, "container.ready").map(({ container }) => container));
  return Object.entries(FUNCTIONS).every(([name, { keepWarm }]) => {
    const spawned = of(events, "container.spawned", nameIn(language, name as FunctionName));
    const live = spawned.filter(({ container }) => !gone.has(container));
    return live.length === keepWarm && live.every(({ container }) => ready.has(container));
  });
}

function openInputs(events: readonly Event[]): Set<string> {
  const open = new Set<string>();
  for (const { type, input = "" } of events) {
    if (type === "input.queued") open.add(input);
    if (type === "input.finished" || type === "input.failed") open.delete(input);
  }
  return open;
}

/** The laws that every event log keeps. */
function check(events: readonly Event[]): string[] {
  const problems: string[] = [];
  const ends = new Map<string, number>();
  const starts = new Map<string, number>();
  const ready = new Set<string>();
  const exited = new Set<string>();
  const running = new Map<string, Set<string>>();
  const holder = new Map<string, string>();
  const leave = (input: string) => running.get(holder.get(input) ?? "")?.delete(input);
  for (const { type, input = "", container = "", function: label = "" } of events) {
    const name = label.replace(/^.*::/, "").replace("Late.run", "late") as FunctionName;
    if (type === "container.ready") ready.add(container);
    if (type === "container.exited") exited.add(container);
    if (type === "input.queued") {
      if (ends.has(input)) problems.push(`${input} was queued twice`);
      ends.set(input, 0);
    }
    if (type === "input.started") {
      if (!ready.has(container)) problems.push(`${input} was begun by ${container}, which was not ready`);
      if (exited.has(container)) problems.push(`${input} was begun by ${container}, which was gone`);
      leave(input);
      holder.set(input, container);
      const held = running.get(container) ?? new Set();
      running.set(container, held.add(input));
      const { atOnce, retries } = FUNCTIONS[name];
      // Between two attempts an input is in no container, which the log does not say.
      if (retries === 0 && held.size > atOnce)
        problems.push(`${container} had ${held.size} inputs at once, of ${atOnce}`);
      starts.set(input, (starts.get(input) ?? 0) + 1);
      if ((starts.get(input) ?? 0) > retries + 1) problems.push(`${input} was begun too often`);
    }
    if (type === "input.finished" || type === "input.failed") {
      leave(input);
      ends.set(input, (ends.get(input) ?? 0) + 1);
    }
  }
  for (const [input, times] of ends) if (times !== 1) problems.push(`${input} ended ${times} times`);
  return problems;
}

function leftBehind({ folder }: Served, events: readonly Event[]): string[] {
  const entries = (path: string) => (existsSync(join(folder, path)) ? readdirSync(join(folder, path)) : []);
  return [
    ...of(events, "container.spawned")
      .filter(({ pid = 0 }) => lives(pid))
      .map(({ container }) => `${container} still runs`),
    ...entries("cache/containers").map((name) => `the folder ${name} of containers is left`),
    ...entries("cache/layers")
      .filter((name) => /^draft|lock/.test(name))
      .map((name) => `${name} is left among the layers`),
  ];
}

/** Resident memory of the runtime: the only child of the command. */
function memoryOf(served: Served): number {
  const parent = served.process.pid;
  const [child] = readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8").trim().split(" ");
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child}/status`, "utf8"));
  return Number(match?.[1] ?? 0) * 1024;
}
