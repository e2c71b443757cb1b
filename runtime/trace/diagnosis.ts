// Says which of the two troubles of cold starts a function has, with the figures behind it.
import type { Boot, FunctionBoard, InputRow } from "./board.ts";

export interface Figures {
  /** Inputs that the figures are of: those that have run, of the last {@link KEPT}. */
  readonly n: number;
  /** Milliseconds between queued and started. */
  readonly pending: Spread;
  /** Share of inputs that waited for a container to become ready, 0 to 1. */
  readonly coldShare: number;
  /** Bodies of inputs that were the first of their container, and of all later ones, in milliseconds; not of web sockets. */
  readonly first: Spread;
  readonly later: Spread;
  /** Medians of the last boots, in milliseconds. */
  readonly boot: Boot & { readonly n: number };
}

export interface Spread {
  readonly n: number;
  readonly median: number;
  readonly p95: number;
}

/**
 * `waiting`: inputs spend their time before they reach a container, because one has to boot (`boots`) or because there
 * may be no more of them (`full`). `first-inputs`: the first input of a new container takes longer than later ones.
 */
export type Diagnosis =
  | {
      readonly kind: "waiting";
      readonly cause: "boots" | "full";
      /** Inputs that waited, of all. */
      readonly waited: number;
      readonly of: number;
      /** What takes most of a boot. */
      readonly longest: keyof Boot;
      /** Share of the inputs' time that was waiting, 0 to 1. */
      readonly share: number;
    }
  | { readonly kind: "first-inputs"; readonly excess: number; readonly factor: number };

/** Waits below this are what handing over costs, in milliseconds. */
const NOTICEABLE = 20;
/** Share of all time that waiting takes before it is called a trouble. */
const SHARE = 0.1;
/** Later inputs that there must be before the first ones can be compared with them. */
const LATER = 3;

export function figuresOf({ inputs, boots }: FunctionBoard): Figures {
  const ran = inputs.filter(hasRun);
  const bodies = (first: boolean) =>
    spread(ran.filter((row) => row.first === first && !row.socket).map(body));
  return {
    n: ran.length,
    pending: spread(ran.map(pending)),
    coldShare: ran.length === 0 ? 0 : ran.filter((row) => row.cold).length / ran.length,
    first: bodies(true),
    later: bodies(false),
    boot: {
      n: boots.length,
      boot: median(boots.map((boot) => boot.boot)),
      global: median(boots.map((boot) => boot.global)),
      enter: median(boots.map((boot) => boot.enter)),
    },
  };
}

/** None where there is nothing to mend, or too little to go by. Both may hold at once; waiting comes first. */
export function diagnose(board: FunctionBoard): readonly Diagnosis[] {
  const figures = figuresOf(board);
  const ran = board.inputs.filter(hasRun);
  const found: Diagnosis[] = [];
  const waited = ran.filter((row) => pending(row) >= NOTICEABLE);
  const share =
    sum(waited.map(pending)) / (sum(ran.map((row) => pending(row) + (row.socket ? 0 : body(row)))) || 1);
  if (waited.length > 0 && share >= SHARE) {
    const { boot, global, enter } = figures.boot;
    const longest = Math.max(boot, global, enter);
    found.push({
      kind: "waiting",
      cause: waited.filter((row) => row.whileBooting).length * 2 >= waited.length ? "boots" : "full",
      waited: waited.length,
      of: ran.length,
      longest: longest === enter ? "enter" : longest === global ? "global" : "boot",
      share,
    });
  }
  const { first, later } = figures;
  const excess = first.median - later.median;
  if (first.n > 0 && later.n >= LATER && excess >= Math.max(NOTICEABLE, later.median / 2)) {
    found.push({ kind: "first-inputs", excess, factor: first.median / Math.max(later.median, 0.001) });
  }
  return found;
}

type Ran = InputRow & { readonly started: number; readonly ended: number };

/** Cancelled inputs say nothing of how long one takes. */
function hasRun(row: InputRow): row is Ran {
  return row.started !== undefined && row.ended !== undefined && row.state !== "cancelled";
}

const pending = (row: Ran) => row.started - row.queued;
const body = (row: Ran) => row.ended - row.started;

function spread(values: readonly number[]): Spread {
  return { n: values.length, median: median(values), p95: quantile(values, 0.95) };
}

const median = (values: readonly number[]) => quantile(values, 0.5);

/** Linear between the two nearest values; 0 of none. */
function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const below = sorted[Math.floor(at)] ?? 0;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - Math.floor(at));
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
