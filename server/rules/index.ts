// The rules, and what they find in the functions of a file.
import type { Detection } from "../facts/finding.ts";
import type { FunctionFacts } from "../facts/function.ts";
import { bodyAmortizedWork } from "./body-amortized-work.ts";
import { enterDownload } from "./enter-download.ts";
import { globalScopeDownload } from "./global-scope-download.ts";
import { invalidDefinition } from "./invalid-definition.ts";
import { outdatedSetting } from "./outdated-setting.ts";
import type { Rule } from "./rule.ts";
import { sequentialLoads } from "./sequential-loads.ts";
import { warmPoolSettings } from "./warm-pool-settings.ts";

export type { Rule } from "./rule.ts";

export const rules: readonly Rule[] = [
  sequentialLoads,
  globalScopeDownload,
  enterDownload,
  bodyAmortizedWork,
  warmPoolSettings,
  outdatedSetting,
  invalidDefinition,
];

/** In the order of the text. What several functions share (module scope, a common handler) is reported once. */
export function detect(functions: readonly FunctionFacts[]): readonly Detection[] {
  const seen = new Set<string>();
  return functions
    .flatMap((facts) => rules.flatMap((rule) => rule.check(facts)))
    .filter((detection) => {
      const { rule, file, range, related } = detection;
      const inner = related.map((each) => `${each.file} ${each.range.start} ${each.message}`).join();
      const key = `${rule} ${file} ${range.start} ${range.end} ${inner}`;
      return seen.has(key) ? false : seen.add(key);
    })
    .sort((a, b) => a.file.localeCompare(b.file) || a.range.start - b.range.start || rank(a) - rank(b));
}

/** Of what is said of one place, the fix that makes others needless comes first: nothing is fetched that is there. */
function rank({ proposal }: Detection): number {
  return proposal?.kind === "build" && proposal.item.keptIn !== undefined ? 0 : 1;
}
