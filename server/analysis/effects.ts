// What running a piece of code reads, writes and does, as far as other code could see it.
import type { Range } from "../facts/module.ts";
import { isWithin } from "./declarations.ts";
import type { Frame } from "./values.ts";

/** A call of a block with the work that it does. */
export interface CallPlace {
  readonly call: Range;
  readonly items: readonly number[];
  readonly awaited: boolean;
}

/** Why what follows may not run. */
export interface Condition {
  /** It rests on the input. */
  readonly input: boolean;
  /** It asks whether a file is there. */
  readonly probe: boolean;
  /** That something before it failed. */
  readonly failure: boolean;
  /** Lasting places that it looks at. */
  readonly keys: ReadonlySet<string>;
  /** One of these places is filled by what it guards: done once. */
  memoized: boolean;
}

export interface Exit {
  readonly condition: Condition | undefined;
  readonly kind: "return" | "throw" | "jump";
}

export interface Effects {
  readonly reads: Set<string>;
  readonly writes: Set<string>;
  /** Objects that get keys from inside helpers, whenever these come to it. */
  readonly extended: Set<string>;
  readonly filesRead: Set<string>;
  readonly filesWritten: Set<string>;
  /** Folders that it makes, where they are not there. */
  readonly folders: Set<string>;
  /** Something unknown happens; the name of the first such call. */
  unknown?: string;
  prints: boolean;
  /** Something of this happens each time, not only where it was not done before. */
  again: boolean;
  /** It rests on the input. */
  input: boolean;
  /** Ways to leave the block before its end. */
  readonly exits: Exit[];
  readonly places: CallPlace[];
}

/** A path or place that nobody knows: it may be any. */
export const ANY = "?";

export function noEffects(): Effects {
  return {
    reads: new Set(),
    writes: new Set(),
    extended: new Set(),
    filesRead: new Set(),
    filesWritten: new Set(),
    folders: new Set(),
    prints: false,
    again: false,
    input: false,
    exits: [],
    places: [],
  };
}

/** Key of a name; parts of what it holds follow behind dots. */
export function keyOf(frame: Frame, binding: number): string {
  return `${frame.lasting ? "@" : ""}${frame.module.path}#${binding}`;
}

export function isLasting(key: string | undefined): boolean {
  return key?.startsWith("@") ?? false;
}

/** Adds what a part did to what the whole does. `left`: the function that was left, whose own names nobody sees. */
export function add(whole: Effects, part: Effects, left?: Frame): void {
  const seen = (key: string) => !left || !isOwn(key, left);
  for (const key of part.reads) if (seen(key)) whole.reads.add(key);
  for (const key of part.writes) {
    if (!seen(key)) continue;
    whole.writes.add(key);
    if (left && key.lastIndexOf(".") > key.indexOf("#"))
      whole.extended.add(key.slice(0, key.lastIndexOf(".")));
  }
  for (const key of part.extended) if (seen(key)) whole.extended.add(key);
  for (const file of part.filesRead) whole.filesRead.add(file);
  for (const file of part.filesWritten) whole.filesWritten.add(file);
  for (const folder of part.folders) whole.folders.add(folder);
  if (part.unknown !== undefined) whole.unknown ??= part.unknown;
  whole.prints ||= part.prints;
  whole.again ||= part.again;
  whole.input ||= part.input;
  if (!left) whole.exits.push(...part.exits);
}

function isOwn(key: string, left: Frame): boolean {
  const match = /^@?(.*)#(\d+)/.exec(key);
  if (!match || match[1] !== left.module.path) return false;
  const binding = left.module.bindings[Number(match[2])];
  return binding !== undefined && isWithin(left.module, binding.scope, left.function);
}

/** Whether two pieces of code may not change places or overlap, and why they are taken to. */
export function conflict(a: Effects, b: Effects): boolean {
  return (
    a.unknown !== undefined ||
    b.unknown !== undefined ||
    meet(a.writes, b.reads) ||
    meet(a.reads, b.writes) ||
    meet(a.writes, b.writes) ||
    meetFiles(a.filesWritten, b.filesRead) ||
    meetFiles(a.filesRead, b.filesWritten) ||
    meetFiles(a.filesWritten, b.filesWritten)
  );
}

/** Places meet when one is the other or a part of it. */
function meet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const one of a) {
    if (one === ANY && b.size > 0) return true;
    for (const other of b) {
      if (one === other || one.startsWith(`${other}.`) || other.startsWith(`${one}.`) || other === ANY)
        return true;
    }
  }
  return false;
}

/** Whether two sets of paths hold the same file, or one a folder of the other. */
export function meetFiles(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  if (a.size === 0 || b.size === 0) return false;
  if (a.has(ANY) || b.has(ANY)) return true;
  for (const one of a) {
    for (const other of b) {
      if (one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`)) return true;
    }
  }
  return false;
}
