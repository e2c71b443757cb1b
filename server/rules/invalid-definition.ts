// invalid-definition: definitions that the platform refuses when it loads them, or that it never comes to run.
import type { Detection } from "../facts/finding.ts";
import type { Rule } from "./rule.ts";

export const invalidDefinition: Rule = {
  id: "invalid-definition",
  severity: "error",
  summary: "A definition that the platform refuses, or never runs",
  check(facts) {
    return facts.mistakes.map(
      ({ range, message }): Detection => ({
        rule: "invalid-definition",
        severity: "error",
        message,
        function: facts.name,
        phase: "global",
        file: facts.file,
        range,
        related: [],
      }),
    );
  },
};
