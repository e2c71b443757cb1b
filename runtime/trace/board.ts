// Folds events into what an app looks like now: its functions, their containers and queue, and what the last inputs waited for.
import type { FailureReason, RuntimeEvent, Stages } from "./events.ts";
import { coldStart } from "./stages.ts";

/** Inputs of a function that are kept after they have ended. */
export const KEPT = 200;

export interface Board {
  apply(event: RuntimeEvent): void;
  /** In the order in which they were first heard of. */
  functions(): readonly FunctionBoard[];
}

export interface FunctionBoard {
  /** `FILE::NAME`. */
  readonly name: string;
  /** `FILE::CLASS` of a method: its containers, boots and their number are those of all the class's methods. */
  readonly class?: string;
  readonly containers: readonly ContainerRow[];
  /** Inputs that wait, and inputs in containers. */
  readonly waiting: number;
  readonly running: number;
  readonly totals: Totals;
  /** Inputs at hand first, then those that have ended, the latest first. */
  readonly inputs: readonly InputRow[];
  /** Stages of the last boots, the latest first; without queue and body. */
  readonly boots: readonly Boot[];
}

export interface Totals {
  readonly inputs: number;
  readonly failed: number;
  /** Containers that have been spawned. */
  readonly containers: number;
  /** The most inputs that were at hand at the same time. */
  readonly peak: number;
}

export type Boot = Pick<Stages, "boot" | "global" | "enter">;

export interface ContainerRow {
  readonly id: string;
  readonly pid: number;
  readonly state: "booting" | "warm" | "busy";
  /** Milliseconds on the events' clock since when it is in this state. */
  readonly since: number;
  /** Inputs that it has taken. */
  readonly inputs: number;
}

export interface InputRow {
  readonly id: string;
  readonly container?: string;
  /** Milliseconds on the events' clock, as are `started` and `ended`. */
  readonly queued: number;
  /** A web socket: how long it lasts says nothing of how long work takes. */
  readonly socket?: true;
  /** Begin of the last attempt. */
  readonly started?: number;
  readonly ended?: number;
  readonly state: "waiting" | "running" | "finished" | FailureReason;
  readonly message?: string;
  /** Where its time went, once it has ended; they add up to queued → ended. */
  readonly stages?: Partial<Stages>;
  /** It was the first one of its function in its container. */
  readonly first: boolean;
  /** It waited for a container that was not ready when it came. */
  readonly cold: boolean;
  /** While it waited, a container was not ready yet, be it that another one took it in the end. */
  readonly whileBooting: boolean;
  readonly attempts: number;
}

interface ContainerState {
  readonly id: string;
  readonly pid: number;
  readonly events: RuntimeEvent[];
  ready: number | undefined;
  since: number;
  inputs: number;
  readonly running: Set<string>;
  /** Functions that it has taken inputs for. */
  readonly seen: Set<string>;
}

/** What functions share that share containers. */
interface PoolState {
  readonly containers: Map<string, ContainerState>;
  readonly boots: Boot[];
  spawned: number;
  /** Containers that are not ready yet. */
  booting: number;
  /** When the last boot ended, well or badly. */
  booted: number;
}

/** Changed in place, since every input pays for it; copied when it is asked for. */
type Draft<T> = { -readonly [Key in keyof T]: T[Key] };

interface OpenRow {
  readonly row: Draft<InputRow>;
  readonly queued: RuntimeEvent;
  started?: RuntimeEvent;
}

/** Where an input's time went is asked for far less often than inputs end. */
interface EndedRow {
  row: InputRow;
  /** What that is folded from; gone once it has been. */
  told?: readonly RuntimeEvent[];
}

interface FunctionState {
  readonly name: string;
  readonly class: string | undefined;
  readonly pool: PoolState;
  readonly open: Map<string, OpenRow>;
  /** The latest last, and more than are shown. */
  readonly ended: EndedRow[];
  readonly totals: Draft<Omit<Totals, "containers">>;
}

export function createBoard(): Board {
  const functions = new Map<string, FunctionState>();
  const pools = new Map<string, PoolState>();

  function stateOf(name: string, owner: string | undefined): FunctionState {
    const known = functions.get(name);
    // What builds a class's image is no container of the class.
    if (known && (known.class !== undefined || owner === undefined)) return known;
    const key = owner ?? name;
    const pool = pools.get(key) ?? { containers: new Map(), boots: [], spawned: 0, booting: 0, booted: 0 };
    pools.set(key, pool);
    const totals = { inputs: 0, failed: 0, peak: 0 };
    const state = { name, class: owner, pool, open: new Map(), ended: [], totals };
    functions.set(name, state);
    return state;
  }

  return {
    apply(event) {
      // Layers are no function's alone.
      if (event.function === undefined || (event.input ?? event.container) === undefined) return;
      const state = stateOf(event.function, event.class);
      if (event.input !== undefined) applyInput(state, event, event.input);
      else if (event.container !== undefined) applyContainer(state.pool, event, event.container);
    },
    functions: () => [...functions.values()].map(boardOf),
  };
}

function applyContainer(pool: PoolState, event: RuntimeEvent, id: string): void {
  if (event.type === "container.spawned") {
    const fresh = { id, pid: event.pid, ready: undefined, since: event.t, inputs: 0 };
    pool.containers.set(id, { ...fresh, events: [event], running: new Set(), seen: new Set() });
    pool.spawned++;
    pool.booting++;
    return;
  }
  const container = pool.containers.get(id);
  if (!container) return;
  if (event.type === "container.loaded") container.events.push(event);
  if (event.type === "container.exited") {
    pool.containers.delete(id);
    if (container.ready === undefined) endBoot(pool, event.t);
  }
  if (event.type === "container.ready") {
    container.events.push(event);
    container.ready = container.since = event.t;
    endBoot(pool, event.t);
    keep(pool.boots, bootOf(container.events));
  }
}

function endBoot(pool: PoolState, at: number): void {
  pool.booting--;
  pool.booted = at;
}

function applyInput(state: FunctionState, event: RuntimeEvent, id: string): void {
  if (event.type === "input.queued") {
    const row: Draft<InputRow> = {
      id,
      queued: event.t,
      state: "waiting",
      first: false,
      cold: false,
      whileBooting: false,
      attempts: 0,
    };
    if (event.socket) row.socket = true;
    state.open.set(id, { row, queued: event });
    state.totals.inputs++;
    state.totals.peak = Math.max(state.totals.peak, state.open.size);
    return;
  }
  const open = state.open.get(id);
  if (!open) return;
  const { row } = open;
  if (event.type === "input.started") {
    if (row.container !== undefined) release(state, row.container, id, event.t);
    const container = state.pool.containers.get(event.container ?? "");
    open.started = event;
    if (event.container !== undefined) row.container = event.container;
    row.started = event.t;
    row.state = "running";
    row.attempts++;
    row.first = container !== undefined && !container.seen.has(state.name);
    row.cold = container?.ready !== undefined && container.ready > row.queued;
    row.whileBooting = state.pool.booting > 0 || state.pool.booted > row.queued;
    if (!container) return;
    container.inputs++;
    container.seen.add(state.name);
    if (container.running.size === 0) container.since = event.t;
    container.running.add(id);
  }
  if (event.type === "input.finished" || event.type === "input.failed") {
    state.open.delete(id);
    const container = row.container ?? event.container ?? "";
    const about = state.pool.containers.get(container)?.events ?? [];
    const told = [open.queued, ...about, ...(open.started ? [open.started] : []), event];
    row.ended = event.t;
    row.state = event.type === "input.failed" ? event.reason : "finished";
    if (event.type === "input.failed") {
      row.message = event.message;
      state.totals.failed++;
    }
    keep(state.ended, { row, told });
    release(state, container, id, event.t);
  }
}

function release(state: FunctionState, id: string, input: string, now: number): void {
  const container = state.pool.containers.get(id);
  if (container?.running.delete(input) && container.running.size === 0) container.since = now;
}

function keep<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > 2 * KEPT) list.splice(0, KEPT);
}

/** Those that are shown, the latest first. */
function kept<T>(list: readonly T[]): readonly T[] {
  return list.slice(-KEPT).reverse();
}

function bootOf(events: readonly RuntimeEvent[]): Boot {
  const [spawned = 0, loaded, ready = 0] = events.map(({ t }) => t);
  const booted = events.find((event) => event.type === "container.loaded")?.booted ?? spawned;
  return { boot: booted - spawned, global: (loaded ?? booted) - booted, enter: ready - (loaded ?? booted) };
}

function folded(each: EndedRow): InputRow {
  const { row, told } = each;
  if (told) {
    const input = { container: row.container ?? told.at(-1)?.container ?? "", input: row.id };
    each.row = { ...row, stages: coldStart(told, input).stages };
    delete each.told;
  }
  return each.row;
}

function boardOf({ name, class: owner, pool, open, ended, totals }: FunctionState): FunctionBoard {
  const rows = [...open.values()].map(({ row }): InputRow => ({ ...row }));
  const waiting = rows.filter((row) => row.state === "waiting").length;
  return {
    name,
    ...(owner === undefined ? {} : { class: owner }),
    containers: [...pool.containers.values()].map(({ id, pid, ready, since, inputs, running }) => ({
      id,
      pid,
      state: running.size > 0 ? "busy" : ready === undefined ? "booting" : "warm",
      since,
      inputs,
    })),
    waiting,
    running: rows.length - waiting,
    totals: { ...totals, containers: pool.spawned },
    inputs: [...rows.reverse(), ...kept(ended).map(folded)],
    boots: kept(pool.boots),
  };
}
