// `coldstart lint`: finds problems below some paths, fixes what may be fixed, reports what remains.
import { statSync, writeFileSync } from "node:fs";
import type { Finding } from "../../facts/finding.ts";
import { createLinter, type FileReport, type Linter } from "../../lint.ts";
import { type Failure, failure } from "../../measure/failure.ts";
import { createFigures, type Figures } from "../../measure/figures.ts";
import { CONFIG_NAME, withoutEffect } from "../../workspace/config.ts";
import { discover } from "../../workspace/discover.ts";
import { FOREIGN_ENCODING, isForeignEncoding } from "../../workspace/encoding.ts";
import { position } from "../../workspace/lines.ts";
import { absolute, relativeTo } from "../../workspace/paths.ts";
import { isCode } from "../../workspace/scan.ts";
import type { Terminal } from "../terminal.ts";
import { findingText, type LintSummary, type ReportedFinding, summaryText } from "../text/findings.ts";

export interface LintOptions {
  readonly fix?: boolean;
  readonly fixUnsafe?: boolean;
}

export async function lintCommand(
  paths: readonly string[],
  options: LintOptions,
  terminal: Terminal,
): Promise<number | Failure> {
  const began = performance.now();
  const wrong = checkPaths(paths, terminal.cwd);
  if (wrong) return wrong;
  const files = discover(paths.length > 0 ? paths : ["."], terminal.cwd);
  const linter = createLinter();
  const candidates = await linter.scan(files);
  const problem = tellConfigs(files, linter, terminal);
  if (problem) return problem;
  await linter.prepare(candidates);

  let fixed = 0;
  if (options.fix || options.fixUnsafe) {
    const before = countFindings(candidates, linter);
    const failed = fix(candidates, options.fixUnsafe ?? false, linter, terminal);
    if (failed) return failed;
    fixed = Math.max(0, before - countFindings(candidates, linter));
  }
  const figures = createFigures(linter);
  const isNew = firstMentions();
  // File by file: what may be fixed is asked while the file's syntax is at hand.
  const findings = candidates.flatMap((file) =>
    linter
      .lint(file)
      .findings.filter(isNew)
      .map((finding) => reported(finding, linter, figures, terminal.cwd)),
  );
  tellSyntaxErrors(candidates.map(linter.lint), linter, terminal);
  const ms = Math.round(performance.now() - began);
  const summary: LintSummary = {
    files: files.length,
    parsed: candidates.length,
    findings: findings.length,
    fixed,
    ms,
  };
  print(findings, summary, linter, terminal);
  return findings.some(({ severity }) => severity === "error" || severity === "warning") ? 1 : 0;
}

function checkPaths(paths: readonly string[], cwd: string): Failure | undefined {
  for (const path of paths) {
    const found = statSync(absolute(path, cwd), { throwIfNoEntry: false });
    if (!found) return failure("usage", "UnknownPath", `There is no file or folder ${path}.`);
    if (found.isFile() && !isCode(path)) {
      return failure(
        "usage",
        "UnknownLanguage",
        `${path} is no Python, TypeScript or JavaScript file; only these are analysed.`,
      );
    }
  }
  return undefined;
}

/** Says what is wrong in a config, and which of its settings do nothing yet. */
function tellConfigs(files: readonly string[], linter: Linter, terminal: Terminal): Failure | undefined {
  const [problem] = linter.configProblems();
  if (problem)
    return failure("usage", "BadConfig", `${relativeTo(terminal.cwd, problem.path)}: ${problem.message}`);
  const configs = new Map(files.map((file) => linter.config(file)).map((config) => [config.path, config]));
  for (const config of configs.values()) {
    const idle = withoutEffect(config);
    const path = relativeTo(terminal.cwd, config.path ?? CONFIG_NAME);
    if (idle.length > 0)
      terminal.tell(`${terminal.errorColors.blue("note:")} ${path}: no effect yet: ${idle.join(", ")}.`);
  }
  return undefined;
}

/** Writes the fixed texts; the linter sees them from then on. */
function fix(
  files: readonly string[],
  unsafe: boolean,
  linter: Linter,
  terminal: Terminal,
): Failure | undefined {
  for (const [path, text] of linter.fixAll(files, { unsafe }).texts) {
    if (isForeignEncoding(path)) {
      const note = terminal.errorColors.blue("note:");
      terminal.tell(`${note} ${relativeTo(terminal.cwd, path)} ${FOREIGN_ENCODING}. It was left as it is.`);
      continue;
    }
    try {
      writeFileSync(path, text);
    } catch (error) {
      return failure(
        "environment",
        "CannotWrite",
        `${path} can't be written: ${error instanceof Error ? error.message : error}`,
      );
    }
    linter.invalidate(path);
  }
  return undefined;
}

/** What several files report alike (a helper's module) counts once. */
function firstMentions(): (finding: Finding) => boolean {
  const seen = new Set<string>();
  return ({ file, range, rule, message }) => {
    const known = seen.size;
    return seen.add(`${file} ${range.start} ${range.end} ${rule} ${message}`).size > known;
  };
}

const countFindings = (files: readonly string[], linter: Linter): number =>
  files.flatMap((file) => linter.lint(file).findings).filter(firstMentions()).length;

function reported(finding: Finding, linter: Linter, figures: Figures, cwd: string): ReportedFinding {
  const { rule, severity, message, function: name, phase } = finding;
  const at = (file: string, offset: number) => position(linter.text(file) ?? "", offset);
  const start = at(finding.file, finding.range.start);
  const end = at(finding.file, finding.range.end);
  return {
    file: relativeTo(cwd, finding.file),
    ...start,
    endLine: end.line,
    endColumn: end.column,
    ...{ rule, severity, message, function: name, phase },
    related: finding.related.map((each) => ({
      file: relativeTo(cwd, each.file),
      ...at(each.file, each.range.start),
      message: each.message,
    })),
    // Only what can be written down as an edit of this text is a fix.
    fixes: finding.fixes.filter(linter.canFix).map(({ title, safety, why, byHand }) => ({
      title,
      safety,
      ...(why && { why }),
      ...(byHand && { byHand }),
    })),
    ...figures.of(finding),
  };
}

function tellSyntaxErrors(reports: readonly FileReport[], linter: Linter, terminal: Terminal): void {
  for (const { file, syntaxErrors } of reports) {
    const [first] = syntaxErrors;
    if (!first) continue;
    const { line, column } = position(linter.text(file) ?? "", first.range.start);
    const place = `${relativeTo(terminal.cwd, file)}:${line}:${column}`;
    terminal.tell(
      `${terminal.errorColors.blue("note:")} ${place} ${first.message} The file is analysed as far as it parses.`,
    );
  }
}

function print(
  findings: readonly ReportedFinding[],
  summary: LintSummary,
  linter: Linter,
  terminal: Terminal,
): void {
  if (terminal.format === "json") {
    // What is offered by hand is a matter of the summary in words.
    const plain = (key: string, value: unknown) => (key === "byHand" ? undefined : value);
    terminal.print(JSON.stringify({ version: 1, findings, summary }, plain));
    return;
  }
  const { colors, cwd } = terminal;
  for (const each of findings) {
    terminal.print(`${findingText(each, linter.text(absolute(each.file, cwd)) ?? "", colors)}\n`);
  }
  terminal.print(summaryText(summary, findings, colors));
}
