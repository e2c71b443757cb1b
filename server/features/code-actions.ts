// What the light bulb offers: the fixes of findings, silence for a rule on one line, and all safe fixes at once.
import type { Finding, Fix, TextEdit } from "../facts/finding.ts";
import type { Range } from "../facts/module.ts";
import type { FileReport } from "../lint.ts";

export const FIX_ALL = "source.fixAll.coldstart";

export type CodeAction =
  | {
      readonly kind: "fix";
      readonly title: string;
      readonly finding: Finding;
      readonly fix: Fix;
      /** Whether it may be taken without a look: safe, and the first of its finding. */
      readonly preferred: boolean;
    }
  | { readonly kind: "suppress"; readonly title: string; readonly finding: Finding }
  | { readonly kind: "fix-all"; readonly title: string };

/** Actions for the findings that a selection touches. `wants` says which kinds the editor asks for. */
export function codeActions(
  report: FileReport,
  selection: Range,
  wants: (kind: "quickfix" | typeof FIX_ALL) => boolean,
): readonly CodeAction[] {
  const actions: CodeAction[] = [];
  if (wants("quickfix")) {
    for (const finding of touched(report, selection)) {
      const preferred = finding.fixes.find((fix) => fix.safety === "safe");
      for (const fix of finding.fixes) {
        actions.push({ kind: "fix", title: titleOf(fix), finding, fix, preferred: fix === preferred });
      }
    }
    for (const finding of touched(report, selection)) {
      actions.push({ kind: "suppress", title: `Ignore ${finding.rule} on this line`, finding });
    }
  }
  if (wants(FIX_ALL) && report.findings.some(({ fixes }) => fixes.some(({ safety }) => safety === "safe"))) {
    actions.push({ kind: "fix-all", title: "Fix all cold-start problems that can be fixed safely" });
  }
  return actions;
}

/** The same fix in a newer report; undefined when it is no longer offered there. */
export function findFix(
  report: FileReport,
  wanted: { readonly rule: string; readonly start: number; readonly title: string },
): Fix | undefined {
  return report.findings
    .find((finding) => finding.rule === wanted.rule && finding.range.start === wanted.start)
    ?.fixes.find((fix) => fix.title === wanted.title);
}

/** A comment line above the finding that silences its rule there. */
export function suppression(
  file: string,
  text: string,
  finding: { readonly rule: string; readonly start: number },
): TextEdit {
  const line = text.lastIndexOf("\n", finding.start - 1) + 1;
  const start = line === 0 && text.startsWith("\uFEFF") ? 1 : line;
  const indent = /^[ \t]*/.exec(text.slice(start))?.[0] ?? "";
  const newline = /\r?\n/.exec(text)?.[0] ?? "\n";
  const mark = file.endsWith(".py") ? "#" : "//";
  return {
    file,
    range: { start, end: start },
    text: `${indent}${mark} coldstart-disable-next-line ${finding.rule}${newline}`,
  };
}

function titleOf(fix: Fix): string {
  return fix.safety === "safe" ? fix.title : `${fix.title} (unsafe${fix.why ? `: ${fix.why}` : ""})`;
}

function touched(report: FileReport, selection: Range): readonly Finding[] {
  return report.findings.filter(
    ({ file, range }) => file === report.file && range.start <= selection.end && selection.start <= range.end,
  );
}
