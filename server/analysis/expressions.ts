// Evaluates expressions over what is known of their parts, in the order in which they run.
import type { Value } from "../facts/module.ts";
import { assign } from "./assign.ts";
import { evaluateCall } from "./calls.ts";
import { interpolated, normalize } from "./constants.ts";
import type { Draft, Walk } from "./draft.ts";
import { add, type CallPlace, type Condition, type Effects, isLasting, noEffects } from "./effects.ts";
import { evaluateMember, evaluateName } from "./places.ts";
import {
  carry,
  constant,
  derive,
  either,
  type Frame,
  type Known,
  nothing,
  partOf,
  textOf,
  unknown,
} from "./values.ts";

/** Values that one analysis looks at before it takes the rest for unknown. */
export const BUDGET = 200_000;

/** Levels of nesting that are followed; code that people write has a few dozen. */
export const NESTING = 250;

/** Parts of one expression that are looked at: what has more is data that was written into the code. */
const WIDEST = 5000;

export function evaluate(walk: Walk, frame: Frame, value: Value): Known {
  walk.steps += 1;
  if (walk.steps > BUDGET || walk.depth > NESTING || widthOf(value) > WIDEST)
    return mark(walk, "code too large to follow");
  walk.depth += 1;
  const known = evaluateOne(walk, frame, value);
  walk.depth -= 1;
  return known;
}

function widthOf(value: Value): number {
  switch (value.kind) {
    case "array":
      return value.items.length;
    case "object":
      return value.entries.length;
    case "operation":
      return value.operands.length;
    case "template":
      return value.parts.length;
    case "call":
      return value.args.length + (value.named?.length ?? 0);
    default:
      return 0;
  }
}

function evaluateOne(walk: Walk, frame: Frame, value: Value): Known {
  switch (value.kind) {
    case "literal":
      return literal(value.value);
    case "name":
      return evaluateName(walk, frame, value);
    case "member":
      return evaluateMember(walk, frame, value);
    case "call":
      return evaluateCall(walk, frame, value);
    case "await":
      return evaluateAwait(walk, frame, value.value);
    case "yield":
      return value.value ? evaluate(walk, frame, value.value) : nothing;
    case "function":
      return {
        ...nothing,
        callable: { module: frame.module, function: value.function, frame },
      };
    case "object":
      return evaluateObject(walk, frame, value);
    case "array": {
      const items = value.items.map((item) => evaluate(walk, frame, item));
      const spread = value.items.some((item) => item.kind === "operation" && item.operator === "...");
      const held = carry(...items);
      return spread ? held : { ...held, fields: new Map(items.map((item, index) => [String(index), item])) };
    }
    case "template":
      return evaluateTemplate(walk, frame, value.parts);
    case "assign":
      return assign(walk, frame, value);
    case "choice":
      return evaluateChoice(walk, frame, value);
    case "operation":
      return evaluateOperation(walk, frame, value);
    case "other":
      return evaluateOther(walk, frame, value);
  }
}

/** Notes that something happens of which nothing is known; its result may be anything. */
export function mark(walk: Walk, name: string): Known {
  const effects = current(walk);
  effects.unknown ??= name;
  effects.again = true;
  return walk.phase === "body" ? { ...unknown, input: true } : unknown;
}

export function current(walk: Walk): Effects {
  const effects = walk.effects.at(-1);
  if (!effects) throw new Error("No code is being walked.");
  return effects;
}

/** Runs something with effects of its own, which are then added to the outer ones. */
export function apart<T>(
  walk: Walk,
  run: () => T,
  left?: Frame,
): { readonly result: T; readonly effects: Effects } {
  const effects = noEffects();
  walk.effects.push(effects);
  const result = run();
  walk.effects.pop();
  const outer = walk.effects.at(-1);
  if (outer) add(outer, effects, left);
  return { result, effects };
}

/** Runs what a condition guards. */
export function under<T>(walk: Walk, condition: Condition, run: () => T): T {
  const { again } = current(walk);
  walk.guards.push({ condition });
  const result = run();
  walk.guards.pop();
  // What is done once leaves no trace the second time.
  if (condition.memoized) current(walk).again = again;
  return result;
}

export function conditionOf(tests: readonly Known[], effects: Effects): Condition {
  const keys = new Set([...effects.reads].filter((key) => key.startsWith("@")));
  return {
    input: tests.some((test) => test.input),
    probe: tests.some((test) => test.probe === true),
    failure: false,
    keys,
    memoized: false,
  };
}

function literal(value: Extract<Value, { kind: "literal" }>["value"]): Known {
  if (value === undefined) return { ...nothing, constant: null };
  return typeof value === "bigint" ? nothing : constant(value);
}

/** What stands behind `await` is one place of the block, whatever calls it is made of. */
function evaluateAwait(walk: Walk, frame: Frame, value: Value): Known {
  const effects = current(walk);
  const before = effects.places.length;
  const first = walk.drafts.length;
  const known = evaluate(walk, frame, value);
  const started = effects.places.slice(before);
  const items = started.filter((place) => !place.awaited).flatMap((place) => place.items);
  if (items.length > 0) {
    const earlier = started.filter((place) => place.awaited);
    const call = value.kind === "await" ? value.value.range : value.range;
    const place: CallPlace = { call, items, awaited: true };
    effects.places.splice(before, started.length, ...earlier, place);
  }
  for (const draft of draftsOf(walk, first, items)) draft.awaited = true;
  return known;
}

function draftsOf(walk: Walk, first: number, items: readonly number[]): readonly Draft[] {
  return walk.drafts.slice(first).filter((draft) => items.includes(draft.id));
}

function evaluateObject(walk: Walk, frame: Frame, value: Extract<Value, { kind: "object" }>): Known {
  const fields = new Map<string, Known>();
  const parts: Known[] = [];
  let whole = true;
  for (const entry of value.entries) {
    const known = evaluate(walk, frame, entry.value);
    parts.push(known);
    if (entry.key !== undefined) fields.set(entry.key, known);
    else if (entry.spread && known.fields) for (const [key, field] of known.fields) fields.set(key, field);
    else {
      whole = false;
      // What stands before it may get another value by it.
      if (entry.spread) for (const [key, field] of fields) fields.set(key, partOf(carry(field, known)));
    }
  }
  const held = carry(...parts);
  return whole || fields.size > 0 ? { ...held, fields } : held;
}

function evaluateTemplate(walk: Walk, frame: Frame, parts: readonly (string | Value)[]): Known {
  const known = parts.map((part) =>
    typeof part === "string" ? constant(part) : evaluate(walk, frame, part),
  );
  const texts = known.map(textOf);
  const result = derive(...known);
  return texts.includes(undefined) ? result : { ...result, constant: texts.join("") };
}

/** `a ?? b`: what follows the first operand may not run. */
function evaluateChoice(walk: Walk, frame: Frame, value: Extract<Value, { kind: "choice" }>): Known {
  const [first, ...rest] = value.operands;
  if (!first) return nothing;
  const { result: test, effects } = apart(walk, () => evaluate(walk, frame, first));
  pull(walk, effects.places);
  const condition = conditionOf([test], effects);
  if (value.operator === "?:" && typeof test.constant === "boolean") {
    const [whenTrue, whenFalse] = rest;
    const taken = test.constant ? whenTrue : whenFalse;
    return taken ? evaluate(walk, frame, taken) : nothing;
  }
  const others = under(walk, condition, () => rest.map((operand) => evaluate(walk, frame, operand)));
  const known = value.operator === "?:" ? either(others) : orDefault(test, others);
  return {
    ...known,
    input: known.input || test.input,
    ...(test.probe && value.operator === "&&" && { probe: true }),
  };
}

/** `process.env.X ?? "default"`: what it is where nobody says otherwise. */
function orDefault(test: Known, others: readonly Known[]): Known {
  const [first] = others;
  const variable = test.environment && typeof test.constant === "string" && test.constant.startsWith("$");
  const known = either([test, ...others]);
  return variable && first?.constant !== undefined && first.constant !== null
    ? { ...known, constant: first.constant }
    : known;
}

/** Gives the places of effects that were apart back to the block. */
export function pull(walk: Walk, places: readonly CallPlace[]): void {
  current(walk).places.push(...places);
}

function evaluateOperation(walk: Walk, frame: Frame, value: Extract<Value, { kind: "operation" }>): Known {
  if (value.operator === "class") {
    for (const operand of value.operands) if (operand.kind !== "function") evaluate(walk, frame, operand);
    return unknown;
  }
  const operands = value.operands.map((operand) => evaluate(walk, frame, operand));
  const [first] = operands;
  switch (value.operator) {
    case "`":
      return first?.name === "String.raw" ? derive(...operands) : mark(walk, first?.name ?? "a template tag");
    case "...":
    case ",":
      return operands.at(-1) ?? nothing;
    case "delete": {
      const target = value.operands[0];
      if (target?.kind === "member") touch(walk, evaluate(walk, frame, target.object), "deletes a part of");
      return nothing;
    }
    case "+": {
      const texts = operands.map(textOf);
      const sum = derive(...operands);
      return texts.includes(undefined) || !operands.some((each) => typeof each.constant === "string")
        ? sum
        : { ...sum, constant: texts.join("") };
    }
    case "%": {
      const text = typeof first?.constant === "string" ? first.constant : undefined;
      const whole = interpolated(text, operands[1] ?? nothing);
      const derived = derive(...operands);
      return whole === undefined || operands.length !== 2 ? derived : { ...derived, constant: whole };
    }
    case "/": {
      const texts = operands.map(textOf);
      const [path] = texts;
      const joined = derive(...operands);
      // `Path("/models") / "base"`; a quotient of numbers has no use as a path.
      return typeof first?.constant !== "string" || path === undefined || texts.includes(undefined)
        ? joined
        : { ...joined, constant: normalize(texts.join("/")) };
    }
    case "!":
      return {
        ...derive(...operands),
        ...(first?.probe && { probe: true }),
        ...(typeof first?.constant === "boolean" && { constant: !first.constant }),
      };
    case "in":
    case "not in": {
      const [key, container] = operands;
      const text = textOf(key);
      // It asks for one key, not for all of the container.
      if (container?.origin !== undefined && text !== undefined)
        current(walk).reads.add(`${container.origin}.${text}`);
      return { ...derive(...operands), ...(operands.some((each) => each.probe) && { probe: true }) };
    }
    case "[]":
      return carry(...operands);
    default:
      return { ...derive(...operands), ...(operands.some((each) => each.probe) && { probe: true }) };
  }
}

/** Notes that a place gets another value. */
export function write(walk: Walk, key: string): void {
  const effects = current(walk);
  effects.writes.add(key);
  if (isLasting(key)) effects.again = true;
}

/** Notes that a value is changed in place: nobody else may look at it meanwhile, and inputs may not share it. */
export function touch(walk: Walk, known: Known, how: string): void {
  if (known.origin !== undefined) write(walk, known.origin);
  else if (known.nature === "unknown") mark(walk, how);
  if (walk.phase !== "body") return;
  for (const id of known.holds) {
    const draft = walk.drafts[id];
    if (draft) draft.changed ??= how;
  }
  for (const id of known.parsed ?? []) {
    const draft = walk.drafts[id];
    if (draft) draft.parsedChanged ??= how;
  }
}

function evaluateOther(walk: Walk, frame: Frame, value: Extract<Value, { kind: "other" }>): Known {
  for (const part of value.parts) evaluate(walk, frame, part);
  switch (value.text) {
    case "this":
      if (!frame.self) return { ...nothing, origin: `${frame.lasting ? "@" : ""}this` };
      return frame.self;
    case "import.meta":
      return { ...nothing, name: "import.meta" };
    case "super":
      return { ...unknown, ...(frame.self && { fields: frame.self.fields ?? new Map() }) };
    default:
      return nothing;
  }
}
