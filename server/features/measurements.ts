// What is known of one function's cold starts, in the shape that lenses and hovers show.
import type { Where } from "../../runtime/options.ts";
import type { Stages } from "../../runtime/trace/events.ts";
import { historyOf, type StoredResult } from "../measure/store.ts";

export interface FunctionMeasurements {
  /** Of the source as it stands; else the last one of any source, and then `stale` is true. */
  readonly latest?: ColdFigure;
  readonly stale: boolean;
  /** The last one of another source, measured before `latest`. */
  readonly previous?: ColdFigure;
  /** Times of single loads, from the last profile run. */
  readonly loads: readonly LoadFigure[];
  /** True when the loads were timed before the last change of the source. */
  readonly loadsStale: boolean;
}

/** One cold start, or the medians of several. Milliseconds. */
export interface ColdFigure {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly runs: number;
  readonly wall: number;
  readonly stages: Stages;
  /** 95 % confidence interval of the wall time, where there were several runs. */
  readonly ci?: readonly [number, number];
  readonly where?: Where;
}

export interface LoadFigure {
  /** The work item's label; a function may hold several of one label, then order decides. */
  readonly label: string;
  readonly ms: number;
}

export const NOTHING_MEASURED: FunctionMeasurements = { stale: false, loads: [], loadsStale: false };

/**
 * What the stored results (oldest first) say of a function.
 *
 * @param name FILE::NAME, relative to the project's root.
 * @param hash Of its source as it stands.
 */
export function measurementsOf(
  results: readonly StoredResult[],
  name: string,
  hash: string | undefined,
): FunctionMeasurements {
  const { current, previous, profile } = historyOf(results, name, hash);
  const latest = current ?? previous;
  // "Was" is what came before; a source that went back has been measured as something else later.
  const before = current && historyOf(results.slice(0, results.indexOf(current)), name, hash).previous;
  const file = name.slice(0, name.lastIndexOf("::"));
  return {
    ...(latest && { latest: toFigure(latest) }),
    stale: latest !== undefined && latest !== current,
    ...(before && { previous: toFigure(before) }),
    loads: (profile?.spans ?? [])
      .filter((span) => span.file === file)
      .sort((a, b) => a.line - b.line || a.column - b.column)
      .map(({ label, submitted, ms }) => ({ label: submitted ?? label, ms })),
    loadsStale: profile !== undefined && profile.hash !== hash,
  };
}

function toFigure({ at, runs, wall, stages, ci, where }: StoredResult): ColdFigure {
  return { at, runs, wall, stages, ...(ci && { ci }), ...(where && { where }) };
}

/** Times of labelled loads by position: the n-th load of a label belongs to the n-th figure of it. */
export function timesOfLoads(
  labels: readonly string[],
  figures: readonly LoadFigure[],
): readonly (number | undefined)[] {
  const left = [...figures];
  return labels.map((label) => {
    const at = left.findIndex((figure) => figure.label === label);
    return at < 0 ? undefined : left.splice(at, 1)[0]?.ms;
  });
}
