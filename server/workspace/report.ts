// One file's findings: what the rules detect, with fixes, the config's severities, and without what comments suppress.
import { analyse, outdatedIn } from "../analysis/index.ts";
import type { Detection, Finding, RuleId, Severity } from "../facts/finding.ts";
import type { FunctionFacts } from "../facts/function.ts";
import type { ModuleFacts } from "../facts/module.ts";
import type { Platform } from "../facts/project.ts";
import { propose } from "../fixes/index.ts";
import { platforms } from "../platforms/index.ts";
import { detect, rules } from "../rules/index.ts";
import { outdatedName } from "../rules/outdated-setting.ts";
import type { Config } from "./config.ts";
import { rowsFor } from "./rows.ts";
import { languageName, markPattern } from "./scan.ts";
import { suppress, UNUSED_SEVERITY } from "./suppressions.ts";
import type { Workspace } from "./workspace.ts";

const UNUSED: RuleId = "unused-suppression";

/** Every rule that a config or a comment may name. */
export const ruleIds: readonly RuleId[] = [...rules.map((rule) => rule.id), UNUSED];

/** Platforms of a file's language, as far as its config wants them. */
export function platformsFor({ platforms: chosen }: Config, file: string): readonly Platform[] {
  const language = languageName(file);
  return platforms.filter(
    (platform) => platform.language === language && (!chosen || chosen.some((id) => id === platform.id)),
  );
}

/** By config and language. */
const marks = new WeakMap<Config, Map<string, RegExp>>();

/** What a file's text must contain to be worth parsing. */
export function marksFor(config: Config, file: string): RegExp {
  const language = languageName(file) ?? "";
  const known = marks.get(config) ?? new Map<string, RegExp>();
  const pattern =
    known.get(language) ?? markPattern(platformsFor(config, file).flatMap((platform) => platform.marks));
  marks.set(config, known.set(language, pattern));
  return pattern;
}

export interface Lint {
  readonly functions: readonly FunctionFacts[];
  readonly findings: readonly Finding[];
}

export function lintFile(file: string, workspace: Workspace): Lint {
  const config = workspace.configs.for(file);
  const own = platformsFor(config, file);
  const functions = analyse(file, workspace, own, rowsFor(config, file));
  const found = detectIn(file, functions, workspace, own).flatMap((detection) => {
    const { proposal: _, ...finding } = detection;
    const severity = severityOf(detection, config);
    return severity === "off" ? [] : [{ ...finding, severity, fixes: propose(detection, functions) }];
  });
  const files = new Set([file, ...found.map((finding) => finding.file)]);
  const findings = [...files].flatMap((each) =>
    withoutSuppressed(
      found.filter((finding) => finding.file === each),
      workspace.module(each),
      workspace.text(each) ?? "",
      each === file ? severityOf({ rule: UNUSED, severity: UNUSED_SEVERITY }, config) : "off",
    ),
  );
  return { functions, findings };
}

/** All that the rules see in a file. Without a function it may still define an app or an image that others use. */
export function detectIn(
  file: string,
  functions: readonly FunctionFacts[],
  workspace: Workspace,
  own: readonly Platform[],
): readonly Detection[] {
  if (functions.length > 0) return detect(functions);
  return outdatedIn(file, workspace, own).map(({ platform, outdated }) =>
    outdatedName(outdated, { name: "", file, platform }),
  );
}

const severityOf = (
  { rule, severity }: Pick<Detection, "rule" | "severity">,
  config: Config,
): Severity | "off" => config.rules?.[rule] ?? severity;

function withoutSuppressed(
  findings: readonly Finding[],
  module: ModuleFacts | undefined,
  text: string,
  unusedSeverity: Severity | "off",
): readonly Finding[] {
  if (!module) return findings;
  const { kept, unused } = suppress(findings, module.comments, text, ruleIds);
  if (unusedSeverity === "off") return kept;
  const complaints = unused.map(
    ({ range, message }): Finding => ({
      rule: UNUSED,
      severity: unusedSeverity,
      file: module.path,
      range,
      message,
      function: "",
      phase: "global",
      related: [],
      fixes: [],
    }),
  );
  return [...kept, ...complaints].sort((a, b) => a.range.start - b.range.start);
}
