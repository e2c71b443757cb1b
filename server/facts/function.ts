// FunctionFacts: one deployable function, with its work placed in phases. All that a rule may know.
import type { FunctionId, Range } from "./module.ts";

/** Where code stands. */
export type Phase = "global" | "build" | "enter" | "body";

export type WorkKind = "download" | "load" | "client" | "import" | "compile";

/** A place in a file of the project. */
export interface Place {
  /** Absolute path. */
  readonly file: string;
  readonly range: Range;
}

export interface FunctionFacts {
  readonly platform: string;
  /** `FILE::NAME` without the file. */
  readonly name: string;
  readonly file: string;
  /** The whole definition. */
  readonly range: Range;
  readonly nameRange: Range;
  readonly settings: readonly Setting[];
  /** In the order in which they run. Work of a helper stands where the helper is called. */
  readonly work: Readonly<Record<Phase, readonly WorkItem[]>>;
  /** Loads that stand in one block, one after another, and are proved independent; each of two items or more. */
  readonly groups: readonly OverlapGroup[];
  /** How the platform lets work move, so that a rule can say what to do and `fixes/` can do it. */
  readonly spelling: Spelling;
}

export interface Setting {
  readonly name: string;
  readonly range: Range;
  readonly valueRange: Range;
  /** The value, when it is a constant. */
  readonly value?: string | number | boolean;
}

/** A download, load, client, import or compilation at the line of the phase that causes it. */
export interface WorkItem {
  readonly kind: WorkKind;
  readonly phase: Phase;
  /** Qualified through imports and helpers, e.g. `node:fs/promises.readFile`. */
  readonly callee: string;
  /** As a reader would point at it, at most 40 characters: `loadTable("users")`. */
  readonly label: string;
  /** The call that stands in the function's phase; in the function's file unless the phase is a helper's module. */
  readonly place: Place;
  /** The function that the place stands in. */
  readonly scope: FunctionId;
  /** The whole statement around it. */
  readonly statement: Range;
  /** For work inside helpers: the calls on the way, innermost (the catalogue's call) last. */
  readonly via: readonly Place[];
  /** Names of the bindings that take its result. */
  readonly defines: readonly string[];
  /** What its arguments rest on. `input` covers everything computed from the function's parameters. */
  readonly dependsOn: { readonly input: boolean; readonly items: readonly number[]; readonly environment: boolean };
  readonly conditional: boolean;
  readonly inLoop: boolean;
  /** Done once per container, by the first input that comes by: `model ??= await load()`. */
  readonly memoized: boolean;
  readonly awaited: boolean;
  /** Where its bytes come from. */
  readonly source: "disk" | "network" | "memory" | "unknown";
  /** Path or URL, where it is a constant; paths are absolute. */
  readonly target?: string;
  /** Size of `target` where it is a file that is there. */
  readonly bytes?: number;
  readonly overlap: "overlaps" | "blocks" | "thread-unsafe";
  /** Whether it may be moved before the first input, and if not safely, why. Only for body items. */
  readonly movable?: Movability;
}

export type Movability =
  | { readonly kind: "safe" }
  /** Offered one by one, with the reason. */
  | { readonly kind: "unsafe"; readonly why: string }
  /** Moving it would change results. */
  | { readonly kind: "never"; readonly why: string };

/** Work items (indexes into `work[phase]`) that may start together at the first one's place. */
export interface OverlapGroup {
  readonly phase: Phase;
  readonly items: readonly number[];
}

/** How a platform writes each phase down. Data of the platform; spelled out by `languages/*`. */
export interface Spelling {
  readonly platform: string;
  /** Where work goes that should run before the first input. */
  readonly enter:
    | { readonly kind: "option"; readonly option: string }
    | { readonly kind: "module-scope"; readonly format: "esm" | "cjs" }
    | { readonly kind: "none" };
  readonly build: { readonly kind: "option"; readonly option: string } | { readonly kind: "none"; readonly say: string };
  /** The definition call whose options object takes the option: `app.function(OPTIONS, HANDLER)`. */
  readonly definition?: { readonly call: Range; readonly options?: Range; readonly handler: FunctionId };
}
