// outdated-setting: names that the platform has replaced, and may refuse by now.
import type { Detection } from "../facts/finding.ts";
import type { FunctionFacts, Outdated } from "../facts/function.ts";
import type { Rule } from "./rule.ts";

export const outdatedSetting: Rule = {
  id: "outdated-setting",
  severity: "warning",
  summary: "A setting or name that the platform has replaced",
  check(facts) {
    return facts.outdated.map((outdated) => outdatedName(outdated, facts));
  },
};

/** @param facts The function that it stands in; its name is empty in a file without functions. */
export function outdatedName(
  outdated: Outdated,
  { name, file, platform }: Pick<FunctionFacts, "name" | "file" | "platform">,
): Detection {
  return {
    rule: "outdated-setting",
    severity: "warning",
    message: message(outdated, platform),
    function: name,
    phase: outdated.phase ?? "global",
    file,
    range: outdated.range,
    related: [],
    proposal: { kind: "modernise", outdated },
  };
}

function message({ name, instead, ended, note }: Outdated, platform: string): string {
  const state = ended === undefined ? "is outdated" : `is an error since ${platform} ${ended}`;
  return `\`${name}\` ${state}; use \`${instead}\` instead.${note === undefined ? "" : ` ${note}`}`;
}
