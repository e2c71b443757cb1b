// What analysis may ask of the project around a file, and the data that platforms and the catalogue hand to it.
import type { Phase, Setting, Spelling, WorkItem, WorkKind } from "./function.ts";
import type { FunctionId, ModuleFacts, Range, Value } from "./module.ts";

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
  /** Handlers that deployment files name for this file: `template.yaml`, `serverless.yml`. Exported names. */
  declaredHandlers(file: string): readonly string[];
}

/** Resolves an expression to a qualified name such as `node:fs/promises.readFile` or `coldstart.App.function`. */
export type Qualify = (module: ModuleFacts, value: Value) => string | undefined;

/** An adapter: finds the functions of a file and says which code is which phase. */
export interface Platform {
  readonly id: string;
  /** Strings of which a file must contain one, as text, before it is worth parsing. */
  readonly marks: readonly string[];
  functions(module: ModuleFacts, qualify: Qualify, project: ProjectView): readonly PlatformFunction[];
}

export interface PlatformFunction {
  readonly name: string;
  readonly range: Range;
  readonly nameRange: Range;
  readonly settings: readonly Setting[];
  /** Functions by phase; `global` is always the module itself and what it imports. */
  readonly phases: Readonly<Record<Exclude<Phase, "global">, readonly FunctionRef[]>>;
  /** Parameters of the body's function that hold what enter returned, not the input. */
  readonly stateParameters: number;
  readonly spelling: Spelling;
}

/** A function of some project file: a handler may be imported. */
export interface FunctionRef {
  /** Absolute path. */
  readonly file: string;
  readonly function: FunctionId;
}

/** One known download, load, client or compilation. */
export interface CatalogueRow {
  /** Qualified name. Members of instances hang on the class (`pkg.Client.send`), of results on the call (`pkg.open().read`). */
  readonly callee: string;
  readonly kind: WorkKind;
  readonly source: WorkItem["source"];
  readonly overlap: WorkItem["overlap"];
  /** Index of the argument that names what is loaded, and what it is. */
  readonly target?: { readonly argument: number; readonly kind: "path" | "url" | "name" };
  /** Index of the argument with the path that is written: the call keeps what it fetches on disk. */
  readonly writes?: number;
  /** The row holds only where that argument is an instance of `is`, or is a text that matches it. */
  readonly when?: { readonly argument: number; readonly is: string | RegExp };
  /** The result is made to be shared between inputs: clients, models, compiled modules. Plain data is not. */
  readonly shared?: boolean;
  /** The answer may change from one call to the next. */
  readonly volatile?: boolean;
  /** For a synchronous call: the asynchronous one that does the same. */
  readonly asynchronous?: string;
  /** Nothing is loaded yet: work begins with the first use, and the call costs what it costs to construct. */
  readonly lazy?: boolean;
  /** Where the behaviour is documented: a URL or a document's name and section. */
  readonly reference: string;
  /** Versions of the package that the row is true for, as a semver range; `*` where it always was. */
  readonly versions: string;
}
