// What a rule is: an id, a default severity, and a check over one function among those of its file.
import type { Detection, RuleId, Severity } from "../facts/finding.ts";
import type { FunctionFacts } from "../facts/function.ts";

export interface Rule {
  readonly id: RuleId;
  /** Default of its findings, unless a finding is worth less. */
  readonly severity: Severity;
  /** One line for lists. */
  readonly summary: string;
  check(facts: FunctionFacts): readonly Detection[];
}
