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
  /** Each of its containers takes one input, or hardly more: what is done once is done for each input anyway. */
  readonly singleUse: boolean;
  /** Nobody waits for its answer: a clock starts it, or it is a job that takes hours or prepares what others use. */
  readonly unattended: boolean;
  /** Names of the platform that it has given up, where the function's file uses them. */
  readonly outdated: readonly Outdated[];
  /** What the platform would refuse in the function's definition, or never run. */
  readonly mistakes: readonly Mistake[];
  /** How the platform lets work move, so that a rule can say what to do and `fixes/` can do it. */
  readonly spelling: Spelling;
}

export interface Setting {
  readonly name: string;
  readonly range: Range;
  readonly valueRange: Range;
  /** The value, when it is a constant. */
  readonly value?: string | number | boolean;
  /** What it says of the pool of containers: how many at least and at most, how many to spare, how long they idle. */
  readonly role?: "minimum" | "maximum" | "buffer" | "idle";
  /** Values that the platform takes. */
  readonly limits?: { readonly least: number; readonly most?: number; readonly unit?: string };
}

/** Something that can't be meant so: what it is and what to do, in a sentence. */
export interface Mistake {
  readonly range: Range;
  readonly message: string;
}

/** A name that the platform has replaced. */
export interface Outdated {
  /** What is reported. */
  readonly range: Range;
  /** Where it stands. Default: at module scope, as decorators do. */
  readonly phase?: Phase;
  /** As it is written. */
  readonly name: string;
  /** What stands for it now, as it would be written. */
  readonly instead: string;
  /** First version that refuses it; undefined where it goes on working. */
  readonly ended?: string;
  /** Where the change is more than a name: what happens instead, as a sentence. */
  readonly note?: string;
  readonly change?: OutdatedChange;
}

/** How the new name is written. */
export type OutdatedChange =
  | { readonly kind: "replace"; readonly parts: readonly { readonly range: Range; readonly text: string }[] }
  | { readonly kind: "parameters"; readonly definition: Range; readonly declares: string }
  | {
      readonly kind: "decorate";
      readonly call: Range;
      readonly setting: string;
      readonly decorator: string;
      readonly as: string;
    };

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
  /** The innermost statement around it. */
  readonly statement: Range;
  /** The statement of the phase's own block around it: the whole `if`, `try` or loop that it stands in. */
  readonly outermost: Range;
  /** For work inside helpers: the calls on the way, innermost (the catalogue's call) last. */
  readonly via: readonly Place[];
  /** Names of the bindings that take its result. */
  readonly defines: readonly string[];
  /**
   * What its arguments rest on. `input` covers everything computed from the function's parameters, and what may
   * differ from one input to the next: time, chance, results of unknown calls.
   */
  readonly dependsOn: {
    readonly input: boolean;
    readonly items: readonly number[];
    readonly environment: boolean;
  };
  /** It may not run, for another reason than being done already. */
  readonly conditional: boolean;
  /** Some inputs end before they come to it: `if (!q) return []`. */
  readonly guarded: boolean;
  readonly inLoop: boolean;
  /** The call at its place does nothing that is not known. */
  readonly alone: boolean;
  /** Done once per container, by the first input that comes by: `model ??= await load()`. */
  readonly memoized: boolean;
  readonly awaited: boolean;
  /** Where its bytes come from. */
  readonly source: "disk" | "network" | "memory" | "unknown";
  /** Its answer may differ from one call to the next: a page of the network, not a file of the image. */
  readonly volatile: boolean;
  /** Path or URL, where it is a constant; paths are absolute. */
  readonly target?: string;
  /** Size of `target` where it is a file that is there. */
  readonly bytes?: number;
  /** A file that is known to be too small to matter, by its size or by its kind. */
  readonly small: boolean;
  readonly overlap: "overlaps" | "blocks" | "thread-unsafe";
  /** Made to be used by all inputs: a client, a model. Plain data may be, too, where nothing changes it. */
  readonly shared: boolean;
  /** Folder that keeps what it downloads. Absolute. */
  readonly keptIn?: string;
  /** A download whose files stay in the container: later calls find them there. */
  readonly cached: boolean;
  /** How its files could be fetched alone, ahead of it. */
  readonly fetch?: Fetch;
  /** The body ends it again: it belongs to one input. */
  readonly ends: boolean;
  /** It loads onto the device that containers have, and may fail where there is none. */
  readonly onDevice?: boolean;
  /** It is part of a snapshot that containers start from: done once, not at each start. */
  readonly restored?: boolean;
  /** Whether it may be moved to the phase that it belongs in, and if not safely, why. Body and global items. */
  readonly movable?: Movability;
}

/** A call that fetches files and does nothing else. */
export interface Fetch {
  /** Qualified name. */
  readonly callee: string;
  /** Parts of the text that become its arguments, and arguments written out. */
  readonly arguments: readonly (Range | string)[];
}

export type Movability =
  | ({ readonly kind: "safe" } & Move)
  /** Offered one by one, with the reason. */
  | ({ readonly kind: "unsafe"; readonly why: string } & Move)
  /** Moving it would change results, or there is no way to write it. */
  | { readonly kind: "never"; readonly why: string };

/** What has to move for a work item to move. */
export type Move =
  /** Its statement, and the statements that only it rests on, in their order; or the call alone, out of a larger one. */
  | {
      readonly how: "statements";
      readonly statements: readonly Range[];
      readonly provides: readonly string[];
    }
  /** It is memoized: nothing moves, `run` (a statement, or a call inside one) is run once ahead of the first input. */
  | { readonly how: "run"; readonly run: Range };

/**
 * Work that may start together at the first one's statement. Its places stand in one block, which is the phase's own
 * or a helper's.
 */
export interface OverlapGroup {
  readonly phase: Phase;
  /** Indexes into `work[phase]`; a place may hold several, where a helper loads several things. */
  readonly items: readonly number[];
  /** For each of `items`, the index of its place. */
  readonly placeOf: readonly number[];
  readonly file: string;
  readonly scope: FunctionId;
  readonly places: readonly WorkPlace[];
  /** What could be seen to change all the same, as a sentence: lines on the console, the order of keys. */
  readonly doubt?: string;
  /** Some of it is synchronous and overlaps only in its asynchronous form. */
  readonly converts: boolean;
}

/** An awaited (or synchronous) call and the statement around it. */
export interface WorkPlace {
  readonly call: Range;
  readonly statement: Range;
}

/** How a platform writes each phase down. Data of the platform; spelled out by `languages/*`. */
export interface Spelling {
  readonly platform: string;
  /** Where work goes that should run before the first input. */
  readonly enter:
    | { readonly kind: "option"; readonly option: string }
    | { readonly kind: "module-scope"; readonly format: "esm" | "cjs" }
    /**
     * A method of the body's class under this decorator (a qualified name), which hands over attributes. One that sets
     * the option `apart` to true is another hook.
     */
    | {
        readonly kind: "method";
        readonly decorator: string;
        readonly apart?: string;
        /** How code names the decorator, where that is not its qualified name. */
        readonly shown?: string;
      }
    /** As `method`, of a class that the function has to become first. */
    | {
        readonly kind: "class";
        readonly decorator: string;
        readonly apart?: string;
        readonly becomes: ClassSpelling;
      }
    | { readonly kind: "none" };
  readonly build:
    | { readonly kind: "option"; readonly option: string }
    /** A method of the body's class under this decorator (a qualified name). */
    | { readonly kind: "method"; readonly decorator: string; readonly shown: string }
    /**
     * A step at the end of the image's own definition, which runs a function of the file: `.run_function(f)`. The file
     * is imported for that, and with `needsFiles` other files of the project, which the image has to have by then.
     */
    | { readonly kind: "step"; readonly image: Range; readonly method: string; readonly needsFiles?: true }
    | { readonly kind: "none"; readonly say: string };
  /** How a folder is kept between containers: an option of the definition, and the call that makes a volume. */
  readonly volume?: { readonly option: string; readonly create: string };
  /**
   * The definition call whose options object takes the option: `app.function(OPTIONS, HANDLER)`; in Python the call
   * that decorates the function, or the body's class.
   */
  readonly definition?: { readonly call: Range; readonly options?: Range; readonly handler: FunctionId };
}

/** What a decorated function turns into when it becomes a class with a method. */
export interface ClassSpelling {
  /** Name of the class's decorator beside the function's: `cls` for `app.function`. */
  readonly decorator: string;
  /** Qualified decorator of the method, unless it has one of `endpoints`. */
  readonly method: string;
  readonly endpoints: readonly string[];
  /** Qualified decorators that belong to the class. */
  readonly onClass: readonly string[];
  /** Options that a class can't have. */
  readonly refuses: readonly string[];
  readonly lookUp?: LookUp;
}

/** How code elsewhere looks a deployed function up by the names of its application and its own. */
export interface LookUp {
  /** Qualified calls: `modal.Function.from_name("app", "function")`. */
  readonly calls: readonly string[];
  /** Qualified calls that make an application of that name. */
  readonly apps: readonly string[];
  /** What stands for the last but one part of such a call where a class is looked up. */
  readonly owner: string;
}
