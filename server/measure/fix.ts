// Applies the fixes that a verify run proves, function by function and rule by rule, and says why the others are left.
import { writeFileSync } from "node:fs";
import type { Finding } from "../facts/finding.ts";
import type { Linter } from "../lint.ts";
import { FOREIGN_ENCODING, isForeignEncoding } from "../workspace/encoding.ts";
import { type Failure, failure } from "./failure.ts";
import type { Observer } from "./job.ts";
import type { JobControl } from "./runtime-process.ts";
import type { Ratio } from "./statistics.ts";
import type { Ask } from "./target.ts";
import type { Metric } from "./verdict.ts";
import { type Verification, verify } from "./verify.ts";

export interface FixOptions {
  readonly unsafe: boolean;
  readonly pairs: number;
}

export interface Proven {
  readonly finding: Finding;
  readonly titles: readonly string[];
  readonly speedup: Ratio;
  readonly metric: Metric;
}

export interface Rejected {
  readonly finding: Finding;
  readonly why: string;
}

export interface Fixed {
  readonly ok: true;
  readonly applied: readonly Proven[];
  readonly rejected: readonly Rejected[];
}

/**
 * Writes each change as soon as it is proved; the next one is measured against it.
 * @param ask Its file is fixed; its inputs are what functions run with
 */
export async function fixVerified(
  ask: Ask,
  options: FixOptions,
  linter: Linter,
  observer: Observer,
  control: JobControl,
): Promise<Fixed | Failure> {
  const applied: Proven[] = [];
  const rejected: Rejected[] = [];
  const { file } = ask;
  await linter.prepare([file]);
  const tried = new Set<string>();
  for (;;) {
    // What one change leaves behind may call for another one.
    const finding = linter.lint(file).findings.find((each) => !tried.has(keyOf(each)));
    if (!finding) return { ok: true, applied, rejected };
    tried.add(keyOf(finding));
    const same = linter.lint(file).findings.filter((each) => keyOf(each) === keyOf(finding));
    const { rule, function: name } = finding;
    const result = MEASURED.has(rule)
      ? await verify(
          { ...ask, name },
          { rules: [rule], unsafe: options.unsafe, pairs: options.pairs },
          linter,
          observer,
          control,
        )
      : nothingToMeasure(rule);
    if (!result.ok && control.signal?.aborted) return result;
    const why = result.ok ? whyNot(result) : result.error.message;
    if (!result.ok || why !== undefined) {
      rejected.push(...same.map((each) => ({ finding: each, why: why ?? "" })));
      continue;
    }
    const choice = { rules: [rule], function: name, unsafe: options.unsafe, anywhere: true };
    const { texts } = linter.fixAll([file], choice);
    const failed = write(texts, linter);
    if (failed) return failed;
    const titles = result.fixes.map(({ title }) => title);
    const { speedup, metric } = result;
    applied.push(...same.map((each) => ({ finding: each, titles, speedup, metric })));
  }
}

/** Rules whose fixes change what a cold start costs. */
const MEASURED: ReadonlySet<string> = new Set([
  "sequential-loads",
  "global-scope-download",
  "enter-download",
  "body-amortized-work",
]);

const keyOf = ({ rule, function: name }: Finding) => `${rule} ${name}`;

function nothingToMeasure(rule: string): Failure {
  const message = `A fix of ${rule} changes nothing that a cold start would show; coldstart lint --fix applies it.`;
  return failure("usage", "NothingToMeasure", message);
}

function whyNot({ verdict, results, cause }: Verification): string | undefined {
  if (results === "different") return "The fixed copy returns something else.";
  if (verdict === "faster") return undefined;
  const text =
    verdict === "slower" ? "The fixed copy is slower here." : "There is no measurable difference here.";
  return cause ? `${text} ${cause}` : text;
}

function write(texts: ReadonlyMap<string, string>, linter: Linter): Failure | undefined {
  for (const [path, text] of texts) {
    if (isForeignEncoding(path)) return failure("environment", "CannotWrite", `${path} ${FOREIGN_ENCODING}.`);
    try {
      writeFileSync(path, text);
    } catch (error) {
      const why = error instanceof Error ? error.message : error;
      return failure("environment", "CannotWrite", `${path} can't be written: ${why}`);
    }
    linter.invalidate(path);
  }
  return undefined;
}
