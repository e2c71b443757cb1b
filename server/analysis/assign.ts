// Binds names and places to what they are set to, and notices places that are filled once.
import type { Pattern, Value } from "../facts/module.ts";
import type { Walk } from "./draft.ts";
import { type Condition, isLasting, keyOf } from "./effects.ts";
import { apart, conditionOf, current, evaluate, touch, under, write } from "./expressions.ts";
import { isGlobalObject, memberName } from "./names.ts";
import { evaluateObject, holderOf, memberOf, ownerOf } from "./places.ts";
import { derive, either, type Frame, type Known, nothing, partOf } from "./values.ts";

const logical = new Set(["??=", "||=", "&&="]);

export function assign(walk: Walk, frame: Frame, value: Extract<Value, { kind: "assign" }>): Known {
  if (logical.has(value.operator)) return assignOnce(walk, frame, value);
  const known = value.value ? evaluate(walk, frame, value.value) : nothing;
  const result = value.operator === "=" ? known : derive(known, readTarget(walk, frame, value.target));
  bind(walk, frame, value.target, result);
  return result;
}

/** `m ??= await load()`. */
function assignOnce(walk: Walk, frame: Frame, value: Extract<Value, { kind: "assign" }>): Known {
  const { result: old, effects } = apart(walk, () => readTarget(walk, frame, value.target));
  const condition = conditionOf([old], effects);
  return under(walk, condition, () => {
    const known = value.value ? evaluate(walk, frame, value.value) : nothing;
    bind(walk, frame, value.target, known);
    return either([old, known]);
  });
}

function readTarget(walk: Walk, frame: Frame, target: Pattern): Known {
  if (target.kind === "place") return evaluate(walk, frame, target.value);
  if (target.kind !== "name") return nothing;
  const name = frame.module.bindings[target.binding]?.name ?? "";
  return evaluate(walk, frame, { kind: "name", name, binding: target.binding, range: target.range });
}

/** @param declared A new name of this frame, not a place that exists already. */
export function bind(walk: Walk, frame: Frame, pattern: Pattern, known: Known, declared = false): void {
  switch (pattern.kind) {
    case "name":
      bindName(walk, frame, pattern.binding, known, declared);
      return;
    case "place":
      bindPlace(walk, frame, pattern.value, known);
      return;
    case "object":
      for (const { key, pattern: inner, default: otherwise } of pattern.entries) {
        const member = key === undefined ? partOf(known) : memberOf(walk, known, key);
        bind(walk, frame, inner, withDefault(walk, frame, member, otherwise), declared);
      }
      return;
    case "array":
      for (const [index, inner] of pattern.items.entries()) {
        if (inner) bind(walk, frame, inner, known.fields?.get(String(index)) ?? partOf(known), declared);
      }
  }
}

export function withDefault(walk: Walk, frame: Frame, known: Known, otherwise: Value | undefined): Known {
  if (!otherwise) return known;
  const given = evaluate(walk, frame, otherwise);
  return known === nothing ? given : either([known, given]);
}

function bindName(walk: Walk, frame: Frame, id: number, known: Known, declared: boolean): void {
  const scope = frame.module.bindings[id]?.scope;
  const holder = (declared ? undefined : holderOf(frame, id)) ?? ownerOf(frame, scope);
  const key = keyOf(holder, id);
  const { again } = current(walk);
  write(walk, key);
  const old = holder.names.get(id);
  const branched = walk.guards.length > (walk.bases.at(-1) ?? 0) || walk.loops > 0;
  const crossing = !declared && holder !== frame;
  holder.names.set(id, !declared && old && (branched || crossing) ? either([known, old]) : known);
  if (fill(walk, key, known)) current(walk).again = again;
}

/** `this.model = v`, `cache[key] = v`. */
function bindPlace(walk: Walk, frame: Frame, place: Value, known: Known): void {
  if (place.kind !== "member") {
    evaluate(walk, frame, place);
    return;
  }
  const object = evaluateObject(walk, frame, place.object);
  const key = place.key && evaluate(walk, frame, place.key);
  const property = place.property ?? (typeof key?.constant === "string" ? key.constant : undefined);
  const base = object.name !== undefined && isGlobalObject(object.name) ? "@global" : object.origin;
  if (base === undefined) touch(walk, object, "changes it");
  else {
    const full = property === undefined ? base : `${base}.${property}`;
    const { again } = current(walk);
    touch(walk, { ...object, origin: full }, "changes it");
    if (fill(walk, full, known)) current(walk).again = again;
  }
  if (property === undefined) return;
  if (object.name !== undefined && known.constant !== undefined) {
    walk.set.set(memberName(object.name, property), known.constant);
  }
  const old = object.fields?.get(property);
  object.fields?.set(property, old && walk.guards.length > 0 ? either([known, old]) : known);
}

/**
 * Notes what a lasting place now holds. Where it is set under a condition that looks at it, what the condition guards
 * is done once per container: then the answer is true.
 */
export function fill(walk: Walk, key: string, known: Known): boolean {
  if (!isLasting(key)) return false;
  if (walk.phase !== "body" && known.items.size > 0) walk.filled.add(key);
  const conditions: Condition[] = walk.guards.map((guard) => guard.condition);
  for (const id of known.items) {
    const draft = walk.drafts[id];
    if (draft?.phase !== walk.phase) continue;
    draft.filled.add(key);
    conditions.push(...draft.guards.map((guard) => guard.condition));
  }
  let once = false;
  for (const condition of conditions) {
    if (![...condition.keys].some((each) => each === key || each.startsWith(`${key}.`))) continue;
    condition.memoized = true;
    once = true;
    if (walk.phase !== "body") walk.filled.add(key);
  }
  return once;
}
