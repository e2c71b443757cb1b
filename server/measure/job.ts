// One job of the runtime on behalf of a command: listens, renames, and turns an early end into one failure.
import type { Outcome, RuntimeMessage, RuntimeOptions, Where } from "../../runtime/options.ts";
import type { RuntimeEvent } from "../../runtime/trace/events.ts";
import type { Failure } from "./failure.ts";
import { type JobControl, runJob, type Served } from "./runtime-process.ts";
import { renamer, runtimeOptions, type Target } from "./target.ts";

/** Told while a command is on its way. */
export interface Observer {
  /** How many times user code is going to run; said before it does. */
  runs?(count: number): void;
  event?(event: RuntimeEvent): void;
  /** Does not listen to what becomes of inputs: their events, which are many, need not be told. */
  readonly quiet?: boolean;
  note?(text: string): void;
  output?(output: Extract<RuntimeMessage, { type: "output" }>): void;
  /** An app takes requests, now or again after a change. */
  served?(served: Served): void;
  /** A step has ended. */
  progress?(done: number, of: number): void;
}

export type Success = Extract<Outcome, { ok: true }>;

export interface Done {
  readonly ok: true;
  readonly outcomes: readonly Success[];
  readonly where: Where | undefined;
}

/** A failed step's index tells which variant failed. */
export type JobFailure = Failure & { readonly step?: number };

export async function carryOut(
  target: Target,
  job: RuntimeOptions["job"],
  observer: Observer,
  control: JobControl,
): Promise<Done | JobFailure> {
  const steps = job.kind === "cold" ? job.steps.length : 1;
  const rename = renamer(target);
  for (const note of target.notes) observer.note?.(note);
  if (job.kind === "cold") observer.runs?.(job.steps.reduce((sum, { warm = 0 }) => sum + 1 + warm, 0));
  if (job.kind === "entrypoint") observer.runs?.(1);
  const { outcomes, where, error } = await runJob(
    { ...runtimeOptions(target), ...(observer.quiet && { quiet: true }), job },
    {
      event: (event) =>
        observer.event?.(event.function ? { ...event, function: rename(event.function) } : event),
      note: (text) => observer.note?.(text),
      output: (output) => observer.output?.({ ...output, function: rename(output.function) }),
      outcome: (step) => observer.progress?.(step + 1, steps),
      served: (served) => observer.served?.(served),
    },
    control,
  );
  if (error) return { ok: false, error, ...lastStages(outcomes), ...(where && { where }) };
  for (const [step, outcome] of outcomes.entries()) {
    if (!outcome.ok) return { ...outcome, step, ...(where && { where }) };
  }
  return { ok: true, outcomes: outcomes.filter((outcome) => outcome.ok), where };
}

function lastStages(outcomes: readonly Outcome[]): Pick<Failure, "stages" | "wall"> {
  const last = outcomes.at(-1);
  return last && !last.ok
    ? { ...(last.stages && { stages: last.stages }), ...(last.wall !== undefined && { wall: last.wall }) }
    : {};
}
