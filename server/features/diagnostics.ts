// Findings as an editor underlines them.

import type { Severity } from "../facts/finding.ts";
import type { Place } from "../facts/function.ts";
import type { Range } from "../facts/module.ts";
import type { FileReport } from "../lint.ts";
import type { RulePages } from "./rule-pages.ts";

export interface Diagnostic {
  readonly range: Range;
  readonly severity: Severity;
  /** The rule's id. */
  readonly code: string;
  /** The rule's page. */
  readonly href?: string;
  readonly message: string;
  readonly related: readonly (Place & { readonly message: string })[];
  /** Greyed out instead of underlined. */
  readonly unnecessary: boolean;
}

/**
 * Diagnostics of one file, in the order of its text. Of errors of syntax the first is hinted at, since findings may be
 * missing behind it; the rest is left to the language's own server.
 */
export function diagnostics(report: FileReport, pages: RulePages): readonly Diagnostic[] {
  const findings = report.findings
    .filter(({ file }) => file === report.file)
    .map(({ range, severity, rule, message, related }) => {
      const href = pages(rule)?.url;
      return {
        range,
        severity,
        code: rule,
        ...(href !== undefined && { href }),
        message,
        related,
        unnecessary: (rule as string) === "unused-suppression",
      };
    });
  const [broken] = report.syntaxErrors;
  const all: readonly Diagnostic[] = broken ? [...findings, hintAt(broken)] : findings;
  return all.toSorted((a, b) => a.range.start - b.range.start);
}

function hintAt({ range, message }: FileReport["syntaxErrors"][number]): Diagnostic {
  return {
    range,
    severity: "hint",
    code: "syntax",
    message: `${message} The file is analysed as far as it parses.`,
    related: [],
    unnecessary: false,
  };
}
