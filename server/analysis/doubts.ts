// Why a move that gives the same results may still not be wanted, or not seen to give them.
import type { BlockTrace, Draft, Step, Walk } from "./draft.ts";
import { sizeOf } from "./sizes.ts";

/** Why a move that gives the same results may still not be wanted. */
export function doubtsOf(
  walk: Walk,
  blocks: readonly BlockTrace[],
  steps: readonly Step[],
  drafts: readonly Draft[],
  draft: Draft,
  guarded: boolean,
): string | undefined {
  const unseen = steps.find((step) => step.effects.unknown !== undefined)?.effects.unknown;
  const start = Math.min(...steps.map((step) => step.range.start));
  const shared = doubtOfSharing(drafts);
  if (shared !== undefined) return shared;
  if (unseen !== undefined)
    return `\`${unseen}\` is code that is not looked into; it would run once, not for each input.`;
  if (steps.some((step) => step.effects.prints))
    return "It prints, which would happen once, not for each input.";
  return doubtsOfWork(walk, blocks, drafts, draft, guarded, start);
}

export function doubtOfSharing(drafts: readonly Draft[]): string | undefined {
  const escaped = drafts.find((each) => each.escaped !== undefined)?.escaped;
  if (escaped === undefined) return undefined;
  return `\`${escaped}\` gets hold of it and may change it; all inputs would share one.`;
}

/** @param start Where what moves begins. */
export function doubtsOfWork(
  walk: Walk,
  blocks: readonly BlockTrace[],
  drafts: readonly Draft[],
  draft: Draft,
  guarded: boolean,
  start: number,
): string | undefined {
  const place = doubtsOfPlace(draft, guarded);
  if (place !== undefined) return place;
  // What is fetched ahead of a load only fills the cache that the load looks into.
  const ahead = (each: Draft) => each !== draft && each.concurrent && each.row.cache !== undefined;
  if (drafts.some((each) => each.row.source === "network" && each.row.shared !== true && !ahead(each))) {
    return "What the network answers may change while a container lives.";
  }
  if (draft.row.source === "disk" && sizeOf(walk.view, draft) === undefined && isPrepared(blocks, start)) {
    return "Code before it may prepare what it reads.";
  }
  return undefined;
}

/** Whether something unknown happens before a position. */
function isPrepared(blocks: readonly BlockTrace[], start: number): boolean {
  return blocks.some((block) =>
    block.steps.some(
      (step) => step.effects.unknown !== undefined && step.range.end <= start && !step.effects.input,
    ),
  );
}

/** Why work at such a place had better not be done for all inputs. */
export function doubtsOfPlace(draft: Draft, guarded: boolean): string | undefined {
  if (draft.inTry) return "A failure would end the start of the container instead of being caught here.";
  return guarded ? "Inputs that end before this line would wait for it too." : undefined;
}
