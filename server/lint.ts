// The façade of the analysis: what faces, features and measuring may ask about code.
import type { Finding, Fix, RuleId, TextEdit } from "./facts/finding.ts";
import type { FunctionFacts } from "./facts/function.ts";
import type { Range } from "./facts/module.ts";
import type { Config, ConfigProblem } from "./workspace/config.ts";

/** What is known of one file after linting it. */
export interface FileReport {
  /** Absolute path, with `/`. */
  readonly file: string;
  /** False when the file holds no function and was not parsed. */
  readonly parsed: boolean;
  readonly functions: readonly FunctionFacts[];
  /** Suppressed ones are gone, severities are the config's. */
  readonly findings: readonly Finding[];
  readonly syntaxErrors: readonly { readonly message: string; readonly range: Range }[];
}

export interface FixAllOptions {
  /** Unsafe fixes too, callers in other files included. */
  readonly unsafe: boolean;
  /** Only findings of these rules. */
  readonly rules?: readonly string[];
  /** Only findings of this function, and those of module scope. */
  readonly function?: string;
}

export interface FixAllResult {
  /** New texts by path; only files that change. */
  readonly texts: ReadonlyMap<string, string>;
  /** In the order in which they were applied. */
  readonly applied: readonly AppliedFix[];
}

export interface AppliedFix {
  readonly file: string;
  readonly rule: RuleId;
  readonly title: string;
  readonly kind: Fix["change"]["kind"];
}

/** A project that is being linted. Texts of opened documents win over what is on disk. */
export interface Linter {
  /** Loads what is needed to read these files (the compiler, lazily). To be awaited before anything else is asked about them. */
  prepare(files: readonly string[]): Promise<void>;
  /** Whether a file can hold a function at all; false also for files that the config excludes. Needs no compiler. */
  isWorthParsing(file: string): boolean;
  /** The config that holds for a file. */
  config(file: string): Config;
  /** Configs that were met so far and cannot be used; they count as empty. */
  configProblems(): readonly ConfigProblem[];
  open(file: string, text: string): void;
  close(file: string): void;
  /** Something outside the open documents changed: a file on disk, a config. */
  invalidate(file: string): void;
  /** Current text of a file, open or on disk. */
  text(file: string): string | undefined;
  lint(file: string): FileReport;
  /** Files whose report may change when `file` changes: itself and the project files that import it, as far as they are known. */
  dependents(file: string): readonly string[];
  /** The edits that carry a fix out; [] when the text has changed so that it no longer applies. */
  edits(fix: Fix): readonly TextEdit[];
  /** Fixes everything that may be fixed, again and again until nothing changes. Nothing is written or opened. */
  fixAll(files: readonly string[], options: FixAllOptions): FixAllResult;
  /** Names in a file that can be run: its functions; where no platform knows one, its exports. */
  names(file: string): readonly string[];
  /** Marks expressions so that a profile run can time them; the lines stay where they are. */
  instrument(file: string, spans: readonly { readonly id: number; readonly range: Range }[]): string | undefined;
  /** A linter with the same texts that may be changed without touching this one. */
  fork(): Linter;
  /** Hash of a function's source: its file without the other functions' definitions, and the project files that it imports. */
  sourceHash(file: string, functionName: string): string | undefined;
}
