// Reads the keyword arguments of Modal's calls, those of dictionaries that are spread into them too.
import type { ModuleFacts, Range, Value } from "../../facts/module.ts";
import type { Questions } from "../../facts/project.ts";
import type { CallValue } from "../definitions.ts";

/** A value of the file in which it stands. */
export interface Placed {
  readonly module: ModuleFacts;
  readonly value: Value;
}

export interface Argument extends Placed {
  readonly name: string;
  /** Where the name is written, without quotes. */
  readonly nameRange: Range;
  /** Name and value. */
  readonly range: Range;
  /** It stands in a dictionary, not in the call itself. */
  readonly spread: boolean;
}

export interface Arguments {
  readonly all: readonly Argument[];
  /** False where something is spread into the call that nobody knows. */
  readonly complete: boolean;
}

const NO_ARGUMENTS: Arguments = { all: [], complete: true };

export function argumentsOf(module: ModuleFacts, call: CallValue | undefined, ask: Questions): Arguments {
  return call ? namedIn(module, call, ask, false, 0) : NO_ARGUMENTS;
}

export function find({ all }: Arguments, name: string): Argument | undefined {
  return all.find((each) => each.name === name);
}

/** What a file sets on an object after it was made: `stub.image = …`. */
export function assignedTo(module: ModuleFacts, object: Value, ask: Questions): readonly Argument[] {
  const found: Argument[] = [];
  if (object.kind !== "name" || object.binding === undefined) return found;
  const { binding } = object;
  ask.eachValue(module, (each) => {
    if (each.kind !== "assign" || each.operator !== "=" || !each.value || each.target.kind !== "place")
      return;
    const { value: place } = each.target;
    if (place.kind !== "member" || place.property === undefined || place.object.kind !== "name") return;
    if (place.object.binding !== binding) return;
    const { range } = place;
    const nameRange = { start: range.end - place.property.length, end: range.end };
    found.push({
      module,
      name: place.property,
      nameRange,
      value: each.value,
      range: each.range,
      spread: true,
    });
  });
  return found;
}

function namedIn(
  module: ModuleFacts,
  call: CallValue,
  ask: Questions,
  spread: boolean,
  depth: number,
): Arguments {
  const parts = (call.named ?? []).map(({ name, value, range }): Arguments => {
    if (name === "**") return spreadOut(module, value, ask, depth);
    const nameRange = { start: range.start, end: range.start + name.length };
    return { all: [{ module, name, nameRange, value, range, spread }], complete: true };
  });
  return joined(parts);
}

/** What `**value` gives: a dictionary that is written out, or `dict(a=1)`. */
function spreadOut(module: ModuleFacts, value: Value, ask: Questions, depth: number): Arguments {
  const found = depth < 8 ? ask.valueOf(module, value) : undefined;
  if (found?.value.kind === "call") {
    const isDict = ask.qualify(found.module, found.value.callee) === "dict";
    return isDict && found.value.args.length === 0
      ? namedIn(found.module, found.value, ask, true, depth + 1)
      : { all: [], complete: false };
  }
  if (found?.value.kind !== "object") return { all: [], complete: false };
  const home = found.module;
  const parts = found.value.entries.map((entry): Arguments => {
    if (entry.spread) return spreadOut(home, entry.value, ask, depth + 1);
    const { key, value: own, range } = entry;
    if (key === undefined) return { all: [], complete: false };
    const nameRange = { start: range.start + 1, end: range.start + 1 + key.length };
    return {
      all: [{ module: home, name: key, nameRange, value: own, range, spread: true }],
      complete: true,
    };
  });
  return joined(parts);
}

function joined(parts: readonly Arguments[]): Arguments {
  return {
    all: parts.flatMap(({ all }) => all),
    complete: parts.every(({ complete }) => complete),
  };
}
