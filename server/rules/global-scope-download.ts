// global-scope-download: files that every new container fetches again while it starts.
import { downloads } from "./downloads.ts";
import type { Rule } from "./rule.ts";

export const globalScopeDownload: Rule = {
  id: "global-scope-download",
  severity: "warning",
  summary: "A download at module scope delays every start of a container",
  check(facts) {
    const why =
      "at module scope, so every new container fetches the same bytes again before it takes an input";
    return downloads("global-scope-download", "global", facts, why);
  },
};
