// `coldstart fix --verified`: applies what a verify run proves, and keeps the rest as findings.
import { existsSync } from "node:fs";
import type { Finding } from "../../facts/finding.ts";
import { createLinter, type Linter } from "../../lint.ts";
import { type Failure, failure } from "../../measure/failure.ts";
import { type Fixed, fixVerified } from "../../measure/fix.ts";
import { DEFAULT_PAIRS } from "../../measure/verify.ts";
import { position } from "../../workspace/lines.ts";
import { relativeTo } from "../../workspace/paths.ts";
import type { Terminal } from "../terminal.ts";
import { parseName } from "./names.ts";
import { type RunOptions, wholeNumber, withWatch } from "./running.ts";

interface Options extends RunOptions {
  readonly verified?: boolean;
  readonly fixUnsafe?: boolean;
  readonly pairs?: string;
}

export async function fixCommand(
  files: readonly string[],
  options: Options,
  terminal: Terminal,
): Promise<number | Failure> {
  if (!options.verified) {
    const message =
      "`coldstart fix` applies what it has proved by running it: add --verified. `coldstart lint --fix` applies fixes without running anything.";
    return failure("usage", "NotVerified", message);
  }
  const pairs = wholeNumber(options.pairs ?? String(DEFAULT_PAIRS), 2);
  if (pairs === undefined)
    return failure("usage", "BadCount", `--pairs ${options.pairs}: needs a whole number from 2.`);
  const linter = createLinter();
  const applied: Fixed["applied"][number][] = [];
  const rejected: Fixed["rejected"][number][] = [];
  for (const target of files) {
    const { file, name } = parseName(target, terminal.cwd);
    if (name !== undefined) {
      return failure(
        "usage",
        "OneFunction",
        `Whole files are fixed: coldstart fix ${target.split("::")[0]} --verified`,
      );
    }
    if (!existsSync(file)) return failure("usage", "UnknownFile", `There is no file ${target}.`);
    const result = await withWatch(
      [target, "its fixed copies"],
      options,
      terminal,
      file,
      (ask, observer, control) =>
        fixVerified(ask, { unsafe: options.fixUnsafe ?? false, pairs }, linter, observer, control),
    );
    if (!result.ok) return result;
    applied.push(...result.applied);
    rejected.push(...result.rejected);
  }
  print(applied, rejected, linter, terminal);
  return rejected.some(({ finding }) => finding.severity === "error" || finding.severity === "warning")
    ? 1
    : 0;
}

function print(
  applied: Fixed["applied"],
  rejected: Fixed["rejected"],
  linter: Linter,
  terminal: Terminal,
): void {
  const about = ({ file, range, rule, severity, message, function: name }: Finding) => ({
    file: relativeTo(terminal.cwd, file),
    ...position(linter.text(file) ?? "", range.start),
    ...{ rule, severity, message, function: name },
  });
  if (terminal.format === "json") {
    const document = {
      version: 1,
      applied: applied.map(({ finding, ...proof }) => ({ ...about(finding), ...proof })),
      rejected: rejected.map(({ finding, why }) => ({ ...about(finding), why })),
    };
    terminal.print(JSON.stringify(document));
    return;
  }
  const { colors: c } = terminal;
  // The findings of one change are told together.
  const lines = applied.map(({ finding, titles, speedup, metric }) => {
    const [low, high] = speedup.ci.map((each) => each.toFixed(1));
    const figure = `${speedup.median.toFixed(1)}× faster here (95 % CI ${low}–${high}, ${metric})`;
    const { file } = about(finding);
    return `${c.green("applied")}   ${file}::${finding.function}  ${titles.join("; ")}. ${c.bold(figure)}`;
  });
  for (const line of new Set(lines)) terminal.print(line);
  for (const { finding, why } of rejected) {
    const { file, line, column } = about(finding);
    terminal.print(
      `${c.yellow("left")}      ${file}:${line}:${column}  ${finding.rule}: ${finding.message} ${c.dim(why)}`,
    );
  }
  if (applied.length + rejected.length === 0) terminal.print("No findings.");
}
