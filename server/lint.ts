// The façade of the analysis: what faces, features and measuring may ask about code.
import type { Finding, Fix, TextEdit } from "./facts/finding.ts";
import type { FunctionFacts } from "./facts/function.ts";
import type { Range } from "./facts/module.ts";

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

/** A project that is being linted. Texts of opened documents win over what is on disk. */
export interface Linter {
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
  /** Fixes everything that may be fixed, again and again until nothing changes; returns new texts by path. */
  fixAll(files: readonly string[], options: { readonly unsafe: boolean; readonly rules?: readonly string[] }): ReadonlyMap<string, string>;
  /** Hash of a function's source: its file without the other functions' definitions, and the project files that it imports. */
  sourceHash(file: string, functionName: string): string | undefined;
}
