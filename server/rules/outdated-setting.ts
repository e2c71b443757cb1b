// outdated-setting: names that the platform has replaced, and may refuse by now.
import type { Detection } from "../facts/finding.ts";
import type { Outdated } from "../facts/function.ts";
import type { Rule } from "./rule.ts";

export const outdatedSetting: Rule = {
  id: "outdated-setting",
  severity: "warning",
  summary: "A setting or name that the platform has replaced",
  check(facts) {
    return facts.outdated.map(
      (outdated): Detection => ({
        rule: "outdated-setting",
        severity: "warning",
        message: message(outdated, facts.platform),
        function: facts.name,
        phase: outdated.phase ?? "global",
        file: facts.file,
        range: outdated.range,
        related: [],
        proposal: { kind: "modernise", outdated },
      }),
    );
  },
};

function message({ name, instead, ended, note }: Outdated, platform: string): string {
  const state = ended === undefined ? "is outdated" : `is an error since ${platform} ${ended}`;
  return `\`${name}\` ${state}; use \`${instead}\` instead.${note === undefined ? "" : ` ${note}`}`;
}
