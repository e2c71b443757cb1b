// What analysis may ask of the project around a file, and the data that platforms and the catalogue hand to it.
import type { Mistake, Outdated, Phase, Setting, Spelling, WorkItem, WorkKind } from "./function.ts";
import type { FunctionId, ModuleFacts, Range, Statement, Value } from "./module.ts";

/** The project as analysis sees it: everything is answered from memory or from one read; nothing runs. */
export interface ProjectView {
  /** Folder of the nearest package.json above a file, else its own folder. Absolute. */
  root(file: string): string;
  /** A project file, read; undefined when it is not there, too large, or no file of a known language. */
  module(file: string): ModuleFacts | undefined;
  /** The project file that an import means; undefined for packages and built-in modules. */
  resolve(from: string, specifier: string): string | undefined;
  /** Bytes of a file that is there; undefined otherwise. */
  size(file: string): number | undefined;
  /** What the build makes of a source file: from package.json, tsconfig, esbuild options, template.yaml, serverless.yml. */
  outputFormat(file: string): "esm" | "cjs";
  /**
   * Version of a package that the project uses: the pinned or installed one, else the newest that its requirements
   * allow; undefined where nothing says. Python's packages alone.
   */
  packageVersion(file: string, name: string): string | undefined;
  /** Handlers that deployment files name for this file: `template.yaml`, `serverless.yml`. Exported names. */
  declaredHandlers(file: string): readonly string[];
  /** Those of them that only clocks start. */
  scheduledHandlers(file: string): readonly string[];
}

/** Resolves an expression to a qualified name such as `node:fs/promises.readFile` or `coldstart.App.function`. */
export type Qualify = (module: ModuleFacts, value: Value) => string | undefined;

/** What platforms may ask about values, beyond what stands in them. */
export interface Questions {
  readonly qualify: Qualify;
  /** What a name of the project was set to, through imports and aliases; any other value is itself. */
  valueOf(
    module: ModuleFacts,
    value: Value,
  ): { readonly module: ModuleFacts; readonly value: Value } | undefined;
  /** The function of the project that a value is: written there, or named. */
  functionOf(module: ModuleFacts, value: Value): FunctionRef | undefined;
  moduleOf(ref: FunctionRef): ModuleFacts | undefined;
  /** The class of the project that a value names. */
  classOf(module: ModuleFacts, value: Value): ClassOfProject | undefined;
  /** Every expression of a module, outer ones before those inside them. */
  eachValue(module: ModuleFacts, visit: (value: Value) => void): void;
}

export interface ClassOfProject {
  readonly module: ModuleFacts;
  readonly class: Extract<Statement, { kind: "class" }>;
}

/** An adapter: finds the functions of a file and says which code is which phase. */
export interface Platform {
  readonly id: string;
  readonly language: ModuleFacts["language"];
  /** Strings of which a file must contain one, as text, before it is worth parsing. */
  readonly marks: readonly string[];
  /** Names that it has given up, wherever a file uses them: files that only define what functions elsewhere are made of. */
  outdated?(module: ModuleFacts, ask: Questions, project: ProjectView): readonly Outdated[];
  functions(module: ModuleFacts, ask: Questions, project: ProjectView): readonly PlatformFunction[];
}

export interface PlatformFunction {
  readonly name: string;
  readonly range: Range;
  readonly nameRange: Range;
  readonly settings: readonly Setting[];
  /** Functions by phase; `global` is always the module itself and what it imports. */
  readonly phases: Readonly<Record<Exclude<Phase, "global">, readonly FunctionRef[]>>;
  /** Containers start from a snapshot of their memory, taken behind module scope and these of the enter functions. */
  readonly snapshot?: readonly FunctionRef[];
  /** Parameters of the body's function that hold what enter returned, not the input. */
  readonly stateParameters: number;
  readonly spelling: Spelling;
  /** The class whose object, one for each container, its hooks and bodies are methods of. */
  readonly owner?: ClassOfProject;
  /** Where its containers keep files; nothing is kept where the platform doesn't say. */
  readonly storage?: Storage;
  /** Its containers take one input each, or so few that each finds a new one: jobs that a clock starts. */
  readonly singleUse?: boolean;
  /** Nobody waits for its answer: a clock starts it, or it is a job. */
  readonly unattended?: boolean;
  readonly outdated?: readonly Outdated[];
  readonly mistakes?: readonly Mistake[];
}

/** What a function's containers find on disk besides the code. */
export interface Storage {
  /** Folders that outlive a container: mounted volumes. Absolute paths. */
  readonly kept: readonly string[];
  /** Environment variables that the definition sets: `HF_HOME`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Commands that the build runs: they may fetch what is loaded later. */
  readonly commands: readonly string[];
  /** The build imports the module to run a function of it, so that module scope has run in the image. */
  readonly importsModule: boolean;
}

/** A function of some project file: a handler may be imported. */
export interface FunctionRef {
  /** Absolute path. */
  readonly file: string;
  readonly function: FunctionId;
}

/**
 * What a call does that is no work of its own, so that analysis need not take it for an unknown effect: `pure` gives a
 * result and does nothing else; `probe` asks whether a file is there; `write` writes the file of argument `writes`; `folder` makes the folder of its target;
 * `stream` opens that file as a stream; `print` writes to the console; `once` gives a function that runs once.
 */
export type CallEffect = "pure" | "probe" | "write" | "folder" | "stream" | "print" | "once";

/** One known call: a download, load, client or compilation, or one whose effect is known. */
export interface CatalogueRow {
  /** Qualified name. Members of instances hang on the class (`pkg.Client.send`), of results on the call (`pkg.open().read`). */
  readonly callee: string;
  readonly kind: WorkKind | CallEffect;
  readonly source: WorkItem["source"];
  readonly overlap: WorkItem["overlap"];
  /** Index of the argument that names what is loaded, and what it is. */
  readonly target?: {
    readonly argument: number;
    /** Name of the argument where it is given by keyword. */
    readonly keyword?: string;
    readonly kind: "path" | "url" | "name";
  };
  /** How to fetch the files of a load alone, beforehand: a call that takes the same target. */
  readonly fetch?: {
    readonly callee: string;
    readonly arguments: readonly string[];
    /** Arguments of the load that the fetch takes, too: `revision=…`. */
    readonly passes: readonly string[];
    /** Arguments of the load that say which of the files it takes, or where it keeps them: then there is no such call. */
    readonly refuses: readonly string[];
    /** Owner of what is named without one. */
    readonly owner?: string;
  };
  /** Its files are small as a rule: only one that is known to be large counts. */
  readonly usuallySmall?: boolean;
  /** Little is read once its files are there: a tokenizer. */
  readonly light?: boolean;
  /** Where the files are kept that it fetches: by an argument, an environment variable, or always in one folder. */
  readonly cache?: {
    readonly keywords: readonly string[];
    readonly variables: readonly { readonly name: string; readonly below: string }[];
    readonly folder: string;
  };
  /** What it fetches stays in the container, where the next call finds it, though nothing says in which folder. */
  readonly caches?: boolean;
  /** Index of the argument with the path that is written; for work, what is fetched is kept there. */
  readonly writes?: number;
  /** It is a command of the system, which may write any file. */
  readonly command?: boolean;
  /** The row holds only where that argument (or a field of it) is an instance of `is`, or a text that matches it. */
  readonly when?: {
    readonly argument: number;
    /** Name of the argument where it is given by keyword. */
    readonly keyword?: string;
    readonly field?: string;
    readonly is: string | RegExp;
    /** It holds, too, where there is no such argument or field. */
    readonly optional?: boolean;
  };
  /** The row does not hold once this place was set to this value: `env.allowRemoteModels = false`. */
  readonly unless?: { readonly place: string; readonly is: string | number | boolean };
  /** Functions that it is given run later, if at all; all other calls run theirs at once. */
  readonly later?: boolean;
  /** The result is made to be shared between inputs: clients, models, compiled modules. Plain data is not. */
  readonly shared?: boolean;
  /** The answer may change from one call to the next. */
  readonly volatile?: boolean;
  /** It loads onto the device that containers have, and may fail where there is none. */
  readonly onDevice?: boolean;
  /** A client of the event loop that it is made on: another loop can't use it. */
  readonly boundToLoop?: boolean;
  /** For a synchronous call: the asynchronous one that does the same. */
  readonly asynchronous?: string;
  /** Where the behaviour is documented: a URL or a document's name and section. */
  readonly reference: string;
  /** Versions of the package that the row is true for, as a semver range; `*` where it always was. */
  readonly versions: string;
}
