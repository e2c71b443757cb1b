// The lenses above a function: run it cold, measure it, prove its fixes; after a run, what it cost.
import type { FunctionFacts } from "../facts/function.ts";
import type { Range } from "../facts/module.ts";
import type { FileReport } from "../lint.ts";
import { formatMs } from "./figures.ts";
import type { FunctionMeasurements } from "./measurements.ts";

export type LensKind = "run" | "measure" | "verify";

export interface Lens {
  readonly kind: LensKind;
  readonly function: string;
  readonly range: Range;
}

/** Where lenses stand. Their titles come later, when the editor shows them. */
export function lenses(report: FileReport): readonly Lens[] {
  return report.functions
    .filter((facts) => facts.file === report.file)
    .flatMap((facts) => {
      const place = { function: facts.name, range: firstLine(facts) };
      const fixable = report.findings.some(
        (finding) => finding.function === facts.name && finding.fixes.length > 0,
      );
      const kinds: readonly LensKind[] = fixable ? ["run", "measure", "verify"] : ["run", "measure"];
      return kinds.map((kind) => ({ kind, ...place }));
    });
}

export function lensTitle(kind: LensKind, measurements: FunctionMeasurements): string {
  switch (kind) {
    case "run":
      return `▶ Run cold${figure(measurements)}`;
    case "measure":
      return "Measure";
    case "verify":
      return "Prove the fixes";
  }
}

function figure({ latest, previous, stale }: FunctionMeasurements): string {
  if (!latest) return "";
  if (stale) return ` · ${formatMs(latest.wall)} before the last change`;
  return ` · ${formatMs(latest.wall)}${previous ? `, was ${formatMs(previous.wall)}` : ""}`;
}

/** From whichever comes first, the definition or the name. */
function firstLine({ range, nameRange }: FunctionFacts): Range {
  const start = Math.min(range.start, nameRange.start);
  return { start, end: Math.max(start, nameRange.end) };
}
