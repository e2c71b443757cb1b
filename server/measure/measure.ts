// Measures a function: N cold starts, each in a fresh container, and M warm calls of one container.
import type { Where } from "../../runtime/options.ts";
import type { Stages } from "../../runtime/trace/events.ts";
import type { Linter } from "../lint.ts";
import { type Failure, failure } from "./failure.ts";
import { carryOut, type Observer, type Success } from "./job.ts";
import { keepResult } from "./run.ts";
import type { JobControl } from "./runtime-process.ts";
import { median, type Summary, summarise } from "./statistics.ts";
import { type Ask, findTarget } from "./target.ts";

/** Cold starts in short; `stages` are the medians of each. */
export interface ColdSummary extends Summary {
  readonly stages: Stages;
}

export interface Measurement {
  readonly ok: true;
  readonly cold: ColdSummary;
  /** Absent when no warm call was asked for. */
  readonly warm?: Summary;
  readonly where?: Where;
}

export const DEFAULT_COLD = 10;
export const DEFAULT_WARM = 20;

export async function measure(
  ask: Ask & { readonly name: string },
  counts: { readonly cold: number; readonly warm: number },
  linter: Linter,
  observer: Observer,
  control: JobControl = {},
): Promise<Measurement | Failure> {
  const target = await findTarget(ask, linter);
  if (!target.ok) return target;
  const variant = {
    id: "as-is",
    file: target.file,
    function: target.name,
    ...(target.unsaved && { overlay: target.unsaved }),
  };
  // The warm calls go to the last container, so that they come on top of one cold start and not of all.
  const steps = Array.from({ length: counts.cold }, (_, at) => ({
    variant: variant.id,
    input: target.input.args,
    ...(at === counts.cold - 1 && counts.warm > 0 && { warm: counts.warm }),
  }));
  const done = await carryOut(target, { kind: "cold", variants: [variant], steps }, observer, control);
  if (!done.ok) return done;
  const cold = summariseCold(done.outcomes);
  if (!cold) return failure("defect", "NoOutcome", "The local runtime did not say how the runs went.");
  const times = done.outcomes.flatMap((outcome) => outcome.warm);
  const warm = times.length > 0 ? summarise(times) : undefined;
  keepResult(target, observer, {
    kind: "measure",
    runs: cold.n,
    wall: cold.median,
    p95: cold.p95,
    ci: [...cold.ci],
    stages: cold.stages,
    ...(warm && { warm: { n: warm.n, median: warm.median, p95: warm.p95 } }),
    ...(done.where && { where: done.where }),
  });
  return { ok: true, cold, ...(warm && { warm }), ...(done.where && { where: done.where }) };
}

/** Undefined when there is nothing to summarise. */
export function summariseCold(outcomes: readonly Success[]): ColdSummary | undefined {
  const stages = outcomes.flatMap((outcome) => (outcome.stages ? [outcome.stages] : []));
  if (stages.length === 0) return undefined;
  const middle = (stage: keyof Stages) => median(stages.map((each) => each[stage]));
  return {
    ...summarise(outcomes.map((outcome) => outcome.wall)),
    stages: {
      queue: middle("queue"),
      boot: middle("boot"),
      global: middle("global"),
      enter: middle("enter"),
      body: middle("body"),
    },
  };
}
