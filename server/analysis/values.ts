// What analysis knows of a value: its constant, its name, what it rests on, and which loaded object it may be.
import type { FunctionId, ModuleFacts } from "../facts/module.ts";
import type { ClassStatement } from "./declarations.ts";

export interface Callable {
  readonly module: ModuleFacts;
  readonly function: FunctionId;
  /** Names that it sees; undefined for functions of other modules. */
  readonly frame?: Frame;
}

/** Names of a running function and what they hold. */
export interface Frame {
  readonly module: ModuleFacts;
  readonly function: FunctionId;
  readonly parent?: Frame | undefined;
  readonly names: Map<number, Known>;
  readonly self?: Known | undefined;
  /** Its names outlive one input: it belongs to module scope or was made there. */
  readonly lasting: boolean;
  /** Set as it returns. */
  result?: Known;
}

export interface Known {
  /** Constant, or text that is the same at each run in one environment: `$HOME/models`. */
  readonly constant?: string | number | boolean | null;
  /** Qualified name of what a package or the language provides. */
  readonly name?: string;
  readonly callable?: Callable;
  /** What `this` is when it is called. */
  readonly receiver?: Known;
  readonly fields?: Map<string, Known>;
  readonly class?: { readonly module: ModuleFacts; readonly class: ClassStatement };
  /** It is an instance of that class of the project. */
  readonly instance?: { readonly module: ModuleFacts; readonly class: ClassStatement };
  readonly namespace?: ModuleFacts;
  /** It rests on the input, or may differ from one input to the next. */
  readonly input: boolean;
  readonly environment: boolean;
  /** Work that it rests on. */
  readonly items: ReadonlySet<number>;
  /** Work whose loaded object it is, or is part of. */
  readonly holds: ReadonlySet<number>;
  /** Work whose loaded object it holds inside: changing it changes nothing of that, changing its parts does. */
  readonly inside: ReadonlySet<number>;
  /** Work whose loaded text it is the value of: `JSON.parse(text)`. */
  readonly parsed?: ReadonlySet<number>;
  /** Work of the network whose bytes it carries. */
  readonly fetched: ReadonlySet<number>;
  /** Where the object lives, for reads and writes of its parts. */
  readonly origin?: string;
  /** `data`: plain objects and built-in ones, whose methods do what everybody knows; `shared`: made to be used by all inputs. */
  readonly nature: "data" | "shared" | "unknown";
  /** Whether a file is there. */
  readonly probe?: boolean;
  /** File that writing to it writes. */
  readonly sink?: string;
  /** A function that was wrapped so as to run once. */
  readonly once?: boolean;
}

const none: ReadonlySet<number> = new Set();

export const nothing: Known = {
  input: false,
  environment: false,
  items: none,
  holds: none,
  inside: none,
  fetched: none,
  nature: "data",
};

export const unknown: Known = { ...nothing, nature: "unknown" };

export function constant(value: string | number | boolean | null): Known {
  return { ...nothing, constant: value };
}

function union(sets: readonly ReadonlySet<number>[]): ReadonlySet<number> {
  const full = sets.filter((set) => set.size > 0);
  const [first] = full;
  if (!first) return none;
  return full.length === 1 ? first : new Set(full.flatMap((set) => [...set]));
}

/** A new value that is computed from others: it rests on all that they rest on. */
export function derive(...from: readonly Known[]): Known {
  return {
    input: from.some((each) => each.input),
    environment: from.some((each) => each.environment),
    items: union(from.map((each) => each.items)),
    holds: none,
    inside: none,
    fetched: union(from.map((each) => each.fetched)),
    nature: "data",
  };
}

/** As `derive`, where the new value holds the others inside. */
export function carry(...from: readonly Known[]): Known {
  return { ...derive(...from), inside: union(from.flatMap((each) => [each.holds, each.inside])) };
}

/** A part of a value of which only the whole is known. */
export function partOf(whole: Known, ...keys: readonly Known[]): Known {
  const parts = union([whole.holds, whole.inside]);
  return { ...derive(whole, ...keys), holds: parts, inside: parts, nature: whole.nature };
}

/** One of several values: what is the same in all of them stays known. */
export function either(values: readonly Known[]): Known {
  const [first, ...rest] = values;
  if (!first) return nothing;
  if (rest.length === 0 || rest.every((each) => each === first)) return first;
  const same = <K extends keyof Known>(key: K) => rest.every((each) => each[key] === first[key]);
  const most = values.find((each) => each.callable || each.name || each.fields || each.instance);
  return {
    ...carry(...values),
    holds: union(values.map((each) => each.holds)),
    nature: values.some((each) => each.nature === "unknown") ? "unknown" : "data",
    ...(same("constant") && first.constant !== undefined && { constant: first.constant }),
    ...(most?.name !== undefined && { name: most.name }),
    ...(most?.fields && { fields: most.fields }),
    ...(most?.instance && { instance: most.instance }),
    ...(most?.callable && { callable: most.callable }),
    ...(same("origin") && first.origin !== undefined && { origin: first.origin }),
    ...(values.some((each) => each.parsed) && {
      parsed: union(values.flatMap((each) => (each.parsed ? [each.parsed] : []))),
    }),
    ...(values.some((each) => each.nature === "shared") && { nature: "shared" as const }),
  };
}

/** Text for constants that can stand in a path or URL. */
export function textOf(known: Known | undefined): string | undefined {
  const value = known?.constant;
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

/** A value that rests on some work, too. */
export function withItems(known: Known, items: Iterable<number>): Known {
  return { ...known, items: union([known.items, new Set(items)]) };
}
