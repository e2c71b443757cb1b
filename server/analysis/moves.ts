// Works out whether work may leave the body, which statements have to go with it, and what the body needs of them.
import type { Movability } from "../facts/function.ts";
import type { Range } from "../facts/module.ts";
import {
  type Body,
  contains,
  foreignWrites,
  isChangedElsewhere,
  isPart,
  lastingWrites,
  localNames,
  namesRead,
  type Place,
  rangesOf,
  stepsAround,
} from "./body.ts";
import { doubtOfSharing, doubtsOf, doubtsOfWork } from "./doubts.ts";
import type { BlockTrace, Draft, Step, Walk } from "./draft.ts";
import { keyOf, meetFiles } from "./effects.ts";
import { runMove } from "./run-moves.ts";
import { parseAround } from "./widen.ts";

interface Unit {
  readonly block: BlockTrace;
  readonly steps: ReadonlySet<Step>;
}

/** Why an answer can't be kept without what reads it. */
const ONCE = "The handler reads its stream, which gives its bytes once: keep what it read.";

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
  if (draft.coroutine && !draft.awaited) return never("Nothing waits for it where it stands.");
  // Once more at an earlier place it would still stand here, and nothing would tell that it was done.
  if (memoized && !draft.guards.some(({ condition }) => condition.memoized) && draft.filled.size === 0) {
    return never("The check for the file belongs with it: move both.");
  }
  // Run once more, a helper that also opens something would leave it open: the handler ends only its own.
  const { start } = draft.place.range;
  if (memoized && walk.drafts.some((each) => each.closed && each.place.range.start === start)) {
    return never("What the same call opens, the handler ends.");
  }
  if (memoized) return runMove(body, draft, guarded);
  if (isWrittenElsewhere(body, block, step)) return never("The handler makes the file that it reads.");
  const isAlone = (step.kind === "declare" || step.kind === "expression") && !step.effects.input;
  if (!isAlone) return callMove(walk, body, draft, found, guarded);
  const unit = collect(walk, body, draft, found);
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
  if (drafts.some((each) => isDrainedElsewhere(each, statements))) return never(ONCE);
  const provides = providedBy(body, unit);
  const why = doubtsOf(walk, body.blocks, [...unit.steps], drafts, draft, guarded);
  const move = { how: "statements" as const, statements, provides };
  return why === undefined ? { kind: "safe", ...move } : { kind: "unsafe", why, ...move };
}

/** Whether what reads the bytes of an answer would stay behind. */
function isDrainedElsewhere({ drained }: Draft, moving: readonly Range[]): boolean {
  return drained.some((range) => !moving.some((each) => contains(each, range)));
}

/** Of a statement that does more, or works on the input, only the call moves; a name takes its place there. */
function callMove(
  walk: Walk,
  body: Body,
  draft: Draft,
  { block, step }: Place,
  guarded: boolean,
): Movability {
  const { call, place, changed } = draft;
  if (!call || draft.scope !== body.scope) return never("It stands in a function inside the handler.");
  if (call.input || localNames(body, call.reads).length > 0) {
    return never(
      draft.via.length > 0
        ? "The helper is given values of the handler, so take it out of the helper."
        : "It uses names of the handler.",
    );
  }
  if (call.unknown) return never("What else is called there may have to be done for each input.");
  if (call.again) return never("It changes what outlives the input, each time that it runs.");
  if (isChangedElsewhere(body, call.reads, [], new Set()))
    return never("The handler changes what it rests on.");
  if (changed !== undefined) return never(`The handler ${changed}, so each input needs its own.`);
  if (isWrittenBefore(block, step)) return never("The handler makes the file that it reads.");
  if (!draft.awaited && draft.row.overlap === "overlaps" && draft.kind !== "client") {
    return never("Nothing waits for it where it stands.");
  }
  const parse = body.module && draft.parsedChanged === undefined && parseAround(body.module, place.range);
  if (isDrainedElsewhere(draft, [parse || place.range])) return never(ONCE);
  const why =
    doubtOfSharing([draft]) ?? doubtsOfWork(walk, body.blocks, [draft], draft, guarded, step.range.start);
  const move = { how: "statements" as const, statements: [parse || place.range], provides: [] };
  return why === undefined ? { kind: "safe", ...move } : { kind: "unsafe", why, ...move };
}

/** Statements that have to move together: what the load rests on, and what rests on nothing but the load. */
function collect(walk: Walk, body: Body, draft: Draft, { block, step }: Place): Unit | string {
  const steps = new Set([step]);
  const at = block.steps.indexOf(step);
  const before = block.steps.slice(0, at).reverse();
  let needed = namesRead(body, step);
  for (const earlier of before) {
    if (fetchesAhead(walk, earlier, draft)) {
      steps.add(earlier);
      needed = [...needed, ...namesRead(body, earlier)];
    }
    if ([...steps].some((each) => meetFiles(earlier.effects.filesWritten, each.effects.filesRead))) {
      // What fetches the file goes with its load; what else is written may be meant for each input.
      if (!fetches(walk, earlier) || !isSettled(earlier)) return "The handler makes the file that it reads.";
      steps.add(earlier);
      needed = [...needed, ...namesRead(body, earlier)];
    }
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

/** A statement that only fetches files, those of the load among them: `with ThreadPoolExecutor() as pool: …`. */
function fetchesAhead(walk: Walk, { kind, items, effects }: Step, { target, phase }: Draft): boolean {
  if (kind !== "with" || items.length === 0 || target === undefined || effects.unknown !== undefined)
    return false;
  const drafts = items.map((id) => walk.drafts[id]).filter((each) => each !== undefined);
  return (
    drafts.every(({ row, concurrent }) => concurrent && row.shared !== true && row.cache !== undefined) &&
    drafts.some((each) => each.target === target && each.phase === phase)
  );
}

/** A declaration that gives the same for every input and does nothing else. */
function isSteady(step: Step): boolean {
  return step.kind === "declare" && isSettled(step);
}

/** All that a statement does is to fetch files. */
function fetches(walk: Walk, { items }: Step): boolean {
  return items.length > 0 && items.every((id) => walk.drafts[id]?.kind === "download");
}

/** Whether a statement does the same for every input, and nothing that cannot be seen. */
function isSettled({ effects }: Step): boolean {
  return !effects.input && effects.unknown === undefined && !effects.prints && effects.exits.length === 0;
}

function isWrittenBefore({ steps }: BlockTrace, step: Step): boolean {
  const before = steps.slice(0, steps.indexOf(step));
  return before.some((each) => meetFiles(each.effects.filesWritten, step.effects.filesRead));
}

/** Whether code before a statement, in another block than its own, makes a file that the statement reads. */
function isWrittenElsewhere(body: Body, block: BlockTrace, { range, effects }: Step): boolean {
  return body.blocks.some(
    (other) =>
      other !== block &&
      other.steps.some(
        (each) =>
          each.range.end <= range.start &&
          !block.steps.some((own) => contains(own.range, each.range)) &&
          meetFiles(each.effects.filesWritten, effects.filesRead),
      ),
  );
}

/** A statement that makes a client ready and does nothing else: `await client.connect()`. */
function connects(walk: Walk, step: Step): boolean {
  const { effects, items, kind } = step;
  const alone =
    kind === "expression" && !effects.input && effects.unknown === undefined && effects.exits.length === 0;
  return alone && items.length > 0 && items.every((id) => walk.drafts[id]?.kind === "client");
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
