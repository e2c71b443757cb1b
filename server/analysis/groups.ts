// Finds loads of one block that wait for each other though nothing makes them: proved independent, or not reported.
import type { OverlapGroup, WorkPlace } from "../facts/function.ts";
import type { BlockTrace, Draft, Step, Walk } from "./draft.ts";
import { type CallPlace, conflict } from "./effects.ts";
import { isSmall, sizeOf } from "./sizes.ts";
import { isPrefetched, isThere } from "./storage.ts";

interface Candidate {
  readonly at: number;
  readonly place: CallPlace;
  readonly items: readonly Draft[];
}

interface OpenGroup {
  readonly first: number;
  readonly members: Candidate[];
}

/** Groups of a block, with the ids of their drafts as items. */
export function groupsOf(walk: Walk, block: BlockTrace, all: readonly Draft[]): readonly OverlapGroup[] {
  if (block.steps.reduce((count, step) => count + step.items.length, 0) < 2) return [];
  // What a generator does next is for those to say who ask it.
  if (block.loops > 0 || block.module.functions[block.scope]?.generator) return [];
  const done: OpenGroup[] = [];
  let open: OpenGroup[] = [];
  for (const [at, step] of block.steps.entries()) {
    const candidates = unrelated(candidatesOf(walk, block, step, at, all));
    if (candidates.length > 0 && step.effects.unknown === undefined) {
      const group = open.find((each) => mayJoin(walk, block.steps, each, at));
      if (group && (candidates.length === 1 || separable(walk, block, step, candidates)))
        group.members.push(...candidates);
      else if (candidates.length === 1 || separable(walk, block, step, candidates))
        open.push({ first: at, members: [...candidates] });
    }
    if (step.effects.unknown !== undefined || step.effects.exits.length > 0) {
      done.push(...open);
      open = [];
    }
  }
  return [...done, ...open].filter((group) => group.members.length > 1).map((group) => toGroup(block, group));
}

/** Whether a step may run at the place of a group's first one: it meets nothing that happens in between. */
function mayJoin(walk: Walk, steps: readonly Step[], group: OpenGroup, at: number): boolean {
  const step = steps[at];
  if (!step) return false;
  const between = steps.slice(group.first, at);
  const before = new Set(between.flatMap((earlier) => earlier.items));
  // Through a file, too, one piece of work may rest on another.
  const rests = step.items.some((id) =>
    [...(walk.drafts[id]?.known.items ?? [])].some((on) => before.has(on)),
  );
  return !rests && between.every((earlier) => !conflict(earlier.effects, step.effects));
}

/** Several awaited calls of one statement: none uses another's result, and none writes anything. */
function separable(walk: Walk, block: BlockTrace, step: Step, candidates: readonly Candidate[]): boolean {
  if (step.effects.filesWritten.size > 0) return false;
  const ids = new Set(candidates.flatMap((each) => each.items.map((draft) => draft.id)));
  const owned = step.declares.map((binding) => `#${binding}`);
  // Attributes are written once all is loaded: `self.a, self.b = load("a"), load("b")`.
  const isTarget = (key: string) => block.module.language === "python" && /^@[^#]* \d+\.\w+$/.test(key);
  const isOwn = (key: string) => owned.some((own) => key.endsWith(own)) || isTarget(key);
  if ([...step.effects.writes].some((key) => !isOwn(key) || step.effects.reads.has(key))) return false;
  return candidates.every((each) =>
    each.place.items.every(
      (id) => ![...(walk.drafts[id]?.known.items ?? [])].some((other) => ids.has(other)),
    ),
  );
}

/** Those that no other one of their statement has to come before: of `load(fetch("a"))` what fetches. */
function unrelated(candidates: readonly Candidate[]): readonly Candidate[] {
  if (candidates.length < 2) return candidates;
  return candidates.filter(({ items }) => {
    const rests = new Set(items.flatMap((draft) => [...draft.known.items]));
    return !candidates.some((other) => other.items.some(({ id }) => rests.has(id)));
  });
}

const simple = new Set(["declare", "expression", "return"]);

function candidatesOf(
  walk: Walk,
  block: BlockTrace,
  step: Step,
  at: number,
  all: readonly Draft[],
): readonly Candidate[] {
  if (!simple.has(step.kind)) return [];
  return step.effects.places.flatMap((place) => {
    const drafts = place.items.map((id) => walk.drafts[id]).filter((draft) => draft !== undefined);
    const items = drafts.filter((draft) => isEligible(walk, block, draft, all));
    const synchronous = drafts.every((draft) => draft.row.asynchronous !== undefined);
    if (items.length === 0) return [];
    // Threads overlap what blocks the one that waits.
    if (block.module.language === "python") return [{ at, place, items }];
    if (!(place.awaited || synchronous)) return [];
    if (synchronous && !place.awaited && !mayAwait(walk, block, items)) return [];
    return [{ at, place, items }];
  });
}

function isEligible(walk: Walk, block: BlockTrace, draft: Draft, all: readonly Draft[]): boolean {
  const { row, known } = draft;
  if (known.input || isSmall(walk.view, draft)) return false;
  if (draft.volatile && draft.phase === "body") return false;
  if (draft.concurrent) return false;
  if (block.module.language === "python") {
    if (row.overlap === "blocks" || draft.kind === "client") return false;
    // What is done once belongs before the first input; a pool of threads for each input would only cost.
    if (block.phase === "body" && draft.guards.some(({ condition }) => condition.memoized)) return false;
    if (row.light && row.source === "disk") return false;
    if ((row.light || !row.shared) && row.cache && isThere(walk, draft, all)) return false;
    if (isPrefetched(draft, all)) return false;
  } else if (row.overlap !== "overlaps" && row.asynchronous === undefined) return false;
  return draft.guards
    .slice(block.guards)
    .every(({ condition, behind }) => condition.memoized || condition.probe || behind === "throw");
}

/**
 * A synchronous load overlaps only once it is awaited: in code that may await, and where it is known to be large, since
 * the rewrite is more than a line.
 */
function mayAwait(walk: Walk, block: BlockTrace, items: readonly Draft[]): boolean {
  const definition = block.module.functions[block.scope];
  const asynchronous =
    definition?.kind === "module"
      ? walk.view.outputFormat(block.module.path) === "esm" && block.module.syntax === "esm"
      : definition?.async === true;
  return asynchronous && items.every((draft) => (sizeOf(walk.view, draft) ?? 0) > 0);
}

function doubtOf(steps: readonly Step[]): { readonly doubt?: string } {
  if (steps.some((step) => step.effects.prints))
    return { doubt: "What they print would come in another order." };
  const extended = steps.flatMap((step) => [...step.effects.extended]);
  return new Set(extended).size < extended.length
    ? { doubt: "They put their results into one object, whose keys may come in another order." }
    : {};
}

function toGroup(block: BlockTrace, group: OpenGroup): OverlapGroup {
  const last = group.members.at(-1)?.at ?? group.first;
  const within = block.steps.slice(group.first, last + 1);
  const places = group.members.map(
    ({ at, place }): WorkPlace => ({ call: place.call, statement: block.steps[at]?.range ?? place.call }),
  );
  const items = group.members.flatMap((each, at) => each.items.map((draft) => ({ id: draft.id, at })));
  return {
    phase: block.phase,
    items: items.map(({ id }) => id),
    placeOf: items.map(({ at }) => at),
    file: block.module.path,
    scope: block.scope,
    places,
    ...doubtOf(within),
    converts: block.module.language !== "python" && group.members.some(({ place }) => !place.awaited),
  };
}
