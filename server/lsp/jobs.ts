// What the commands do: a cold run and its profile, a measurement, a proof of the fixes.
import type { RunError } from "../../runtime/options.ts";
import { formatChange, formatMs } from "../features/figures.ts";
import type { Linter } from "../lint.ts";
import type { Failure } from "../measure/failure.ts";
import type { Observer } from "../measure/job.ts";
import { DEFAULT_COLD, DEFAULT_WARM, measure } from "../measure/measure.ts";
import { run } from "../measure/run.ts";
import { DEFAULT_PAIRS, type Verification, verify } from "../measure/verify.ts";

export interface Job {
  readonly kind: "run" | "measure" | "verify";
  /** Absolute path. */
  readonly file: string;
  readonly function: string;
  /** Python that the editor has chosen for the file. */
  readonly python?: string;
}

export type JobReport =
  /** `say` is what the user is told beside the figures of lens and hover. */
  | { readonly ok: true; readonly say?: string; readonly answer: unknown }
  | { readonly ok: false; readonly error: RunError };

interface Means {
  readonly linter: Linter;
  /** Interpreters of the settings; empty for none. */
  readonly node: string;
  readonly python: string;
  readonly signal: AbortSignal;
  /** Absolute path → text of documents that are not saved. */
  readonly unsaved: Readonly<Record<string, string>> | undefined;
  /** An observer for runs of one kind, named for the user. */
  observer(runs: string): Observer;
}

export async function carryOut(job: Job, means: Means): Promise<JobReport> {
  const { linter, signal, observer } = means;
  const ask = {
    file: job.file,
    name: job.function,
    cwd: linter.root(job.file),
    ...{ env: [], envFiles: [] },
    ...(means.node && { node: means.node }),
    ...(means.python && { python: means.python }),
    ...(job.python && { editorPython: job.python }),
    ...(means.unsaved && { unsaved: means.unsaved }),
  };
  switch (job.kind) {
    case "run": {
      const cold = await run(ask, false, linter, observer("Cold run"), { signal });
      if (!cold.ok) return report(cold);
      // Times of single loads cost time themselves, so they come from a run of their own.
      const profile = await run(ask, true, linter, observer("Profile run"), { signal });
      return report(profile.ok ? cold : profile);
    }
    case "measure": {
      const counts = { cold: DEFAULT_COLD, warm: DEFAULT_WARM };
      return report(await measure(ask, counts, linter, observer("Cold starts"), { signal }));
    }
    case "verify": {
      const prove = (unsafe: boolean) => {
        const options = { rules: [], unsafe, pairs: DEFAULT_PAIRS };
        return verify(ask, options, linter, observer("Before and after"), { signal });
      };
      await linter.prepare([job.file]);
      const own = linter.lint(job.file).findings.filter((finding) => finding.function === job.function);
      const fixes = own.flatMap((finding) => finding.fixes);
      // Where its own fixes are unsafe, those of its surroundings alone are not what is asked about.
      const safe = fixes.some((fix) => fix.safety === "safe") || fixes.length === 0;
      const first = await prove(!safe);
      const unsafe = !safe || isNothing(first);
      const proof = safe && unsafe ? await prove(true) : first;
      if (proof.ok) return { ok: true, say: verdict(job.function, proof, unsafe), answer: proof };
      const message = `No fix applies to ${job.function}, so there is nothing to prove.`;
      return isNothing(proof) ? { ok: false, error: { ...proof.error, message } } : report(proof);
    }
  }
}

const isNothing = (proof: Verification | Failure): boolean =>
  !proof.ok && proof.error.name === "NothingToVerify";

function report(outcome: { readonly ok: true } | Failure): JobReport {
  return outcome.ok ? { ok: true, answer: outcome } : { ok: false, error: outcome.error };
}

/** `search with its fixes: 3.2× faster here (95 % CI 3.0–3.4), results equal.` */
function verdict(
  name: string,
  { verdict: said, speedup, results, before, after, cause }: Verification,
  unsafe: boolean,
): string {
  const times = `${formatMs(before.median)} → ${formatMs(after.median)}`;
  const [low, high] = speedup.ci;
  const change =
    said === "no-difference"
      ? `no measurable difference${cause ? `: ${cause}` : ""}`
      : `${formatChange(speedup.median, 1)} here (95 % CI ${low.toFixed(1)}–${high.toFixed(1)}), ${times}`;
  return `${name} with its ${unsafe ? "unsafe " : ""}fixes: ${change}; results ${results.replace("-", " ")}.`;
}
