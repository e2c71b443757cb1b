// What pairs of measurements prove: faster, slower or no difference, by which metric, and whether results are equal.
import { isDeepStrictEqual } from "node:util";
import type { Stages } from "../../runtime/trace/events.ts";
import type { Fix } from "../facts/finding.ts";
import type { Success } from "./job.ts";
import { median, pairedRatio, type Ratio } from "./statistics.ts";

export type Verdict = "faster" | "no-difference" | "slower";
export type Metric = "wall" | "body";
export type Results = "equal" | "different" | "not-comparable";

/** What is known of the change: it moved work out of the body and did nothing else to work (`only`), did not, or nobody can say. */
export type Moved = "only" | "no" | "unknown";

const moving = new Set<Fix["change"]["kind"]>(["move-to-enter", "run-in-enter"]);
/** They write names and settings anew: no work runs elsewhere. */
const renaming = new Set<Fix["change"]["kind"]>(["replace", "parameters", "decorate"]);

/** What a set of changes does to the work of a function. */
export function movedBy(kinds: readonly Fix["change"]["kind"][]): Moved {
  const working = kinds.filter((kind) => !renaming.has(kind));
  return working.length > 0 && working.every((kind) => moving.has(kind)) ? "only" : "no";
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly metric: Metric;
  readonly speedup: Ratio;
}

/** A difference that nobody would act on is none: it has to be 2 % and a millisecond at least. */
const LEAST_SHARE = 1.02;
const LEAST_MS = 1;
/**
 * What a start may take longer where work left the first body. Loads that start together hold their bytes together,
 * and the collector asks a few per cent for that (5 % for three tables of 8 MB, parsed); inputs to warm containers
 * never pay it. It is said beside the verdict.
 */
const LONGER_START = 1.1;

/**
 * Whether a change helps is decided by the wall time. Where all that it did was to move work out of the first body, warm
 * containers hide its cost from inputs though the start takes as long as before: then the body decides, as long as the
 * start is not slower in a way that matters.
 */
export function judge(before: readonly Success[], after: readonly Success[], moved: Moved): Judgement {
  const walls = [before.map((each) => each.wall), after.map((each) => each.wall)] as const;
  const wall = compare(...walls, "wall");
  const left = moved === "only" || (moved === "unknown" && workMoved(before, after));
  if (!left || compare(...walls, "wall", LONGER_START).verdict === "slower") return wall;
  const body = compare(before.map(bodyOf), after.map(bodyOf), "body");
  if (moved === "only") return body;
  return wall.verdict === "faster" || body.verdict !== "faster" ? wall : body;
}

function compare(
  before: readonly number[],
  after: readonly number[],
  metric: Metric,
  leastSlower = LEAST_SHARE,
): Judgement {
  const speedup = pairedRatio(before, after);
  const gain = median(before) - median(after);
  const matters = Math.abs(gain) >= LEAST_MS;
  const faster = matters && gain > 0 && speedup.ci[0] > 1 && speedup.median >= LEAST_SHARE;
  const slower = matters && gain < 0 && speedup.ci[1] < 1 && speedup.median <= 1 / leastSlower;
  return { verdict: faster ? "faster" : slower ? "slower" : "no-difference", metric, speedup };
}

/** Without the change at hand: whether what the body lost stands in the stages before it. */
function workMoved(before: readonly Success[], after: readonly Success[]): boolean {
  const ahead = (runs: readonly Success[]) =>
    median(runs.map(({ stages }) => (stages?.global ?? 0) + (stages?.enter ?? 0)));
  const lost = median(before.map(bodyOf)) - median(after.map(bodyOf));
  return ahead(after) - ahead(before) >= lost / 2;
}

const bodyOf = ({ stages, wall }: { readonly stages?: Stages; readonly wall: number }) =>
  stages?.body ?? wall;

/** A function that gives another result each time can't be compared. */
export function compareResults(before: readonly unknown[], after: readonly unknown[]): Results {
  const [first] = before;
  if (!before.every((each) => isDeepStrictEqual(each, first))) return "not-comparable";
  return after.every((each) => isDeepStrictEqual(each, first)) ? "equal" : "different";
}
