// global-scope-download: files that every new container fetches again while it starts.
import type { Detection } from "../facts/finding.ts";
import type { FunctionFacts, WorkItem } from "../facts/function.ts";
import type { Rule } from "./rule.ts";
import { fileName, inBuild, insideHelper } from "./words.ts";

export const globalScopeDownload: Rule = {
  id: "global-scope-download",
  severity: "warning",
  summary: "A download at module scope delays every start of a container",
  check(facts) {
    return facts.work.global
      .filter((item) => item.kind === "download" && !item.conditional)
      .map(
        (item): Detection => ({
          rule: "global-scope-download",
          severity: "warning",
          message: message(item, facts),
          function: facts.name,
          phase: "global",
          ...item.place,
          related: insideHelper(item),
          proposal: { kind: "build", item },
        }),
      );
  },
};

function message(item: WorkItem, facts: FunctionFacts): string {
  const file = fileName(item);
  const what = file === undefined || item.label.includes(file) ? "downloads" : `downloads ${file}`;
  return `\`${item.label}\` ${what} at module scope, so every new container fetches the same bytes again before it takes an input; ${inBuild(facts)}.`;
}
