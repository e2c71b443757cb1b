// Works out whether a download of module scope or a hook may run when the image is built, and which statements go along.
import type { Movability } from "../facts/function.ts";
import type { BindingId } from "../facts/module.ts";
import { contains, foreignWrites, isPart } from "./body.ts";
import { declarationsOf } from "./declarations.ts";
import type { BlockTrace, Draft, Step } from "./draft.ts";
import { keyOf, meetFiles } from "./effects.ts";
import type { Known } from "./values.ts";

const never = (why: string): Movability => ({ kind: "never", why });

/**
 * @param block The outermost block of the module or hook.
 * @param self Of a hook that is a method: its object.
 */
export function buildMove(
  block: BlockTrace | undefined,
  file: string,
  draft: Draft,
  self: Known | undefined,
): Movability {
  if (!block || draft.place.file !== file) return never("It stands in another file than the function.");
  const steps = new Set(
    block.steps.filter((step) => [...draft.sites].some((site) => contains(site, step.range))),
  );
  if (steps.size === 0) return never("It is part of a larger statement.");
  const first = Math.min(...[...steps].map((step) => block.steps.indexOf(step)));
  for (const step of block.steps.slice(first + 1)) {
    if (!steps.has(step) && usesOnly(block, step, steps)) steps.add(step);
  }
  for (const step of block.steps.slice(0, first)) {
    if (makesFolderOf(step, steps)) steps.add(step);
  }
  for (const step of steps) {
    const wrong = refusal(block, step, steps);
    if (wrong !== undefined) return never(wrong);
  }
  const isModule = block.phase === "global";
  const wrong = isModule ? undefined : needOfHook(block, steps, draft, self);
  if (wrong !== undefined) return never(wrong);
  const reading =
    isModule &&
    block.steps.some(
      (step) =>
        !steps.has(step) &&
        [...steps].some((each) => meetFiles(each.effects.filesWritten, step.effects.filesRead)),
    );
  if (reading)
    return never(
      "The module reads the files as it starts, and the build starts it too, before they are there.",
    );
  const statements = block.steps.filter((step) => steps.has(step)).map((step) => step.range);
  const unseen = [...steps].find((step) => step.effects.unknown !== undefined)?.effects.unknown;
  const move = { how: "statements" as const, statements, provides: [] };
  return unseen === undefined
    ? { kind: "safe", ...move }
    : {
        kind: "unsafe",
        why: `\`${unseen}\` is code that is not looked into; it would run in the build alone.`,
        ...move,
      };
}

/** Why the build can't do what a hook does: it knows nothing of what the hook makes, nor what its object was made with. */
function needOfHook(
  block: BlockTrace,
  moving: ReadonlySet<Step>,
  draft: Draft,
  self: Known | undefined,
): string | undefined {
  const own = new Set([...moving].flatMap((step) => [...step.items]));
  if ([...draft.known.items].some((id) => !own.has(id))) return "It uses what the hook loads.";
  const declared = [...moving].flatMap((step) => step.declares).map((binding) => keyOf(block.frame, binding));
  for (const key of [...moving].flatMap((step) => [...step.effects.reads])) {
    if (isPart(key, declared)) continue;
    if (isLocal(block, key)) return "It uses what other statements of the hook make.";
    const origin = self?.origin;
    if (origin === undefined || !key.startsWith(`${origin}.`)) continue;
    const name = key.slice(origin.length + 1).replace(/\..*$/, "");
    if (self?.fields?.get(name)?.constant === undefined) {
      return `It uses \`this.${name}\`, which is not known when the image is built.`;
    }
  }
  return undefined;
}

function isLocal({ module, scope }: BlockTrace, key: string): boolean {
  const match = /^@?(.*)#(\d+)/.exec(key);
  const binding = match?.[1] === module.path ? module.bindings[Number(match[2])] : undefined;
  return binding !== undefined && binding.scope === scope;
}

/** A statement that works on nothing but what the moving ones make, such as a check of the answer. */
function usesOnly(block: BlockTrace, step: Step, moving: ReadonlySet<Step>): boolean {
  const keys = [...moving].flatMap((each) => each.declares).map((binding) => keyOf(block.frame, binding));
  if (keys.length === 0 || ![...step.effects.reads].some((key) => isPart(key, keys))) return false;
  return (
    step.items.length === 0 || step.items.every((id) => [...moving].some((each) => each.items.includes(id)))
  );
}

/** A statement that does nothing but to make the folder that the files go to. */
function makesFolderOf({ effects, items }: Step, moving: ReadonlySet<Step>): boolean {
  if (effects.folders.size === 0 || items.length > 0 || effects.unknown !== undefined) return false;
  if (effects.writes.size + effects.filesWritten.size + effects.exits.length > 0 || effects.prints)
    return false;
  return [...moving].some((each) => meetFiles(effects.folders, each.effects.filesWritten));
}

function refusal(block: BlockTrace, step: Step, moving: ReadonlySet<Step>): string | undefined {
  if (step.effects.exits.some((exit) => exit.kind !== "throw"))
    return `It leaves the ${placeOf(block)} early.`;
  if (foreignWrites(block, step).length > 0) return "Its statement also changes other values.";
  const ranges = [...moving].map((each) => each.range);
  for (const binding of step.declares) {
    if (isNeeded(block, binding, ranges)) {
      const name = block.module.bindings[binding]?.name ?? "what it gives";
      return `The ${placeOf(block)} goes on to use \`${name}\`, which each container needs.`;
    }
  }
  return undefined;
}

function placeOf({ phase }: BlockTrace): string {
  return phase === "enter" ? "hook" : "module";
}

function isNeeded(
  block: BlockTrace,
  binding: BindingId,
  ranges: readonly { start: number; end: number }[],
): boolean {
  const { uses, exported } = declarationsOf(block.module);
  // Every name of a Python file can be imported; that says nothing.
  if (exported.has(binding) && block.module.language !== "python") return true;
  return (uses.get(binding) ?? []).some((use) => !ranges.some((range) => contains(range, use)));
}
