// Verifies a change: the original against its fixed copy (or another function) in fresh containers, in random pairs.
import type { ColdJob, Step, Variant, Where } from "../../runtime/options.ts";
import type { AppliedFix, Linter } from "../lint.ts";
import { absolute } from "../workspace/paths.ts";
import { causeOf } from "./cause.ts";
import { type Failure, failure } from "./failure.ts";
import { carryOut, type JobFailure, type Observer, type Success } from "./job.ts";
import { type ColdSummary, summariseCold } from "./measure.ts";
import { seeded, shuffled } from "./random.ts";
import { keepResult } from "./run.ts";
import type { JobControl } from "./runtime-process.ts";
import { planSpans, type SpanPlan } from "./spans.ts";
import type { Ratio } from "./statistics.ts";
import { type Ask, findTarget, type Target, withoutValues } from "./target.ts";
import {
  compareResults,
  judge,
  type Metric,
  type Moved,
  movedBy,
  type Results,
  type Verdict,
} from "./verdict.ts";

export interface VerifyOptions {
  /** Only fixes of these rules. */
  readonly rules: readonly string[];
  readonly unsafe: boolean;
  /** Another function instead of a fixed copy. */
  readonly against?: { readonly file: string; readonly name: string };
  readonly pairs: number;
  /** Seed of the order. Default: another one each time. */
  readonly seed?: number;
}

export interface Verification {
  readonly ok: true;
  readonly verdict: Verdict;
  readonly metric: Metric;
  readonly speedup: Ratio;
  readonly results: Results;
  readonly before: ColdSummary;
  readonly after: ColdSummary;
  /** Why there is no difference, where a profile run shows it. */
  readonly cause?: string;
  readonly where?: Where;
  /** Empty with `against`. */
  readonly fixes: readonly AppliedFix[];
}

export const DEFAULT_PAIRS = 10;

interface Sides {
  readonly before: Target;
  readonly after: Target;
  readonly variants: readonly [Variant, Variant];
  readonly moved: Moved;
  readonly fixes: readonly AppliedFix[];
  /** The linter that sees the text of each side. */
  readonly linters: readonly [Linter, Linter];
}

export async function verify(
  ask: Ask & { readonly name: string },
  options: VerifyOptions,
  linter: Linter,
  observer: Observer,
  control: JobControl = {},
): Promise<Verification | Failure> {
  const before = await findTarget(ask, linter);
  if (!before.ok) return before;
  const sides = options.against
    ? await otherFunction(before, ask, options.against, linter)
    : fixedCopy(before, options, linter);
  if ("error" in sides) return sides;
  const random = seeded(options.seed ?? Date.now());
  // One pair more than is counted: the first one pays for what the machine has not in memory yet. There the original
  // goes first, so that a failure of the other side is known to be its own.
  const counting = Array.from({ length: options.pairs }, () => shuffled(sides.variants, random));
  const order = [sides.variants, ...counting].flat();
  const steps = order.map(({ id }): Step => ({ variant: id, input: before.input.args }));
  const done = await carryOut(
    sides.before,
    { kind: "cold", variants: sides.variants, steps },
    observer,
    control,
  );
  if (!done.ok) return named(done, order, sides, observer);

  const counted = (side: 0 | 1): readonly Success[] =>
    done.outcomes.filter((_, step) => step >= 2 && order[step] === sides.variants[side]);
  const [first, second] = [counted(0), counted(1)];
  const summaries = [summariseCold(first), summariseCold(second)];
  if (!summaries[0] || !summaries[1])
    return failure("defect", "NoOutcome", "The local runtime did not say how the runs went.");
  const judgement = judge(first, second, sides.moved);
  const overlaps = ["concurrently", "prefetch"];
  const overlapped = !sides.fixes.length || sides.fixes.some((fix) => overlaps.includes(fix.kind));
  const seeksCause = judgement.verdict !== "faster" && judgement.metric === "wall" && overlapped;
  const cause = seeksCause ? await findCause(sides, summaries[0].median, observer, control) : undefined;
  const results = compareResults(resultsOf(first), resultsOf(second));
  for (const [target, cold] of [
    [sides.before, summaries[0]],
    [sides.after, summaries[1]],
  ] as const) {
    const { n, median, p95, ci, stages } = cold;
    keepResult(target, observer, {
      ...{ kind: "verify", runs: n, wall: median, p95, ci: [...ci], stages },
      ...(done.where && { where: done.where }),
    });
  }
  return {
    ...{ ok: true, ...judgement, results, before: summaries[0], after: summaries[1] },
    ...(cause && { cause }),
    ...(done.where && { where: done.where }),
    fixes: sides.fixes,
  };
}

const resultsOf = (runs: readonly Success[]) => runs.map((each) => each.result);

function fixedCopy(before: Target, { rules, unsafe }: VerifyOptions, linter: Linter): Sides | Failure {
  const { file, name } = before;
  const choice = { rules, function: withoutValues(name), anywhere: true };
  const { texts, applied } = linter.fixAll([file], { ...choice, unsafe });
  if (texts.size === 0) {
    const more = !unsafe && linter.fixAll([file], { ...choice, unsafe: true }).applied.length > 0;
    const which = rules.length > 0 ? `No fix of ${rules.join(", ")}` : "No fix";
    const hint = more
      ? " Unsafe ones do: add --fix-unsafe."
      : " Compare it with another function by --against FILE::NAME.";
    return failure("usage", "NothingToVerify", `${which} applies to ${name}.${hint}`);
  }
  const fixed = linter.fork();
  for (const [path, text] of texts) fixed.open(path, text);
  const originals = Object.fromEntries([...texts.keys()].map((path) => [path, linter.text(path) ?? ""]));
  const fixedName = nameAfter(linter, fixed, file, name);
  return {
    before,
    after: { ...before, name: fixedName, hash: fixed.sourceHash(file, withoutValues(fixedName)) ?? "" },
    // Both sides replace the same files, so that both pay the same for it.
    variants: [
      { id: "before", file, function: name, overlay: { ...before.unsaved, ...originals } },
      {
        ...{ id: "after", file, function: fixedName },
        overlay: { ...before.unsaved, ...Object.fromEntries(texts) },
      },
    ],
    moved: movedBy(applied.map((each) => each.kind)),
    fixes: applied,
    linters: [linter, fixed],
  };
}

/** A function that its fix has put into a class is a method of its name there. */
function nameAfter(linter: Linter, fixed: Linter, file: string, name: string): string {
  const names = (each: Linter) => each.lint(file).functions.map((one) => one.name);
  const now = names(fixed);
  if (now.includes(withoutValues(name))) return name;
  const known = names(linter);
  const made = now.filter((each) => each.endsWith(`.${name}`) && !known.includes(each));
  return made.length === 1 && made[0] !== undefined ? made[0] : name;
}

async function otherFunction(
  before: Target,
  ask: Ask,
  other: { readonly file: string; readonly name: string },
  linter: Linter,
): Promise<Sides | Failure> {
  const after = await findTarget({ ...ask, ...other }, linter);
  if (!after.ok) return after;
  // Containers of both sides start in one folder; where the projects differ it is the command's.
  const root = before.root === after.root ? before.root : absolute(ask.cwd);
  return {
    before: { ...before, root },
    after,
    variants: [
      { id: "before", file: before.file, function: before.name },
      { id: "after", file: after.file, function: after.name },
    ],
    moved: "unknown",
    fixes: [],
    linters: [linter, linter],
  };
}

/** Says which of the two sides failed. */
function named(failed: JobFailure, order: readonly Variant[], sides: Sides, observer: Observer): Failure {
  const { step, ...rest } = failed;
  if (step !== undefined && order[step] === sides.variants[1]) {
    const which =
      sides.fixes.length > 0 ? "the fixed copy" : `${sides.after.name}, the function compared against`;
    observer.note?.(`What fails is ${which}.`);
  }
  return rest;
}

/** Two profile runs after the verdict, one a side: figures that decide come from runs that are not instrumented. */
async function findCause(
  sides: Sides,
  wall: number,
  observer: Observer,
  control: JobControl,
): Promise<string | undefined> {
  const plans = sides.variants.map(
    (variant, side): SpanPlan => planSpans(variant.file, variant.function, sides.linters[side === 0 ? 0 : 1]),
  );
  if (plans.some((plan) => Object.keys(plan.marked).length === 0)) return undefined;
  observer.note?.("Not faster; two profile runs look for the cause.");
  const job: ColdJob = {
    kind: "cold",
    variants: sides.variants.map((variant, side) => ({ ...variant, marked: plans[side]?.marked ?? {} })),
    steps: sides.variants.map(({ id }) => ({ variant: id, input: sides.before.input.args, profile: true })),
  };
  const { output } = observer;
  const done = await carryOut(sides.before, job, output ? { output } : {}, control);
  if (!done.ok) return undefined;
  const [first, second] = plans.map((plan, side) => plan.place(done.outcomes[side]?.spans ?? []));
  return causeOf(first ?? [], second ?? [], wall);
}
