// Evaluates calls: known work and effects by the catalogue, helpers by following them, all else as unknown.
import type { Value } from "../facts/module.ts";
import { computed } from "./constants.ts";
import { type Draft, labelOf, type Walk } from "./draft.ts";
import { apart, current, evaluate, mark, pull, touch } from "./expressions.ts";
import { construct, invoke, type Site } from "./invoke.ts";
import { callMethod } from "./methods.ts";
import { callName, constructs, requiredSpecifier } from "./names.ts";
import { evaluateObject, invokeOnce, knownOf, memberOf } from "./places.ts";
import { declaredDefault } from "./records.ts";
import { carry, derive, type Frame, type Known, nothing, unknown, withItems } from "./values.ts";
import { applyRow, keepFetched, rowFor } from "./work.ts";

type CallValue = Extract<Value, { kind: "call" }>;

/** A call with all its parts evaluated. */
export interface Call {
  readonly frame: Frame;
  readonly value: CallValue;
  readonly callee: Known;
  readonly receiver?: Known | undefined;
  readonly property?: string | undefined;
  readonly args: readonly Known[];
  /** Keyword arguments. */
  readonly named: ReadonlyMap<string, Known>;
  readonly site: Site;
}

/** All that a call is given. */
export function given({ args, named }: Pick<Call, "args" | "named">): readonly Known[] {
  return named.size === 0 ? args : [...args, ...named.values()];
}

const nobody: ReadonlyMap<string, Known> = new Map();

export function evaluateCall(walk: Walk, frame: Frame, value: CallValue): Known {
  const specifier = requiredSpecifier(value);
  if (specifier !== undefined) {
    const target = walk.names.moduleTarget(frame.module, specifier);
    return target ? knownOf(walk, target) : unknown;
  }
  const first = walk.drafts.length;
  if (walk.chain.length > 0) {
    const call = prepare(walk, frame, value);
    if (endsLoop(call)) endBound(walk, first);
    return finishCall(walk, call).result;
  }
  const { result: call, effects: given } = apart(walk, () => prepare(walk, frame, value));
  pull(walk, given.places);
  if (endsLoop(call)) endBound(walk, first);
  const { result: done, effects } = apart(walk, () => finishCall(walk, call));
  pull(walk, effects.places);
  for (const draft of done.drafts) {
    draft.call ??= {
      input: given.input,
      reads: given.reads,
      again: effects.again,
      unknown: effects.unknown !== undefined,
    };
  }
  return done.result;
}

/** Whether a call runs what it is given on an event loop of its own, which it closes. */
function endsLoop({ callee, property }: Call): boolean {
  return callee.name === "asyncio.run" || callee.name === "anyio.run" || property === "run_until_complete";
}

/** Clients that were made on an event loop can't be used on another one. */
function endBound(walk: Walk, first: number): void {
  for (const draft of walk.drafts.slice(first)) if (draft.row.boundToLoop) draft.closed = true;
}

/** Applies a call, and notes the work that it does as done at its place. */
function finishCall(walk: Walk, call: Call): { readonly result: Known; readonly drafts: readonly Draft[] } {
  const first = walk.drafts.length;
  const result = apply(walk, call);
  const drafts = walk.drafts.slice(first);
  if (drafts.length > 0) {
    const items = drafts.map((draft) => draft.id);
    current(walk).places.push({ call: call.value.range, items, awaited: false });
  }
  return { result, drafts };
}

/** Evaluates callee and arguments, each once. */
function prepare(walk: Walk, frame: Frame, value: CallValue): Call {
  const { callee } = value;
  const site: Site = { file: frame.module.path, range: value.range, label: labelOf(value) };
  if (callee.kind !== "member") {
    const known = evaluate(walk, frame, callee);
    return { frame, value, callee: known, ...evaluateArgs(walk, frame, value), site };
  }
  const receiver = evaluateObject(walk, frame, callee.object);
  const key = callee.key && evaluate(walk, frame, callee.key);
  const property = callee.property ?? (typeof key?.constant === "string" ? key.constant : undefined);
  // A getter does its work where it is read.
  const read: Site = { file: frame.module.path, range: callee.range, label: labelOf(callee) };
  const known = property === undefined ? unknown : memberOf(walk, receiver, property, read);
  return { frame, value, callee: known, receiver, property, ...evaluateArgs(walk, frame, value), site };
}

function evaluateArgs(walk: Walk, frame: Frame, value: CallValue): Pick<Call, "args" | "named"> {
  const args = value.args.flatMap((arg) => {
    const known = evaluate(walk, frame, arg);
    const spread = arg.kind === "operation" && arg.operator === "...";
    return spread && known.fields ? [...known.fields.values()] : [known];
  });
  if (!value.named) return { args, named: nobody };
  const named = new Map<string, Known>();
  for (const each of value.named) {
    const known = evaluate(walk, frame, each.value);
    named.set(each.name, known);
    if (each.name === "**") for (const [key, field] of known.fields ?? []) named.set(key, field);
  }
  return { args, named };
}

function apply(walk: Walk, call: Call): Known {
  const { callee, args, site, value } = call;
  keepFetched(walk, call);
  const python = call.frame.module.language === "python";
  if (callee.once) return invokeOnce(walk, callee, () => invoke(walk, callee, args, site, call.named));
  if ((value.construct || python) && callee.class)
    return construct(walk, callee.class, args, site, call.named);
  if (callee.callable && !value.construct) {
    const own = value.callee.kind === "function";
    return invoke(walk, callee, args, own ? undefined : site, call.named);
  }
  // `f.remote(x)`: what a platform does with a function is nothing that can be followed.
  if (python && call.receiver?.callable) return applyUnknown(walk, call);
  if (callee.name !== undefined) {
    const known = applyNamed(walk, call, callee.name);
    if (known) return known;
  }
  if (call.receiver && call.property !== undefined)
    return callMethod(walk, call, call.receiver, call.property);
  return applyUnknown(walk, call);
}

function applyNamed(walk: Walk, call: Call, name: string): Known | undefined {
  const [first = nothing] = call.args;
  switch (name) {
    case "Promise":
      return promised(walk, call);
    case "Promise.all":
    case "Promise.resolve":
      return first;
    case "Object.assign":
    case "Object.defineProperty":
    case "Object.setPrototypeOf":
    case "Reflect.set":
      touch(walk, first, "changes it");
      return { ...first, inside: carry(...call.args).inside };
    // What they give shares nothing with what they were given.
    case "structuredClone":
    case "JSON.stringify":
      return derive(...call.args);
    case "concurrent.futures.ThreadPoolExecutor.submit":
      return submitted(walk, call);
    case "concurrent.futures.Future.result":
      return call.receiver?.fields?.get(RESULT) ?? (call.receiver ? carry(call.receiver) : nothing);
    case "asyncio.to_thread":
      return handedOn(walk, call, call.args);
    case "Promise.allSettled":
    case "Promise.any":
    case "Promise.race":
      return carry(first);
  }
  const declared = declaredDefault(name, call);
  if (declared) return declared;
  const row = rowFor(walk, name, call);
  if (row) return applyRow(walk, call, row, name);
  return computed(name, call.args, call.named);
}

/** Key of a future's result among its fields; no attribute is called so. */
const RESULT = "()";

/** `pool.submit(f, x)`: `f(x)` runs beside what follows. */
function submitted(walk: Walk, call: Call): Known {
  walk.pools += 1;
  const result = handedOn(walk, call, call.args);
  walk.pools -= 1;
  return { ...carry(result), name: "concurrent.futures.Future", fields: new Map([[RESULT, result]]) };
}

/** `f(x)`, where `f` and `x` are arguments of another call. */
function handedOn(walk: Walk, call: Call, [target = nothing, ...args]: readonly Known[]): Known {
  return apply(walk, { ...call, callee: target, receiver: target.receiver, property: undefined, args });
}

/** `new Promise((resolve) => …)`: whatever work it does is what it resolves to. */
function promised(walk: Walk, call: Call): Known {
  const first = walk.drafts.length;
  const settle: Known = { ...nothing, name: "Promise.resolve" };
  runCallbacks(walk, call, [settle, settle]);
  const drafts = walk.drafts.slice(first);
  const ids = drafts.map((draft) => draft.id);
  const fetched = drafts.filter((draft) => draft.row.source === "network").map((draft) => draft.id);
  return { ...withItems(nothing, ids), holds: new Set(ids), inside: new Set(ids), fetched: new Set(fetched) };
}

/** Runs the functions that a call is given, at its place. */
export function runCallbacks(walk: Walk, call: Call, args: readonly Known[]): Known | undefined {
  let result: Known | undefined;
  for (const [index, known] of given(call).entries()) {
    if (known.callable || known.once || (known.name !== undefined && !isInstance(walk, known))) {
      const written = call.value.args[index]?.kind === "function";
      result ??= runCallback(walk, call, known, args, written);
    }
  }
  return result;
}

/** An object goes by the name of the class that it was made by; handing it on makes no other. */
function isInstance(walk: Walk, { name, holds }: Known): boolean {
  return [...holds].some((id) => walk.drafts[id]?.callee === name);
}

/** @param written It is written where it is handed over, so that what it does stands at its own place. */
function runCallback(
  walk: Walk,
  call: Call,
  known: Known,
  args: readonly Known[],
  written: boolean,
): Known | undefined {
  if (known.callable) return invoke(walk, known, args, written ? undefined : call.site);
  if (known.name === undefined) return undefined;
  const inner: Call = {
    ...call,
    callee: known,
    receiver: undefined,
    property: undefined,
    args,
    named: nobody,
  };
  const row = rowFor(walk, known.name, inner);
  return row ? applyRow(walk, inner, row, known.name) : undefined;
}

/** A call of which nothing is known: anything may happen, and what it was given may be changed. */
export function applyUnknown(walk: Walk, call: Call): Known {
  const { callee, receiver, value } = call;
  const args = given(call);
  const name = labelOf(value.callee);
  if (callee.nature !== "shared" && receiver?.nature !== "shared") leakTo(walk, args, name);
  const result = mark(walk, name);
  const whole = carry(...(receiver ? [receiver] : []), callee, ...args);
  const input = result.input || whole.input;
  const construct = callee.name !== undefined && constructs(call.frame.module, value, callee.name);
  const named = callee.name === undefined ? {} : { name: callName(callee.name, construct, args[0]?.name) };
  return { ...whole, ...named, input, nature: "unknown" };
}

/** Notes that code which nobody can see got hold of what was loaded. */
export function leakTo(walk: Walk, values: readonly Known[], name: string): void {
  if (walk.phase !== "body") return;
  for (const known of values) {
    for (const id of [...known.holds, ...known.inside]) {
      const draft = walk.drafts[id];
      if (draft && !draft.row.shared) draft.escaped ??= name;
    }
  }
}
