// The body's own code, as moves look at it: its statements, what they read and write, and what lies inside what.
import type { ModuleFacts, Range } from "../facts/module.ts";
import type { BlockTrace, Step } from "./draft.ts";
import { isLasting, keyOf } from "./effects.ts";

/** The body's own code: its blocks, outer and inner ones, without those of functions inside it. */
export interface Body {
  readonly file: string;
  readonly module: ModuleFacts | undefined;
  readonly scope: number;
  readonly blocks: readonly BlockTrace[];
}

export interface Place {
  readonly block: BlockTrace;
  readonly step: Step;
}

/** Statements of the body's own blocks around a call, inner ones first. */
export function stepsAround(body: Body, range: Range): readonly Place[] {
  return body.blocks
    .flatMap((block) => block.steps.map((step) => ({ block, step })))
    .filter(({ step }) => contains(step.range, range))
    .sort((a, b) => length(a.step) - length(b.step));
}

function length({ range }: Step): number {
  return range.end - range.start;
}

export function rangesOf(block: BlockTrace, steps: ReadonlySet<Step>): readonly Range[] {
  return block.steps.filter((step) => steps.has(step)).map((step) => step.range);
}

/** Names of the body itself that a statement reads, its own apart. */
export function namesRead(body: Body, step: Step): readonly number[] {
  return localNames(body, step.effects.reads).filter((binding) => {
    const declared = body.module?.bindings[binding]?.range;
    return !step.declares.includes(binding) && !(declared && contains(step.range, declared));
  });
}

/** Names among places that belong to the body, not to the module. */
export function localNames(body: Body, keys: Iterable<string>): readonly number[] {
  const names = new Set<number>();
  for (const key of keys) {
    const name = key.startsWith("@") ? undefined : nameOf(key);
    if (name?.file === body.file) names.add(name.binding);
  }
  return [...names];
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

export function lastingWrites(block: BlockTrace, step: Step): readonly string[] {
  return foreignWrites(block, step).filter(isLasting);
}

/** The name at the root of a place's key. */
function nameOf(key: string): { readonly file: string; readonly binding: number } | undefined {
  const match = /^@?(.*)#(\d+)/.exec(key);
  return match ? { file: match[1] ?? "", binding: Number(match[2]) } : undefined;
}

/** Whether statements that stay write to something lasting that is read. */
export function isChangedElsewhere(
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

export function contains(outer: Range, inner: Range): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

export function isPart(key: string, keys: readonly string[]): boolean {
  return keys.some((each) => key === each || key.startsWith(`${each}.`));
}
