// Works out whether work may leave the body, which statements have to go with it, and what the body needs of them.
import type { Movability } from "../facts/function.ts";
import type { ModuleFacts, Range, Value } from "../facts/module.ts";
import { doubtOfSharing, doubtsOf, doubtsOfPlace, doubtsOfWork } from "./doubts.ts";
import type { BlockTrace, Draft, Step, Walk } from "./draft.ts";
import { isLasting, keyOf } from "./effects.ts";

/** The body's own code: its blocks, outer and inner ones, without those of functions inside it. */
export interface Body {
  readonly file: string;
  readonly module: ModuleFacts | undefined;
  readonly scope: number;
  readonly blocks: readonly BlockTrace[];
}

interface Unit {
  readonly block: BlockTrace;
  readonly steps: ReadonlySet<Step>;
}

const never = (why: string): Movability => ({ kind: "never", why });

export function bodyMove(
  walk: Walk,
  body: Body,
  draft: Draft,
  memoized: boolean,
  guarded: boolean,
): Movability {
  if (draft.place.file !== body.file) return never("It stands in another file.");
  const [found] = stepsAround(body, draft.place.range);
  if (!found) return never("It stands in a function inside the handler.");
  const { block, step } = found;
  if (draft.closed) return never("The handler ends it again.");
  if (memoized) return runMove(body, draft, guarded);
  const isAlone = (step.kind === "declare" || step.kind === "expression") && !step.effects.input;
  if (!isAlone) return callMove(walk, body, draft, found, guarded);
  const unit = collect(walk, body, block, step);
  if (typeof unit === "string") return never(unit);
  const drafts = [...unit.steps]
    .flatMap((each) => each.items.map((id) => walk.drafts[id]))
    .filter((each) => each !== undefined);
  const changed = drafts.find((each) => each.changed !== undefined)?.changed;
  if (changed !== undefined) return never(`The handler ${changed}, so each input needs its own.`);
  if (drafts.some((each) => each.closed)) return never("The handler ends it again.");
  // Done once instead of for each input, that would be another result.
  if ([...unit.steps].some((each) => each.effects.again && lastingWrites(block, each).length > 0)) {
    return never("It changes what outlives the input, each time that it runs.");
  }
  const statements = rangesOf(block, unit.steps);
  const provides = providedBy(body, unit);
  const why = doubtsOf(walk, body.blocks, [...unit.steps], drafts, draft, guarded);
  const move = { how: "statements" as const, statements, provides };
  return why === undefined ? { kind: "safe", ...move } : { kind: "unsafe", why, ...move };
}

/** Of a statement that does more, or works on the input, only the call moves; a name takes its place there. */
function callMove(walk: Walk, body: Body, draft: Draft, { step }: Place, guarded: boolean): Movability {
  const { call, place, changed } = draft;
  if (!call || draft.scope !== body.scope) return never("It stands in a function inside the handler.");
  if (call.input || localNames(body, call.reads).length > 0) return never("It uses names of the handler.");
  if (call.again) return never("It changes what outlives the input, each time that it runs.");
  if (isChangedElsewhere(body, call.reads, [], new Set()))
    return never("The handler changes what it rests on.");
  if (changed !== undefined) return never(`The handler ${changed}, so each input needs its own.`);
  const why =
    doubtOfSharing([draft]) ?? doubtsOfWork(walk, body.blocks, [draft], draft, guarded, step.range.start);
  const move = { how: "statements" as const, statements: [place.range], provides: [] };
  return why === undefined ? { kind: "safe", ...move } : { kind: "unsafe", why, ...move };
}

/** Memoized work stays; the statement or the call that does it runs once more, earlier. */
function runMove(body: Body, draft: Draft, guarded: boolean): Movability {
  const { call, via, place } = draft;
  const around = stepsAround(body, place.range);
  // The condition that keeps it from being done twice belongs to what is run.
  const step = around.find((each) => !each.step.effects.again)?.step ?? around[0]?.step;
  if (!step) return never("It stands in a function inside the handler.");
  const keeping = keptBy(body, step, place.range);
  const called = via.length > 0 && !keeping;
  // The call of a getter may stand in a statement that works on the input; it is run by itself.
  if (called ? call?.input : step.effects.input) return never("Its statement also works on the input.");
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

interface Place {
  readonly block: BlockTrace;
  readonly step: Step;
}

/** Statements of the body's own blocks around a call, inner ones first. */
function stepsAround(body: Body, range: Range): readonly Place[] {
  return body.blocks
    .flatMap((block) => block.steps.map((step) => ({ block, step })))
    .filter(({ step }) => contains(step.range, range))
    .sort((a, b) => length(a.step) - length(b.step));
}

function length({ range }: Step): number {
  return range.end - range.start;
}

/** Statements that have to move together: what the load rests on, and what rests on nothing but the load. */
function collect(walk: Walk, body: Body, block: BlockTrace, step: Step): Unit | string {
  const steps = new Set([step]);
  const at = block.steps.indexOf(step);
  const before = block.steps.slice(0, at).reverse();
  let needed = namesRead(body, step);
  for (const earlier of before) {
    if (!earlier.declares.some((binding) => needed.includes(binding))) continue;
    if (!isSteady(earlier)) return "It uses what other statements of the handler make.";
    steps.add(earlier);
    needed = [...needed, ...namesRead(body, earlier)];
  }
  const declared = () => new Set([...steps].flatMap((each) => each.declares));
  if (needed.some((binding) => !declared().has(binding))) return "It uses names of the handler.";
  for (const each of steps) {
    const wrong = refusal(body, block, each, steps);
    if (wrong !== undefined) return wrong;
  }
  for (const later of block.steps.slice(at + 1)) {
    const names = namesRead(body, later);
    const rests = names.length > 0 && names.every((binding) => declared().has(binding));
    if (!rests || !(isSteady(later) || connects(walk, later))) continue;
    const wider = new Set([...steps, later]);
    if (refusal(body, block, later, wider) === undefined) steps.add(later);
  }
  return { block, steps };
}

/** A declaration that gives the same for every input and does nothing else. */
function isSteady(step: Step): boolean {
  const { effects } = step;
  return (
    step.kind === "declare" &&
    !effects.input &&
    effects.unknown === undefined &&
    !effects.prints &&
    effects.exits.length === 0
  );
}

/** A statement that makes a client ready and does nothing else: `await client.connect()`. */
function connects(walk: Walk, step: Step): boolean {
  const { effects, items, kind } = step;
  const alone =
    kind === "expression" && !effects.input && effects.unknown === undefined && effects.exits.length === 0;
  return alone && items.length > 0 && items.every((id) => walk.drafts[id]?.kind === "client");
}

/** Places that a statement writes to, those of its own names apart: names of blocks inside it are nobody else's. */
export function foreignWrites(block: BlockTrace, step: Step): readonly string[] {
  const own = step.declares.map((binding) => keyOf(block.frame, binding));
  return [...step.effects.writes].filter((key) => {
    const { file, binding } = nameOf(key) ?? {};
    const declared =
      file === block.module.path && binding !== undefined ? block.module.bindings[binding]?.range : undefined;
    return !isPart(key, own) && !(declared && contains(step.range, declared));
  });
}

/** The name at the root of a place's key. */
function nameOf(key: string): { readonly file: string; readonly binding: number } | undefined {
  const match = /^@?(.*)#(\d+)/.exec(key);
  return match ? { file: match[1] ?? "", binding: Number(match[2]) } : undefined;
}

/** Why a statement's names can't be made once for all inputs. */
function refusal(body: Body, block: BlockTrace, step: Step, moving: ReadonlySet<Step>): string | undefined {
  const lasting =
    step.effects.writes.size > 0 ? foreignWrites(block, step).filter((key) => key.startsWith("@")) : [];
  const keys = [...step.declares.map((binding) => keyOf(block.frame, binding)), ...lasting];
  for (const binding of step.declares) {
    if (block.module.bindings[binding]?.reassigned) return "The handler gives the name another value.";
  }
  const foreign = foreignWrites(block, step).filter((key) => !key.startsWith("@"));
  if (foreign.length > 0) return "Its statement changes other values of the handler.";
  if (isChangedElsewhere(body, step.effects.reads, [...moving], new Set())) {
    return "The handler changes what it rests on.";
  }
  for (const other of body.blocks) {
    for (const each of other.steps) {
      if (moving.has(each) || contains(each.range, step.range) || contains(step.range, each.range)) continue;
      if ([...each.effects.writes].some((key) => isPart(key, keys))) {
        return "The handler changes it, so each input needs its own.";
      }
    }
  }
  return undefined;
}

/** Whether statements that stay write to something lasting that is read. */
function isChangedElsewhere(
  body: Body,
  reads: ReadonlySet<string>,
  moving: readonly Step[],
  filled: ReadonlySet<string>,
): boolean {
  const lasting = [...reads].filter((key) => isLasting(key) && !filled.has(key));
  const stays = (step: Step) =>
    !moving.some((each) => contains(each.range, step.range) || contains(step.range, each.range));
  const changes = (key: string) => isPart(key, lasting) || lasting.some((read) => isPart(read, [key]));
  return (
    lasting.length > 0 &&
    body.blocks.some((block) =>
      block.steps.some((step) => stays(step) && [...step.effects.writes].some(changes)),
    )
  );
}

function lastingWrites(block: BlockTrace, step: Step): readonly string[] {
  return foreignWrites(block, step).filter(isLasting);
}

export function contains(outer: Range, inner: Range): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

export function isPart(key: string, keys: readonly string[]): boolean {
  return keys.some((each) => key === each || key.startsWith(`${each}.`));
}

/** Names of the body itself that a statement reads, its own apart. */
function namesRead(body: Body, step: Step): readonly number[] {
  return localNames(body, step.effects.reads).filter((binding) => {
    const declared = body.module?.bindings[binding]?.range;
    return !step.declares.includes(binding) && !(declared && contains(step.range, declared));
  });
}

/** Names among places that belong to the body, not to the module. */
function localNames(body: Body, keys: Iterable<string>): readonly number[] {
  const names = new Set<number>();
  for (const key of keys) {
    const name = key.startsWith("@") ? undefined : nameOf(key);
    if (name?.file === body.file) names.add(name.binding);
  }
  return [...names];
}

function rangesOf(block: BlockTrace, steps: ReadonlySet<Step>): readonly Range[] {
  return block.steps.filter((step) => steps.has(step)).map((step) => step.range);
}

/** Names that the rest of the body reads. */
function providedBy(body: Body, unit: Unit): readonly string[] {
  const inside = rangesOf(unit.block, unit.steps);
  const outer = body.blocks.flatMap((block) =>
    block.steps.filter(
      (step) =>
        !inside.some((range) => contains(range, step.range)) &&
        !inside.some((range) => contains(step.range, range)),
    ),
  );
  const read = new Set(outer.flatMap((step) => namesRead(body, step)));
  return unit.block.steps
    .filter((step) => unit.steps.has(step))
    .flatMap((step) => step.declares)
    .filter((binding) => read.has(binding))
    .map((binding) => unit.block.module.bindings[binding]?.name)
    .filter((name) => name !== undefined);
}
