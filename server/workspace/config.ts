// The config file: its schema, what its values mean, and one clear message for what is wrong in it.
import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import { parse as parseToml, TomlError } from "smol-toml";
import * as v from "valibot";

/** Name of the file; the nearest one above a source file holds for it. */
export const CONFIG_NAME = "coldstart.config.json";

/** Where Python projects keep their configs: the file counts where it has our table. */
export const PYPROJECT = "pyproject.toml";

/** Whether a text of that file speaks of us. */
export const hasTable = (text: string): boolean => /^\s*\[\s*tool\s*\.\s*coldstart\b/m.test(text);

const RULES = [
  "sequential-loads",
  "global-scope-download",
  "enter-download",
  "body-amortized-work",
  "warm-pool-settings",
  "outdated-setting",
  "invalid-definition",
  "unused-suppression",
] as const;

const severity = v.picklist(["error", "warning", "info", "hint", "off"]);

const loader = v.strictObject({
  callee: v.pipe(
    v.string(),
    v.regex(/^\S+\.\S+$/, "needs a module and a name in it, such as `@acme/models.loadModel`"),
    v.description("What is called: the module and the exported name, e.g. `@acme/models.loadModel`."),
  ),
  kind: v.pipe(v.picklist(["download", "load", "client", "compile"]), v.description("What the call does.")),
  source: v.optional(
    v.pipe(v.picklist(["disk", "network", "memory", "unknown"]), v.description("Where its bytes come from.")),
    "unknown",
  ),
  overlap: v.optional(
    v.pipe(
      v.picklist(["overlaps", "blocks", "thread-unsafe"]),
      v.description("Whether several such calls run at the same time when they are started together."),
    ),
    "overlaps",
  ),
  shared: v.optional(
    v.pipe(
      v.boolean(),
      v.description("Whether one result may serve many inputs at once. Default: true for clients."),
    ),
  ),
});

const environmentList = v.array(
  v.pipe(v.string(), v.regex(/^[A-Za-z_]\w*(=|$)/, "needs the form NAME or NAME=VALUE")),
);
const environmentMap = v.record(v.string(), v.nullable(v.union([v.string(), v.number()])));

/** The file's schema; `config.schema.json` is written from it. */
export const configSchema = v.strictObject({
  $schema: v.optional(v.string()),
  rules: v.optional(
    v.pipe(
      v.strictObject(v.entriesFromList(RULES, v.optional(severity))),
      v.description("Rule → severity, or `off`."),
    ),
  ),
  exclude: v.optional(
    v.pipe(
      v.array(v.string()),
      v.description("Files that are not analysed: patterns as in .gitignore, relative to this file."),
    ),
  ),
  platforms: v.optional(
    v.pipe(
      v.array(v.picklist(["coldstart", "lambda", "modal"])),
      v.description("Platforms to look for. Default: all of them."),
    ),
  ),
  loaders: v.optional(
    v.pipe(v.array(loader), v.description("Own downloads, loads and clients beside the known ones.")),
  ),
  inputs: v.optional(
    v.pipe(
      v.record(
        v.pipe(v.string(), v.regex(/::/, "needs the form FILE::NAME")),
        v.array(v.array(v.unknown(), 'needs a list of argument lists, such as [["green tea"]]')),
      ),
      v.description(
        "FILE::NAME (relative to this file) → lists of arguments to run the function with; the first one is taken.",
      ),
    ),
  ),
  env: v.optional(
    v.pipe(
      v.union([environmentList, environmentMap]),
      v.description(
        "Variables that functions see: a list as on the command line, or name → value; null passes your own.",
      ),
    ),
  ),
  secrets: v.optional(
    v.pipe(
      v.record(v.string(), v.string()),
      v.description("Name of a secret → local env file (relative to this file) that holds its variables."),
    ),
  ),
  node: v.optional(
    v.pipe(v.string(), v.description("The Node that functions run with, relative to this file.")),
  ),
  python: v.optional(
    v.pipe(
      v.string(),
      v.description(
        "The Python that functions run with: an executable, or the folder of a virtual environment.",
      ),
    ),
  ),
  network: v.optional(
    v.pipe(
      v.picklist(["allow", "deny"]),
      v.description("Whether functions may reach the network. No effect yet."),
    ),
  ),
  budgets: v.optional(
    v.pipe(
      v.record(v.string(), v.pipe(v.number(), v.minValue(0))),
      v.description("FILE::NAME → milliseconds that a cold start may take. No effect yet."),
    ),
  ),
});

type ConfigFile = v.InferOutput<typeof configSchema>;
export type RuleSetting = v.InferOutput<typeof severity>;
export type OwnLoader = v.InferOutput<typeof loader>;

/** A config as the rest of the product reads it. */
export interface Config extends Omit<ConfigFile, "$schema"> {
  /** The file; undefined where there is none. Absolute. */
  readonly path?: string;
}

export interface ConfigProblem {
  readonly path: string;
  /** What, why, what to do, in one line. */
  readonly message: string;
}

/** Reads a config's text. Comments and trailing commas are allowed in it. */
export function parseConfig(path: string, text: string): Config | ConfigProblem {
  if (path.endsWith(".toml")) return parseTable(path, text);
  const errors: ParseError[] = [];
  const value: unknown = parse(text.replace(/^\uFEFF/, ""), errors, { allowTrailingComma: true });
  const broken = errors[0];
  if (broken) {
    const line = text.slice(0, broken.offset).split("\n").length;
    return { path, message: `line ${line} is not JSON (${printParseErrorCode(broken.error)})` };
  }
  return check(path, value);
}

/** `[tool.coldstart]` of a pyproject.toml. */
function parseTable(path: string, text: string): Config | ConfigProblem {
  try {
    const { tool } = parseToml(text.replace(/^\uFEFF/, ""));
    return check(path, isObject(tool) ? (tool.coldstart ?? {}) : {});
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return { path, message: `line ${error.line} is not TOML (${error.message.split("\n", 1)[0]})` };
  }
}

function check(path: string, value: unknown): Config | ConfigProblem {
  if (!isObject(value)) return { path, message: `the file needs an object, not ${JSON.stringify(value)}.` };
  const result = v.safeParse(schemaFor(value), value);
  if (!result.success) return { path, message: explain(result.issues[0]) };
  const { $schema: _, ...config } = result.output;
  return { ...config, path };
}

export const isProblem = (value: Config | ConfigProblem): value is ConfigProblem => "message" in value;

/** Settings that are accepted for later, so that nobody waits for what does not come. */
export function withoutEffect(config: Config): string[] {
  return (["network", "budgets"] as const).filter((key) => config[key] !== undefined);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The schema with one of the two forms of `env`, so that a mistake in it can be named. */
function schemaFor(value: Readonly<Record<string, unknown>>) {
  if (!("env" in value)) return configSchema;
  const env = Array.isArray(value.env) ? environmentList : environmentMap;
  return v.strictObject({ ...configSchema.entries, env });
}

type Issue = v.BaseIssue<unknown>;

function explain(issue: Issue): string {
  const place = `\`${issue.path?.map((item) => String(item.key)).join(".")}\``;
  if (issue.type === "strict_object" && issue.expected === "never") {
    return `${place} is not known here. Known: ${knownKeys(issue).join(", ")}.`;
  }
  if (issue.type === "strict_object" && issue.received === "undefined") return `${place} is missing.`;
  if (issue.message.startsWith("needs")) return `${place} ${issue.message}.`;
  return `${place} needs ${inWords(issue.expected ?? "another value")}, not ${inWords(issue.received)}.`;
}

const inWords = (type: string) =>
  type
    .replace(/^\((.*)\)$/, "$1")
    .replaceAll(" | ", " or ")
    .replace(/\bArray\b/, "a list")
    .replace(/\bObject\b/, "an object");

/** Keys that the object of an issue may have. */
function knownKeys(issue: Issue): string[] {
  const parents = issue.path?.slice(0, -1).map((item) => String(item.key)) ?? [];
  if (parents.length === 0) return Object.keys(configSchema.entries).filter((key) => key !== "$schema");
  return parents[0] === "rules" ? [...RULES] : Object.keys(loader.entries);
}
