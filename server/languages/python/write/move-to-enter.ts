// Moves work out of the body so that it runs once, before the first input:
//   def ask(self, q):                    @modal.enter()
//       model = load()           →       def load(self):
//       return model(q)                      self.model = load()
import type { Edit } from "../../../facts/edits.ts";
import type { Change } from "../../../facts/finding.ts";
import type { Spelling } from "../../../facts/function.ts";
import type { Syntax } from "../syntax.ts";
import { around, type Draft, descendants, isWithin, textOf } from "./draft.ts";
import { type Addition, addToHook } from "./hooks.ts";
import { removeStatements } from "./layout.ts";
import { writeAtModuleScope } from "./module-scope.ts";
import { isShadowed, leaving, linesOf, type Moved, missingNames, movedOf } from "./moved.ts";
import { mentions, usesOf } from "./names.ts";
import { type Decorated, decoratedBy, decoratedOf, receiverOf } from "./places.ts";
import { writeAsClass } from "./to-class.ts";

type MoveToEnter = Extract<Change, { kind: "move-to-enter" }>;

/** True when it could be written. */
export function writeMoveToEnter(draft: Draft, change: MoveToEnter): boolean {
  const moved = movedOf(draft, change.statements, change.provides);
  const { enter } = change.spelling;
  if (!moved) return false;
  switch (enter.kind) {
    case "module-scope":
      return writeAtModuleScope(draft, moved);
    case "method":
      return writeInClass(draft, moved, change.spelling, enter);
    case "class":
      return writeNewClass(draft, moved, change, enter);
    default:
      return false;
  }
}

function writeInClass(
  draft: Draft,
  moved: Moved,
  { definition }: Spelling,
  enter: Extract<Spelling["enter"], { kind: "method" }>,
): boolean {
  const owner =
    (definition && decoratedBy(draft, definition.call)) ??
    decoratedOf(
      draft,
      around(draft, moved.source, ({ type }) => type === "class_definition"),
    );
  const receiver = receiverOf(draft, moved.source);
  if (!owner || !receiver || !isWithin(moved.source, owner.body)) return false;
  const missing = missingNames(draft, moved.source, nodesOf(moved));
  if (missing.some((name) => name !== receiver)) return false;
  const kept = keepOn(draft, moved, receiver, attributesOf(draft, owner));
  if (!kept || !addToHook(draft, owner, enter, additionOf(draft, moved, receiver, kept))) return false;
  for (const edit of kept.stays) draft.edits.push(edit);
  removeStatements(draft, leaving(moved));
  return true;
}

function writeNewClass(
  draft: Draft,
  moved: Moved,
  change: MoveToEnter,
  enter: Extract<Spelling["enter"], { kind: "class" }>,
): boolean {
  const { definition } = change.spelling;
  const owner = definition && decoratedBy(draft, definition.call);
  if (!owner || owner.definition !== moved.source || mentions(draft, owner.whole, "self")) return false;
  if (missingNames(draft, moved.source, nodesOf(moved)).length > 0) return false;
  const kept = keepOn(draft, moved, "self", new Set([owner.name]));
  if (!kept) return false;
  const first = draft.edits.length;
  removeStatements(draft, leaving(moved));
  const removed = draft.edits.splice(first);
  const body: readonly Edit[] = [...kept.stays, ...removed];
  const addition = additionOf(draft, moved, "self", kept);
  return writeAsClass(draft, owner, {
    enter,
    addition,
    body,
    call: definition.call,
    callers: change.callers ?? [],
  });
}

export function nodesOf({ statements, extracted, imports }: Moved): readonly Syntax[] {
  return [...statements, ...extracted.map(({ node }) => node), ...imports.map(({ node }) => node)];
}

interface Kept {
  /** Renames within what moves, and within what stays. */
  readonly moves: readonly Edit[];
  readonly stays: readonly Edit[];
  readonly attribute: (name: string) => string;
}

/** Results become attributes of the receiver, under names that mean nothing else there. */
function keepOn(draft: Draft, moved: Moved, receiver: string, taken: ReadonlySet<string>): Kept | undefined {
  const attributes = new Map<string, string>();
  const attribute = (name: string): string => {
    const known = attributes.get(name);
    if (known) return known;
    let own = name;
    for (let count = 2; taken.has(own); count++) own = `${name}_${count}`;
    attributes.set(name, own);
    return own;
  };
  const renames: Edit[] = [];
  for (const [binding, name] of moved.provided) {
    for (const use of usesOf(draft, binding)) {
      if (isShadowed(draft, use, receiver, moved.source)) return undefined;
      renames.push({ ...use, text: `${receiver}.${attribute(name)}` });
    }
  }
  const nodes = moved.statements;
  const isMoved = (edit: Edit) => nodes.some((node) => isWithin(edit, node));
  const places = moved.extracted.map(({ node, name }) => ({
    start: node.start,
    end: node.end,
    text: `${receiver}.${attribute(name)}`,
  }));
  return {
    moves: renames.filter(isMoved),
    stays: [...renames.filter((edit) => !isMoved(edit)), ...places],
    attribute: (name) => `${receiver}.${attribute(name)}`,
  };
}

function additionOf(draft: Draft, moved: Moved, receiver: string, kept: Kept): Addition {
  const { bindings } = draft.facts;
  const locals = moved.statements
    .flatMap((node) => draft.bindingsWithin(node))
    .filter((id) => !moved.provided.has(id))
    .map((id) => bindings[id]?.name ?? "")
    .filter((name) => name !== "");
  return {
    lines: (indent) => linesOf(draft, moved, { indent, renames: kept.moves, keep: kept.attribute }),
    receiver,
    isAsync: moved.isAsync,
    locals,
  };
}

/** Names of methods and attributes that a class uses already. */
function attributesOf(draft: Draft, owner: Decorated): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of descendants(owner.body)) {
    const last = node.children.at(-1);
    if (node.type === "attribute" && last) names.add(textOf(draft, last));
    if (node.type === "function_definition") {
      const name = node.children.find((child) => child.field === "name");
      if (name) names.add(textOf(draft, name));
    }
    if (node.type === "assignment" && draft.parents.get(draft.parents.get(node) ?? node) === owner.body) {
      const [left] = node.children;
      if (left?.type === "identifier") names.add(textOf(draft, left));
    }
  }
  return names;
}
