// Walks statements in the order in which they run, and keeps what each step of a block did.
import type { Block, Statement } from "../facts/module.ts";
import { bind } from "./assign.ts";
import { eachName } from "./declarations.ts";
import type { Guard, Step, Walk } from "./draft.ts";
import type { Condition, Exit } from "./effects.ts";
import { apart, conditionOf, current, evaluate, pull, under } from "./expressions.ts";
import { either, type Frame, type Known, nothing, partOf } from "./values.ts";

/** @param top The block is the phase's own outermost one. */
export function walkBlock(walk: Walk, frame: Frame, block: Block, top = false): void {
  const steps: Step[] = [];
  const guards = walk.guards.length;
  const own = walk.chain.length === 0;
  const { again } = current(walk);
  const behind: (readonly Guard[])[] = [];
  for (const statement of block.statements) {
    if (own) place(walk, frame, statement, top);
    behind.push(walk.guards.slice(guards));
    const first = walk.drafts.length;
    const { effects } = apart(walk, () => walkStatement(walk, frame, statement));
    const declares = declaredBy(statement);
    if (own && declares.length > 0) define(walk, frame, statement, declares, first);
    steps.push({
      range: statement.range,
      kind: statement.kind,
      effects,
      items: walk.drafts.slice(first).map((draft) => draft.id),
      declares,
    });
    if (statement.kind !== "loop" && effects.exits.some((exit) => !exit.condition)) break;
    // What follows runs only where nothing left the block.
    for (const { condition, kind } of effects.exits)
      if (condition) walk.guards.push({ condition, behind: kind });
  }
  walk.guards.length = guards;
  // Whether a condition is one that keeps work from being done twice shows only when all of the block is known.
  current(walk).again =
    again ||
    steps.some((step, at) => step.effects.again && !behind[at]?.some((guard) => guard.condition.memoized));
  const { module, function: scope } = frame;
  const { phase, loops } = walk;
  walk.blocks.push({ frame, module, scope, range: block.range, steps, phase, own, guards, loops });
}

function place(walk: Walk, frame: Frame, statement: Statement, top: boolean): void {
  const range = statement.kind === "declare" ? statement.declaration : statement.range;
  walk.position = {
    file: frame.module.path,
    scope: frame.function,
    statement: range,
    outermost: top ? range : walk.position.outermost,
  };
}

/** Gives the work of a declaration the names that it declares. */
function define(
  walk: Walk,
  frame: Frame,
  { range }: Statement,
  declares: readonly number[],
  first: number,
): void {
  const names = declares.map((id) => frame.module.bindings[id]?.name).filter((name) => name !== undefined);
  for (const draft of walk.drafts.slice(first)) {
    if (draft.statement.start <= range.start && range.end <= draft.statement.end) draft.defines = names;
  }
}

function declaredBy(statement: Statement): readonly number[] {
  const names: number[] = [];
  if (statement.kind === "declare") eachName(statement.pattern, (binding) => names.push(binding));
  return names;
}

function walkStatement(walk: Walk, frame: Frame, statement: Statement): void {
  switch (statement.kind) {
    case "declare": {
      const known = statement.value ? evaluate(walk, frame, statement.value) : nothing;
      bind(walk, frame, statement.pattern, known, true);
      return;
    }
    case "expression":
      evaluate(walk, frame, statement.value);
      return;
    case "return": {
      const known = statement.value ? evaluate(walk, frame, statement.value) : nothing;
      frame.result = frame.result ? either([known, frame.result]) : known;
      leave(walk, "return");
      return;
    }
    case "throw":
      evaluate(walk, frame, statement.value);
      leave(walk, "throw");
      return;
    case "jump":
      if (walk.loops > 0) leave(walk, "jump");
      return;
    case "branch":
      walkBranch(walk, frame, statement);
      return;
    case "loop":
      walkLoop(walk, frame, statement);
      return;
    case "try":
      walkTry(walk, frame, statement);
      return;
    case "block":
      walkBlock(walk, frame, statement.body);
      return;
    case "with":
      walkWith(walk, frame, statement);
      return;
    case "class":
      walkClass(walk, frame, statement);
      return;
    case "function":
    case "inert":
      return;
  }
}

/** Notes an exit, with the condition under which this function takes it. */
function leave(walk: Walk, kind: Exit["kind"]): void {
  const base = walk.bases.at(-1) ?? 0;
  const condition = walk.guards.slice(base).findLast((guard) => !guard.behind)?.condition;
  current(walk).exits.push({ condition, kind });
}

/** What `with` opens it ends: a client that is made there belongs to one input, in a helper too. */
function walkWith(walk: Walk, frame: Frame, statement: Extract<Statement, { kind: "with" }>): void {
  const first = walk.drafts.length;
  const depth = walk.chain.length;
  for (const value of statement.values) evaluate(walk, frame, value);
  const { body } = statement;
  walkBlock(walk, frame, body);
  for (const draft of walk.drafts.slice(first)) {
    const call = depth === 0 ? draft.place : draft.via[depth - 1];
    const isHeader = call?.file === frame.module.path && call.range.end <= body.range.start;
    if (isHeader && draft.kind === "client") draft.closed = true;
  }
}

function walkBranch(walk: Walk, frame: Frame, statement: Extract<Statement, { kind: "branch" }>): void {
  const { result: tests, effects } = apart(walk, () =>
    statement.tests.map((test) => evaluate(walk, frame, test)),
  );
  pull(walk, effects.places);
  const [first] = tests;
  const [whenTrue, whenFalse] = statement.branches;
  if (tests.length === 1 && typeof first?.constant === "boolean") {
    const taken = first.constant ? whenTrue : whenFalse;
    if (taken) walkBlock(walk, frame, taken);
    return;
  }
  const condition = conditionOf(tests, effects);
  for (const branch of statement.branches) under(walk, condition, () => walkBlock(walk, frame, branch));
}

function walkLoop(walk: Walk, frame: Frame, statement: Extract<Statement, { kind: "loop" }>): void {
  const { result: header, effects } = apart(walk, () =>
    statement.header.map((value) => evaluate(walk, frame, value)),
  );
  const over = header.at(-1);
  if (statement.pattern && over) bind(walk, frame, statement.pattern, elementOf(over), true);
  const inner = () => {
    walk.loops += 1;
    const { exits } = current(walk);
    const before = exits.length;
    walkBlock(walk, frame, statement.body);
    walk.loops -= 1;
    // A `break` leaves the loop alone, and after a `return` inside it the loop may as well have ended by itself.
    const rest = exits.splice(before).filter((exit) => exit.kind !== "jump");
    exits.push(
      ...rest.map((exit) => ({ ...exit, condition: exit.condition ?? conditionOf(header, effects) })),
    );
  };
  if (header.some((value) => value.input)) under(walk, conditionOf(header, effects), inner);
  else inner();
}

export function elementOf(whole: Known): Known {
  return whole.fields && whole.fields.size > 0 ? either([...whole.fields.values()]) : partOf(whole);
}

function walkTry(walk: Walk, frame: Frame, statement: Extract<Statement, { kind: "try" }>): void {
  const own = walk.chain.length === 0 ? 1 : 0;
  walk.tries += own;
  const probes = walk.probes;
  const drafts = walk.drafts.length;
  walkBlock(walk, frame, statement.body);
  walk.tries -= own;
  // `try { await access(path) } catch { await download() }` asks whether the file is there.
  const probe = walk.probes > probes && walk.drafts.length === drafts;
  const failed: Condition = { input: false, probe, failure: !probe, keys: new Set(), memoized: false };
  const { handler } = statement;
  if (handler) under(walk, failed, () => walkBlock(walk, frame, handler));
  if (statement.finalizer) {
    const last: Condition = { ...failed, probe: false, failure: true };
    const { finalizer } = statement;
    under(walk, last, () => walkBlock(walk, frame, finalizer));
  }
}

function walkClass(walk: Walk, frame: Frame, statement: Extract<Statement, { kind: "class" }>): void {
  if (statement.binding !== undefined) {
    const known: Known = { ...nothing, class: { module: frame.module, class: statement }, fields: new Map() };
    frame.names.set(statement.binding, known);
  }
  for (const value of [...(statement.decorators ?? []), ...(statement.extends ? [statement.extends] : [])]) {
    evaluate(walk, frame, value);
  }
  for (const member of statement.members) if (member.kind !== "function") evaluate(walk, frame, member);
}
