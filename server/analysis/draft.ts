// Work items while they are being found out about, and the state of the walk that finds them.
import type { Fetch, Phase, Place, WorkKind } from "../facts/function.ts";
import type { FunctionId, ModuleFacts, Range, Value } from "../facts/module.ts";
import type { CatalogueRow, ClassOfProject, ProjectView, Storage } from "../facts/project.ts";
import type { Condition, Effects } from "./effects.ts";
import type { Lookup } from "./lookup.ts";
import type { Names } from "./names.ts";
import type { Frame, Known } from "./values.ts";

/** A condition that some work stands under: inside its branch, or behind an exit that it guards. */
export interface Guard {
  readonly condition: Condition;
  readonly behind?: "return" | "throw" | "jump";
}

export interface Draft {
  readonly id: number;
  readonly phase: Phase;
  kind: WorkKind;
  readonly row: CatalogueRow;
  readonly callee: string;
  readonly label: string;
  readonly place: Place;
  readonly scope: FunctionId;
  readonly statement: Range;
  readonly outermost: Range;
  readonly via: readonly Place[];
  readonly guards: readonly Guard[];
  readonly inLoop: boolean;
  readonly inTry: boolean;
  readonly known: Known;
  /** Statements of the phase's own block that have a part in it. */
  readonly sites: Set<Range>;
  /** Names that take its result, at its place. */
  defines: readonly string[];
  target?: string;
  /** Folder that it is told to keep its files in. */
  readonly folder?: string;
  /** Nothing says whether what it is given is a name of the network or a path. */
  readonly unsure: boolean;
  readonly fetch?: Fetch;
  /** It runs beside others already: it was handed to a pool of threads. */
  readonly concurrent: boolean;
  volatile: boolean;
  awaited: boolean;
  /** It is part of the snapshot that containers start from. */
  restored?: boolean;
  /** It is done in a coroutine: the call at its place has only made that, for somebody to wait for once. */
  readonly coroutine: boolean;
  /** The call at its place: what its arguments rest on, and whether it does more than work that is done once. */
  call?: {
    readonly input: boolean;
    readonly reads: ReadonlySet<string>;
    readonly again: boolean;
    readonly unknown: boolean;
  };
  /** Lasting places that hold its result, so that it is done once. */
  readonly filled: Set<string>;
  /** What the body does to its result: changes it, hands it to unknown code (by name), ends it. */
  changed?: string;
  /** What the body does to the value that was parsed out of it. */
  parsedChanged?: string;
  escaped?: string;
  closed?: boolean;
  /** Calls of the phase's own code that take the bytes out of it: a stream gives them once. */
  readonly drained: Range[];
}

/** Where the phase stands while helpers run. */
export interface Position {
  readonly file: string;
  readonly scope: FunctionId;
  readonly statement: Range;
  readonly outermost: Range;
}

/** What happened in one statement of a block, kept to find out what may overlap and move. */
export interface Step {
  readonly range: Range;
  readonly kind: string;
  readonly effects: Effects;
  readonly items: readonly number[];
  readonly declares: readonly number[];
}

export interface BlockTrace {
  readonly frame: Frame;
  readonly module: ModuleFacts;
  readonly scope: FunctionId;
  readonly range: Range;
  readonly steps: readonly Step[];
  readonly phase: Phase;
  /** It is the phase's own code, no helper's. */
  readonly own: boolean;
  /** How many guards and loops were around it. */
  readonly guards: number;
  readonly loops: number;
}

/** One walk over a function's code. */
export interface Walk {
  readonly view: ProjectView;
  readonly names: Names;
  readonly lookup: Lookup;
  phase: Phase;
  readonly drafts: Draft[];
  readonly blocks: BlockTrace[];
  /** Calls that lead from the phase's code to where the walk is. */
  readonly chain: (Place & {
    readonly label: string;
    readonly module: ModuleFacts;
    readonly function: FunctionId;
  })[];
  readonly effects: Effects[];
  readonly guards: Guard[];
  /** How many guards each running function found when it began. */
  readonly bases: number[];
  loops: number;
  tries: number;
  /** How many pools of threads the walk is inside. */
  pools: number;
  /** How often the walk met a question whether a file is there. */
  probes: number;
  position: Position;
  /** Values looked at; the walk gives up at a limit. */
  steps: number;
  /** How deeply the value that is looked at is nested. */
  depth: number;
  /** Module frames by path; running a module fills them. */
  readonly modules: Map<string, Frame>;
  /** Settings of packages that the code sets: `env.allowRemoteModels` → false. */
  readonly set: Map<string, string | number | boolean | null>;
  /** File → work that wrote it; undefined where something else did. */
  readonly written: Map<string, number | undefined>;
  /** Lasting places that hold the result of work done before the body. */
  readonly filled: Set<string>;
  /** The class whose object the function's hooks and bodies work on. */
  readonly owner?: ClassOfProject | undefined;
  /** The platform's word on where containers keep files. */
  readonly storage?: Storage | undefined;
  /** Frames of functions that have run in an earlier phase, for the functions inside them. */
  readonly ran: Map<string, Frame>;
  /** What `self` is in the hooks and methods of a class: one object for all that a container does. */
  readonly selves: Map<string, Known>;
}

/** As a reader would point at it, at most 40 characters. */
export function labelOf(value: Value): string {
  const text = spell(value).replace(/\s+/g, " ");
  return text.length <= 40 ? text : shorten(value, text);
}

function shorten(value: Value, text: string): string {
  if (value.kind !== "call") return `${text.slice(0, 39)}…`;
  const callee = `${value.construct ? "new " : ""}${spell(value.callee)}(…)`;
  return callee.length <= 40 ? callee : `${callee.slice(0, 39)}…`;
}

function spellKey({ object, property, range, optional }: Extract<Value, { kind: "member" }>): string {
  if (property === undefined) return "[…]";
  // A text in brackets is longer than a name behind a dot.
  const isName = range.end - object.range.end <= property.length + (optional ? 2 : 1);
  return isName ? `.${property}` : `[${JSON.stringify(property)}]`;
}

/** Deeper than any label of 40 characters. */
const DEEPEST = 24;

function spell(value: Value, depth = 0): string {
  if (depth > DEEPEST) return "…";
  const inner = (part: Value) => spell(part, depth + 1);
  switch (value.kind) {
    case "name":
      return value.name;
    case "literal":
      return typeof value.value === "string" ? JSON.stringify(value.value) : String(value.value);
    case "member":
      return `${inner(value.object)}${spellKey(value)}`;
    case "call":
      return `${value.construct ? "new " : ""}${inner(value.callee)}(${[...value.args.map(inner), ...(value.named ?? []).map((each) => (each.name === "**" ? `**${inner(each.value)}` : `${each.name}=${inner(each.value)}`))].join(", ")})`;
    case "await":
      return `await ${inner(value.value)}`;
    case "template":
      return `\`${value.parts.map((part) => (typeof part === "string" ? part : `\${${inner(part)}}`)).join("")}\``;
    case "object":
      return value.entries.length === 0 ? "{}" : "{ … }";
    case "array":
      return value.items.length === 0 ? "[]" : "[…]";
    case "other":
      return value.text.length <= 20 ? value.text : "…";
    default:
      return "…";
  }
}
