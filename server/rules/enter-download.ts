// enter-download: files that every new container fetches again before it takes its first input.
import { downloads } from "./downloads.ts";
import type { Rule } from "./rule.ts";

export const enterDownload: Rule = {
  id: "enter-download",
  severity: "warning",
  summary: "A download before the first input delays every start of a container",
  check(facts) {
    const { build, volume } = facts.spelling;
    // Where neither the image nor a volume can keep it, what a hook fetches is the platform's own business.
    if (!volume && build.kind === "none") return [];
    const why =
      "before the first input, so every new container fetches the same bytes again before it is ready";
    return downloads("enter-download", "enter", facts, why);
  },
};
