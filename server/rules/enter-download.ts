// enter-download: files that every new container fetches again before it takes its first input.
import type { Detection } from "../facts/finding.ts";
import type { FunctionFacts, WorkItem } from "../facts/function.ts";
import type { Rule } from "./rule.ts";
import { fileName, inBuild, insideHelper } from "./words.ts";

export const enterDownload: Rule = {
  id: "enter-download",
  severity: "warning",
  summary: "A download before the first input delays every start of a container",
  check(facts) {
    const { build, volume } = facts.spelling;
    // Where neither the image nor a volume can keep it, what a hook fetches is the platform's own business.
    if (!volume && build.kind === "none") return [];
    return facts.work.enter
      .filter((item) => item.kind === "download" && !item.conditional)
      .map(
        (item): Detection => ({
          rule: "enter-download",
          severity: "warning",
          message: message(item, facts),
          function: facts.name,
          phase: "enter",
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
  return `\`${item.label}\` ${what} before the first input, so every new container fetches the same bytes again before it is ready; ${inBuild(facts)}.`;
}
