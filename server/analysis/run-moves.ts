// Work that is done once and kept: it stays where it is, and is run once more, earlier.
import type { Movability } from "../facts/function.ts";
import type { Range, Value } from "../facts/module.ts";
import {
  type Body,
  contains,
  isChangedElsewhere,
  isPart,
  localNames,
  namesRead,
  stepsAround,
} from "./body.ts";
import { doubtsOfPlace } from "./doubts.ts";
import type { Draft, Step } from "./draft.ts";

const never = (why: string): Movability => ({ kind: "never", why });

/** Memoized work stays; the statement or the call that does it runs once more, earlier. */
export function runMove(body: Body, draft: Draft, guarded: boolean): Movability {
  const { call, via, place } = draft;
  const around = stepsAround(body, place.range);
  // The condition that keeps it from being done twice belongs to what is run.
  const step = around.find((each) => !each.step.effects.again)?.step ?? around[0]?.step;
  if (!step) return never("It stands in a function inside the handler.");
  const keeping = keptBy(body, step, place.range);
  const called = via.length > 0 && !keeping;
  // The call of a getter may stand in a statement that works on the input; it is run by itself.
  if (called ? call?.input : step.effects.input)
    return never("What else its statement does may rest on the input.");
  const names = called ? localNames(body, call?.reads ?? []) : namesRead(body, step);
  if (names.length > 0) return never("Its statement uses names of the handler.");
  if (called ? call?.again : step.effects.again) return never("What runs there does more than to load it.");
  if (isFilledElsewhere(body, draft)) return never("Other code fills the same place.");
  const reads = called ? (call?.reads ?? new Set()) : step.effects.reads;
  // What a getter keeps, its other calls find; a statement that keeps it in its own way may come too late.
  if (isChangedElsewhere(body, reads, [step], keeping ? new Set() : draft.filled))
    return never("The handler changes what it rests on.");
  // Of more than one statement in one, only what keeps it.
  const own = keeping && step.kind !== "expression" ? keeping : step.range;
  const move = { how: "run" as const, run: called ? place.range : own };
  const why = doubtsOfPlace(draft, guarded);
  return why === undefined ? { kind: "safe", ...move } : { kind: "unsafe", why, ...move };
}

/** The assignment by which a statement itself keeps what a call brings: `kept ??= await load()`. */
function keptBy(body: Body, step: Step, place: Range): Range | undefined {
  const { module, scope } = body;
  const find = (node: unknown): Range | undefined => {
    if (typeof node !== "object" || node === null) return undefined;
    if ("range" in node && !overlaps(node.range as Range, step.range)) return undefined;
    for (const inner of Object.values(node)) {
      const found = find(inner);
      if (found) return found;
    }
    if (!("kind" in node) || node.kind !== "assign") return undefined;
    const { target, range } = node as Extract<Value, { kind: "assign" }>;
    const own = target.kind === "name" && module?.bindings[target.binding]?.scope === scope;
    return !own && contains(range, place) && contains(step.range, range) ? range : undefined;
  };
  return find(module?.functions.filter(({ range }) => overlaps(range, step.range)).map(({ body }) => body));
}

function overlaps(a: Range, b: Range): boolean {
  return a.start < b.end && b.start < a.end;
}

/** Whether other statements write to the places that keep a result: which of them comes first decides what they hold. */
function isFilledElsewhere(body: Body, draft: Draft): boolean {
  const looked = draft.guards
    .filter((guard) => guard.condition.memoized)
    .flatMap((guard) => [...guard.condition.keys]);
  const keys = draft.filled.size > 0 ? [...draft.filled] : looked;
  return body.blocks.some((block) =>
    block.steps.some(
      ({ range, effects }) =>
        !contains(range, draft.place.range) &&
        [...effects.writes].some((key) => isPart(key, keys) || keys.some((each) => isPart(each, [key]))),
    ),
  );
}
