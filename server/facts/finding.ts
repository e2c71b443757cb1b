// Finding, Fix and Change: what rules report and what fixes would do about it, in neutral words.

import type {
  Fetch,
  Outdated,
  OverlapGroup,
  Phase,
  Place,
  Spelling,
  WorkItem,
  WorkPlace,
} from "./function.ts";
import type { FunctionId, Range } from "./module.ts";

export type { Fetch, WorkPlace } from "./function.ts";

export type RuleId =
  | "sequential-loads"
  | "global-scope-download"
  | "enter-download"
  | "body-amortized-work"
  | "warm-pool-settings"
  | "outdated-setting"
  | "invalid-definition"
  /** A comment that takes no finding out; reported by `workspace/`, not by a rule. */
  | "unused-suppression";
export type Severity = "error" | "warning" | "info" | "hint";

export interface Finding extends Place {
  readonly rule: RuleId;
  readonly severity: Severity;
  /** What is wrong, why it costs, what to do; at most two sentences. */
  readonly message: string;
  /** The function's name. */
  readonly function: string;
  readonly phase: Phase;
  readonly related: readonly (Place & { readonly message: string })[];
  readonly fixes: readonly Fix[];
}

/** What a rule reports, before `fixes/` says what can be done about it. */
export interface Detection extends Omit<Finding, "fixes"> {
  readonly proposal?: Proposal;
}

export type Proposal =
  | { readonly kind: "overlap"; readonly group: OverlapGroup }
  | { readonly kind: "enter"; readonly item: WorkItem }
  | { readonly kind: "build"; readonly item: WorkItem }
  | { readonly kind: "modernise"; readonly outdated: Outdated };

export interface Fix {
  readonly title: string;
  readonly safety: "safe" | "unsafe";
  /** Why it is unsafe, or what changes though it is safe. */
  readonly why?: string;
  /** Only where it is chosen by itself: what is known to go wrong with some versions is no part of fixing everything. */
  readonly byHand?: true;
  readonly change: Change;
}

/** What happens to the code, in words of no language. Ranges refer to the text that was analysed. */
export type Change =
  /** The awaited work at `items` starts together at the first one's statement. */
  | {
      readonly kind: "concurrently";
      readonly file: string;
      readonly scope: FunctionId;
      readonly items: readonly WorkPlace[];
    }
  /** Statements leave the body and run before the first input; the body gets `provides` from there. */
  | {
      readonly kind: "move-to-enter";
      readonly file: string;
      readonly statements: readonly Range[];
      readonly provides: readonly string[];
      readonly spelling: Spelling;
      /** Where other files name the function, if it has to become a class. */
      readonly callers?: readonly Caller[];
    }
  /**
   * Memoized work stays where it is, and is run once before the first input so that the body finds it done:
   * `enter: async () => { await getModel(); }`. `run` is the memoizing statement, or the call to the getter.
   */
  | {
      readonly kind: "run-in-enter";
      readonly file: string;
      readonly run: Range;
      readonly spelling: Spelling;
      readonly callers?: readonly Caller[];
    }
  /** Statements leave module scope or enter and run when the image is built, for each of the functions. */
  | {
      readonly kind: "move-to-build";
      readonly file: string;
      readonly statements: readonly Range[];
      readonly spellings: readonly Spelling[];
    }
  /** Calls that fetch what they load stay where they are; the build makes them, too, so that they find the files there. */
  | {
      readonly kind: "fetch-in-build";
      readonly file: string;
      readonly calls: readonly Range[];
      /** Some may use all that containers have: functions of the project, loads onto a device. */
      readonly helpers?: boolean;
      readonly spellings: readonly Spelling[];
    }
  /** A folder of the containers becomes a volume: what is fetched into it is there at the next cold start. */
  | {
      readonly kind: "keep-on-volume";
      readonly file: string;
      /** Absolute path in the container. */
      readonly folder: string;
      /** Name of the volume, as deployed. */
      readonly volume: string;
      readonly spellings: readonly Spelling[];
    }
  /** Files are fetched together ahead of the loads that need them, which stay one after another. */
  | {
      readonly kind: "prefetch";
      readonly file: string;
      readonly scope: FunctionId;
      /** The first load's statement. */
      readonly statement: Range;
      readonly fetches: readonly Fetch[];
    }
  /** Names or values give way to others: renamed settings, values out of range. An empty range takes an insertion. */
  | {
      readonly kind: "replace";
      readonly file: string;
      readonly parts: readonly { readonly range: Range; readonly text: string }[];
    }
  /** A constructor gives way to declarations in its class, each a call of `declares` (a qualified name). */
  | {
      readonly kind: "parameters";
      readonly file: string;
      readonly definition: Range;
      readonly declares: string;
    }
  /** A setting becomes a decorator of its own. */
  | {
      readonly kind: "decorate";
      readonly file: string;
      /** The call that has the setting. */
      readonly call: Range;
      /** Name of the setting, which goes. */
      readonly setting: string;
      /** Qualified name of the decorator. */
      readonly decorator: string;
      /** The setting's name there. */
      readonly as: string;
    };

/** A place where another file names a function. */
export interface Caller extends Place {
  /**
   * `import`: the imported name; `use`: the whole expression that stands for the function. Of a look-up by name: `owner`
   * is the part that says what is looked up, `name` the function's name in quotes, `end` the place behind the call.
   */
  readonly as: "import" | "use" | "owner" | "name" | "end";
  /** What stands for the function's own name there: an alias, or `module.name` without its last part. */
  readonly local?: string;
}

/** An edit of one file; several of one file never overlap. */
export interface TextEdit {
  readonly file: string;
  readonly range: Range;
  readonly text: string;
}
