// What the rules about downloads share: files that every new container fetches again before it takes an input.
import type { Detection } from "../facts/finding.ts";
import type { FunctionFacts } from "../facts/function.ts";
import { fileName, inBuild, insideHelper } from "./words.ts";

/** @param why Where it happens and what that costs, as it stands in the message. */
export function downloads(
  rule: "global-scope-download" | "enter-download",
  phase: "global" | "enter",
  facts: FunctionFacts,
  why: string,
): readonly Detection[] {
  return facts.work[phase]
    .filter((item) => item.kind === "download" && !item.conditional && !item.restored)
    .map((item): Detection => {
      const file = fileName(item);
      const what = file === undefined || item.label.includes(file) ? "downloads" : `downloads ${file}`;
      return {
        rule,
        severity: "warning",
        message: `\`${item.label}\` ${what} ${why}; ${inBuild(facts)}.`,
        function: facts.name,
        phase,
        ...item.place,
        related: insideHelper(item),
        proposal: { kind: "build", item },
      };
    });
}
