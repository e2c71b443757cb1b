// Times beside loads, from the last profile run.
import type { FileReport } from "../lint.ts";
import { formatMs } from "./figures.ts";
import { type FunctionMeasurements, timesOfLoads } from "./measurements.ts";
import { workIn } from "./work.ts";

export interface InlayHint {
  /** Offset. */
  readonly at: number;
  readonly label: string;
  readonly tooltip: string;
}

/** Only for loads timed since the last change: a figure beside the code reads as being true of it. */
export function inlayHints(
  report: FileReport,
  measured: (functionName: string) => FunctionMeasurements,
): readonly InlayHint[] {
  const hints = new Map<number, InlayHint>();
  for (const facts of report.functions) {
    const { loads, loadsStale } = measured(facts.name);
    if (loadsStale || loads.length === 0) continue;
    const work = workIn(facts, report.file);
    const times = timesOfLoads(
      work.map(({ label }) => label),
      loads,
    );
    for (const [index, item] of work.entries()) {
      const ms = times[index];
      if (ms === undefined) continue;
      hints.set(item.place.range.end, {
        at: item.place.range.end,
        label: formatMs(ms),
        tooltip: `What ${item.label} took of the last profiled cold start of ${facts.name}.`,
      });
    }
  }
  return [...hints.values()];
}
