// The façade of the analysis: what faces, features and measuring may ask about code.
import type { Finding, Fix, RuleId, TextEdit } from "./facts/finding.ts";
import type { FunctionFacts } from "./facts/function.ts";
import type { Range } from "./facts/module.ts";
import { withCallers } from "./workspace/callers.ts";
import type { Config, ConfigProblem } from "./workspace/config.ts";
import { fixAll as fix } from "./workspace/fix-all.ts";
import { languageOf } from "./workspace/languages.ts";
import { lintFile, marksFor } from "./workspace/report.ts";
import { sourceHash } from "./workspace/source-hash.ts";
import { createWorkspace, type Workspace } from "./workspace/workspace.ts";

export { ruleIds } from "./workspace/report.ts";

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
  /** Safe fixes may change other files than the given ones: nothing is going to be written. */
  readonly anywhere?: boolean;
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
  /**
   * Those of the files that can hold a function at all and that no config excludes, found by their bytes alone. Asks
   * less than `prepare`: a project without functions never loads the compiler.
   */
  scan(files: readonly string[]): Promise<readonly string[]>;
  /** Loads what is needed to read these files. To be awaited before anything below is asked about them. */
  prepare(files: readonly string[]): Promise<void>;
  /** The config that holds for a file. */
  config(file: string): Config;
  /** Configs that were met so far and cannot be used; they count as empty. */
  configProblems(): readonly ConfigProblem[];
  open(file: string, text: string): void;
  close(file: string): void;
  /** Something outside the open documents changed: a file on disk, a config. */
  invalidate(file: string): void;
  /** The Python that was chosen for a file's project, by its path or its environment's; undefined where none was. */
  usePython(file: string, python: string | undefined): void;
  /** Current text of a file, open or on disk. */
  text(file: string): string | undefined;
  lint(file: string): FileReport;
  /** Files whose report may change when `file` changes: itself and the project files that import it, as far as they are known. */
  dependents(file: string): readonly string[];
  /** Whether a fix can be written down; cheaper than its edits. */
  canFix(fix: Fix): boolean;
  /** The edits that carry a fix out; [] when the text has changed so that it no longer applies. */
  edits(fix: Fix): readonly TextEdit[];
  /** Fixes everything that may be fixed, again and again until nothing changes. Nothing is written or opened. */
  fixAll(files: readonly string[], options: FixAllOptions): FixAllResult;
  /** Folder of the nearest package.json above a file, else its own folder. Absolute. */
  root(file: string): string;
  /** Names that a file exports, whether or not a platform knows them as functions; `"*"` for those of another module. */
  exports(file: string): readonly string[];
  /** What functions of a file import while they run, by `import()` and `require()`. */
  lazyImports(file: string): readonly { readonly specifier: string; readonly range: Range }[];
  /** Marks expressions so that a profile run can time them; the lines stay where they are. */
  instrument(
    file: string,
    spans: readonly { readonly id: number; readonly range: Range }[],
  ): string | undefined;
  /** A linter with the same texts that may be changed without touching this one. */
  fork(): Linter;
  /** Hash of a function's source: its file without the other functions' definitions, and the project files that it imports. */
  sourceHash(file: string, functionName: string): string | undefined;
}

/** A linter for whatever project a file belongs to. Synchronous once `prepare` has been awaited; runs no code of the project. */
export function createLinter(workspace: Workspace = createWorkspace()): Linter {
  const reports = new Map<string, FileReport>();
  /** Fix → the text that it was made for. */
  const basis = new WeakMap<Fix, string | undefined>();
  /** By change: the findings of a group share one. */
  const spelled = new Map<string, readonly TextEdit[]>();
  const writable = new Map<string, boolean>();

  function changing(change: () => void): void {
    reports.clear();
    spelled.clear();
    writable.clear();
    change();
  }

  function isWorthParsing(file: string): boolean {
    if (workspace.configs.isExcluded(file)) return false;
    return workspace.mayHoldFunctions(file, marksFor(workspace.configs.for(file), file));
  }

  /** What the first file needs is loaded while others are still being looked at; `prepare` tells when that failed. */
  function loadAhead(file: string): void {
    workspace.prepare([file]).catch(() => undefined);
  }

  function makeReport(file: string): FileReport {
    if (!isWorthParsing(file)) return { file, parsed: false, functions: [], findings: [], syntaxErrors: [] };
    const { functions, findings } = lintFile(file, workspace);
    for (const each of findings.flatMap((finding) => finding.fixes)) {
      basis.set(each, workspace.text(each.change.file));
    }
    const syntaxErrors = workspace.module(file)?.syntaxErrors ?? [];
    return { file, parsed: true, functions, findings, syntaxErrors };
  }

  /** The text that a fix was made for, as long as it stands. */
  function basisOf(fix: Fix): string | undefined {
    const text = workspace.text(fix.change.file);
    return text === basis.get(fix) ? text : undefined;
  }

  const importedBy = (file: string) => (specifier: string) => {
    const target = workspace.resolve(file, specifier);
    return target && workspace.text(target);
  };

  const linter: Linter = {
    async scan(files) {
      await workspace.prepareScan(files);
      const found: string[] = [];
      for (const [index, file] of files.entries()) {
        // Signals are heard between, and what is being loaded gets on.
        if (index % 100 === 99) await new Promise((resume) => setImmediate(resume));
        if (!isWorthParsing(file)) continue;
        found.push(file);
        if (found.length === 1) loadAhead(file);
      }
      return found;
    },
    prepare: workspace.prepare,
    config: (file) => workspace.configs.for(file),
    configProblems: () => workspace.configs.problems(),
    usePython(file, python) {
      if (workspace.usePython(file, python)) changing(() => undefined);
    },
    open: (file, text) => changing(() => workspace.open(file, text)),
    close: (file) => changing(() => workspace.close(file)),
    invalidate: (file) => changing(() => workspace.invalidate(file)),
    text: workspace.text,
    lint(file) {
      const report = reports.get(file) ?? makeReport(file);
      reports.set(file, report);
      return report;
    },
    dependents: workspace.dependents,
    canFix(fix) {
      const text = basisOf(fix);
      if (text === undefined) return false;
      const { file } = fix.change;
      return remembered(
        writable,
        fix,
        () => languageOf(file)?.canSpell(fix.change, text, importedBy(file)) ?? false,
      );
    },
    edits(fix) {
      const text = basisOf(fix);
      if (text === undefined) return [];
      const { file } = fix.change;
      return remembered(
        spelled,
        fix,
        () => languageOf(file)?.spell(withCallers(fix.change, workspace), text, importedBy(file)) ?? [],
      );
    },
    fixAll(files, { unsafe, rules, function: only, anywhere = false }) {
      const scratch = linter.fork();
      const errors = (file: string) => scratch.lint(file).syntaxErrors.length;
      // Callers in other files follow, whether or not these hold functions themselves.
      const touched = new Set<string>();
      const open = (file: string, text: string) => {
        touched.add(file);
        scratch.open(file, text);
      };
      const steps = fix(
        files,
        { ...scratch, open, syntaxErrors: errors },
        ({ finding, fix }) =>
          (fix.safety === "safe" || (unsafe && !fix.byHand)) &&
          (!rules?.length || rules.includes(finding.rule)) &&
          (!only || concerns(scratch, finding, only)),
        (file, fix) => anywhere || files.includes(file) || fix.safety === "unsafe",
      );
      const applied = steps.map(({ finding, fix }) => ({
        file: fix.change.file,
        rule: finding.rule,
        title: fix.title,
        kind: fix.change.kind,
      }));
      const texts = [...touched].map((file) => [file, scratch.text(file)] as const);
      const changed = texts.filter((entry): entry is readonly [string, string] => {
        return entry[1] !== undefined && entry[1] !== workspace.text(entry[0]);
      });
      return { texts: new Map(changed), applied };
    },
    sourceHash: (file, name) => sourceHash(file, name, linter.lint(file).functions, workspace),
    root: workspace.root,
    exports(file) {
      const exports = workspace.module(file)?.exports ?? [];
      // What binds, holds and passes on no value is a type.
      const values = exports.filter((each) => each.binding !== undefined || each.value || each.from);
      return [...new Set(values.map((each) => each.name))];
    },
    lazyImports(file) {
      const imports = workspace.module(file)?.imports ?? [];
      const lazy = imports.filter((each) => each.form !== "import" && each.function !== 0 && !each.typeOnly);
      // One call may bring several names.
      return [...new Map(lazy.map(({ specifier, range }) => [range.start, { specifier, range }])).values()];
    },
    instrument(file, spans) {
      const text = workspace.text(file);
      return text === undefined ? undefined : languageOf(file)?.instrument(text, spans, file);
    },
    fork: () => createLinter(workspace.fork()),
  };
  return linter;
}

function remembered<T>(known: Map<string, T>, { change }: Fix, make: () => T): T {
  const key = JSON.stringify(change);
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

/** Module scope and helpers serve all functions, though a finding there names one of them. */
function concerns({ lint }: Linter, finding: Finding, name: string): boolean {
  if (finding.function === name || finding.phase === "global") return true;
  const { functions } = lint(finding.file);
  const [asked, owner] = [name, finding.function].map((each) => functions.find((one) => one.name === each));
  // One finding stands for all functions that do the same work, as methods do that share a hook.
  const works = ({ work }: FunctionFacts) =>
    Object.values(work)
      .flat()
      .some(({ place }) => place.file === finding.file && place.range.start === finding.range.start);
  if (asked && owner && works(owner)) return works(asked);
  return !owner || finding.range.start < owner.range.start || finding.range.end > owner.range.end;
}
