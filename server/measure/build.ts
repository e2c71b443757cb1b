// Builds the images of an app's functions ahead of their first cold start.
import type { Linter } from "../lint.ts";
import { type Failure, failure } from "./failure.ts";
import { carryOut, type Observer } from "./job.ts";
import type { JobControl } from "./runtime-process.ts";
import { type Ask, findTarget } from "./target.ts";

export interface BuiltLayer {
  readonly name: string;
  readonly hash: string;
  readonly cached: boolean;
  readonly reason?: string;
  readonly ms: number;
}

export interface Build {
  readonly ok: true;
  readonly layers: readonly BuiltLayer[];
  /** Only where that was asked for, like `freed`. */
  readonly pruned?: readonly { readonly name: string; readonly hash?: string; readonly bytes: number }[];
  /** Bytes. */
  readonly freed?: number;
}

export async function build(
  ask: Ask,
  prune: boolean,
  linter: Linter,
  observer: Observer,
  control: JobControl = {},
): Promise<Build | Failure> {
  const target = await findTarget(ask, linter);
  if (!target.ok) return target;
  const variant = { id: "as-is", file: target.file };
  const done = await carryOut(target, { kind: "build", variant, prune }, observer, control);
  if (!done.ok) return done;
  const [outcome] = done.outcomes;
  if (!outcome) return failure("defect", "NoOutcome", "The local runtime did not say how the build went.");
  return { ok: true, ...(outcome.result as Omit<Build, "ok">) };
}
