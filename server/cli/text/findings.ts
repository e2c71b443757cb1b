// Findings as people read them in a terminal: place, message, the code with a mark under it, what can be done.
import type { Severity } from "../../facts/finding.ts";
import type { Colors } from "../terminal.ts";

/** A finding as `lint` reports it; lines and columns count from 1. */
export interface ReportedFinding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly function: string;
  readonly phase: string;
  readonly related: readonly {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly message: string;
  }[];
  readonly fixes: readonly {
    readonly title: string;
    readonly safety: "safe" | "unsafe";
    readonly why?: string;
    /** No part of --fix-unsafe: the editor offers it alone. */
    readonly byHand?: true;
  }[];
  /** Milliseconds that the work took in the last profile of this source. */
  readonly measured?: number;
  /** Milliseconds that a fix is expected to take off the stage, by that profile. */
  readonly expected?: number;
}

const WIDTH = 100;

/** @param source The text of the finding's file. */
export function findingText(finding: ReportedFinding, source: string, c: Colors): string {
  const paint = { error: c.red, warning: c.yellow, info: c.blue, hint: c.dim }[finding.severity];
  const place = `${finding.file}:${finding.line}:${finding.column}`;
  const took = finding.measured === undefined ? "" : c.dim(`  ${finding.measured.toFixed(1)} ms measured`);
  const lines = [`${c.bold(place)} ${paint(c.bold(finding.severity))} ${c.cyan(finding.rule)}${took}`];
  lines.push(...wrap(finding.message, WIDTH - 2).map((line) => `  ${line}`));
  lines.push(...frame(finding, source, paint, c));
  for (const each of finding.related)
    lines.push(`  ${c.dim("note:")} ${each.file}:${each.line}:${each.column} ${each.message}`);
  for (const { title, safety, why } of finding.fixes) {
    const mark = safety === "safe" ? c.green("fix:") : c.yellow("unsafe fix:");
    const [first = "", ...rest] = wrap(`${title}${why ? ` (${lower(why)})` : ""}`, WIDTH - 12);
    lines.push(`  ${mark} ${first}`, ...rest.map((line) => `       ${line}`));
  }
  return lines.join("\n");
}

const lower = (sentence: string) => (sentence.charAt(0).toLowerCase() + sentence.slice(1)).replace(/\.$/, "");

/** The line before, the finding's first line, and a mark under what is meant. */
function frame(
  finding: ReportedFinding,
  source: string,
  paint: (text: string) => string,
  c: Colors,
): string[] {
  const all = source.split(/\r?\n/);
  const gutter = String(finding.line).length;
  const rows = [finding.line - 1, finding.line].filter((line) => line >= 1 && all[line - 1]?.trim());
  const shown = rows.map(
    (line) => `  ${c.dim(`${String(line).padStart(gutter)} │`)} ${clip(tabs(all[line - 1] ?? ""))}`,
  );
  const text = all[finding.line - 1] ?? "";
  const start = tabs(text.slice(0, finding.column - 1)).length;
  const end = finding.endLine === finding.line ? finding.endColumn - 1 : text.length;
  const length = Math.max(1, tabs(text.slice(0, end)).length - start);
  const room = WIDTH - gutter - 5;
  if (start >= room) return shown;
  const mark = "━".repeat(Math.min(length, room - start));
  return [...shown, `  ${" ".repeat(gutter)} ${c.dim("│")} ${" ".repeat(start)}${paint(mark)}`];

  function clip(line: string): string {
    return line.length > WIDTH - gutter - 5 ? `${line.slice(0, WIDTH - gutter - 6)}…` : line;
  }
}

const tabs = (text: string) => text.replaceAll("\t", "  ");

/** Breaks at spaces. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, line];
}

export interface LintSummary {
  readonly files: number;
  readonly parsed: number;
  readonly findings: number;
  readonly fixed: number;
  readonly ms: number;
}

/** `7 findings in 3 files (1 could hold a function), 5 fixed. 2 can be fixed with --fix.` */
export function summaryText(summary: LintSummary, findings: readonly ReportedFinding[], c: Colors): string {
  const { files, parsed, findings: found, fixed, ms } = summary;
  const scanned = c.dim(`${count(files, "file")}, ${parsed} with functions, ${ms.toFixed(0)} ms`);
  const can = (safety: string) =>
    findings.filter(({ fixes: [first] }) => first?.safety === safety && !first.byHand).length;
  const offers = [
    can("safe") > 0 && `${can("safe")} can be fixed with --fix`,
    can("unsafe") > 0 && `${can("unsafe")} with --fix-unsafe`,
  ].filter(Boolean);
  const head = found === 0 ? c.green("No findings.") : c.bold(`${count(found, "finding")}.`);
  const done = fixed > 0 ? ` ${c.green(`${fixed} fixed.`)}` : "";
  return `${head}${done}${offers.length > 0 ? ` ${offers.join(", ")}.` : ""} ${scanned}`;
}

const count = (n: number, what: string) => `${n} ${what}${n === 1 ? "" : "s"}`;
