// Runs a function once in a fresh container, or an app's local entry point; profiles when asked to.
import type { ImportCost, Where } from "../../runtime/options.ts";
import type { Stages } from "../../runtime/trace/events.ts";
import type { Linter } from "../lint.ts";
import { relativeTo } from "../workspace/paths.ts";
import { type Failure, failure } from "./failure.ts";
import { initNote } from "./init-limit.ts";
import { carryOut, type Observer } from "./job.ts";
import type { JobControl } from "./runtime-process.ts";
import { planSpans, type TimedWork } from "./spans.ts";
import { store } from "./store.ts";
import { type Ask, findTarget, type Target, withoutValues } from "./target.ts";

export interface RunResult {
  readonly ok: true;
  readonly result: unknown;
  /** Absent for entry points. */
  readonly stages?: Stages;
  readonly wall: number;
  readonly where?: Where;
  /** Of a profile run, whose stages hold the cost of timing. */
  readonly spans?: readonly TimedWork[];
  readonly imports?: readonly ImportCost[];
}

/** One cold start and one input. The result is kept in the project's store. */
export async function run(
  ask: Ask & { readonly name: string },
  profile: boolean,
  linter: Linter,
  observer: Observer,
  control: JobControl = {},
): Promise<RunResult | Failure> {
  const target = await findTarget(ask, linter);
  if (!target.ok) return target;
  const plan = profile ? planSpans(target.file, withoutValues(target.name), linter) : undefined;
  const variant = {
    id: "as-is",
    file: target.file,
    function: target.name,
    ...(target.unsaved && { overlay: target.unsaved }),
    ...(plan && { marked: plan.marked }),
  };
  const step = { variant: variant.id, input: target.input.args, profile };
  const done = await carryOut(
    target,
    { kind: "cold", variants: [variant], steps: [step] },
    observer,
    control,
  );
  if (!done.ok) return done;
  const [outcome] = done.outcomes;
  if (!outcome?.stages)
    return failure("defect", "NoOutcome", "The local runtime did not say how the run went.");
  const spans = plan?.place(outcome.spans ?? []);
  const { boot, global, enter } = outcome.stages;
  const within = plan?.imports(outcome.spans ?? [], boot + global + enter) ?? [];
  const result: RunResult = {
    ok: true,
    result: outcome.result,
    stages: outcome.stages,
    wall: outcome.wall,
    ...(done.where && { where: done.where }),
    ...(spans && { spans, imports: [...(outcome.imports ?? []), ...within] }),
  };
  keep(target, result, outcome.bytesRead, observer);
  return result;
}

/** The app's local entry point, with functions in pools of containers. */
export async function runEntrypoint(
  ask: Ask,
  linter: Linter,
  observer: Observer,
  control: JobControl = {},
): Promise<RunResult | Failure> {
  const target = await findTarget(ask, linter);
  if (!target.ok) return target;
  const variant = { id: "as-is", file: target.file };
  const { args } = target.input;
  const job = { kind: "entrypoint", variant, ...(args.length > 0 && { input: args }) } as const;
  const done = await carryOut(target, job, observer, control);
  if (!done.ok) return done;
  const [outcome] = done.outcomes;
  if (!outcome) return failure("defect", "NoOutcome", "The local runtime did not say how the run went.");
  return { ok: true, result: outcome.result, wall: outcome.wall, ...(done.where && { where: done.where }) };
}

function keep(target: Target, result: RunResult, bytesRead: number | undefined, observer: Observer): void {
  if (!result.stages) return;
  const { project } = target;
  const spans = result.spans?.map((span) => ({ ...span, file: relativeTo(project, span.file) }));
  keepResult(target, observer, {
    kind: spans ? "profile" : "run",
    runs: 1,
    wall: result.wall,
    stages: result.stages,
    ...(bytesRead !== undefined && { bytesRead }),
    ...(spans && { spans, imports: [...(result.imports ?? [])] }),
    ...(result.where && { where: result.where }),
  });
}

/** Adds a result to the project's store, and says what it means on its platform. A store that can't be written costs a note, not the figure. */
export function keepResult(
  target: Target,
  observer: Observer,
  result: Omit<Parameters<typeof store>[1], "v" | "at" | "function" | "hash">,
): void {
  const name = `${relativeTo(target.project, target.file)}::${target.name}`;
  const limit = result.stages && initNote(target.platform, result.stages);
  if (limit !== undefined) observer.note?.(limit);
  try {
    store(target.project, { v: 1, at: Date.now(), function: name, hash: target.hash, ...result });
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    observer.note?.(`The result is not kept, since ${target.project}/.coldstart can't be written (${why}).`);
  }
}
