// `coldstart verify`: whether fixes (or another function) make a cold start faster, and return the same.
import { createLinter, ruleIds } from "../../lint.ts";
import { type Failure, failure } from "../../measure/failure.ts";
import { nearest } from "../../measure/nearest.ts";
import { DEFAULT_PAIRS, type VerifyOptions, verify } from "../../measure/verify.ts";
import { relativeTo } from "../../workspace/paths.ts";
import type { Terminal } from "../terminal.ts";
import { verificationText } from "../text/measurements.ts";
import { parseName } from "./names.ts";
import { needsName, type RunOptions, wholeNumber, withWatch } from "./running.ts";

interface Options extends RunOptions {
  readonly rule?: readonly string[];
  readonly fixUnsafe?: boolean;
  readonly against?: string;
  readonly pairs?: string;
}

export async function verifyCommand(
  target: string,
  options: Options,
  terminal: Terminal,
): Promise<number | Failure> {
  const { file, name } = parseName(target, terminal.cwd);
  if (name === undefined) return needsName("verify", target);
  const chosen = readOptions(options, terminal);
  if ("error" in chosen) return chosen;
  const result = await withWatch(
    [target, options.against ?? "its fixed copy"],
    options,
    terminal,
    file,
    (ask, observer, control) => verify({ ...ask, name }, chosen, createLinter(), observer, control),
  );
  if (!result.ok) return result;
  const { ok: _, fixes, ...figures } = result;
  if (terminal.format === "json") {
    const applied = fixes.map((fix) => ({
      rule: fix.rule,
      title: fix.title,
      file: relativeTo(terminal.cwd, fix.file),
    }));
    terminal.print(JSON.stringify({ version: 1, ...figures, ...(applied.length > 0 && { fixes: applied }) }));
  } else {
    const names = options.against ? [target, options.against] : [`${target}, as it stands`, "with its fixes"];
    terminal.print(verificationText([names[0] ?? "", names[1] ?? ""], result, terminal.colors));
  }
  return result.verdict === "faster" && result.results !== "different" ? 0 : 1;
}

function readOptions(
  { rule: rules = [], fixUnsafe: unsafe = false, against, pairs: count }: Options,
  { cwd }: Terminal,
): VerifyOptions | Failure {
  const pairs = wholeNumber(count ?? String(DEFAULT_PAIRS), 2);
  if (pairs === undefined)
    return failure("usage", "BadCount", `--pairs ${count}: needs a whole number from 2.`);
  for (const id of rules) {
    if (ruleIds.some((known) => known === id)) continue;
    const near = nearest(id, ruleIds);
    return failure(
      "usage",
      "UnknownRule",
      `There is no rule ${id}.${near ? ` Did you mean ${near}?` : ""} Known: ${ruleIds.join(", ")}.`,
    );
  }
  if (against === undefined) return { rules, unsafe, pairs };
  if (rules.length > 0 || unsafe) {
    return failure(
      "usage",
      "BadOptions",
      "--against compares with another function as it stands, so --rule and --fix-unsafe have nothing to apply to.",
    );
  }
  const other = parseName(against, cwd);
  if (other.name === undefined) return needsName("verify … --against", against);
  return { rules, unsafe, pairs, against: { file: other.file, name: other.name } };
}
