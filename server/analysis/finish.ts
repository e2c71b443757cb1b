// Makes a work item of a draft, once everything around it is known.
import type { WorkItem } from "../facts/function.ts";
import type { Draft, Guard, Walk } from "./draft.ts";
import { isSmall, sizeOf } from "./sizes.ts";
import { folderOf, isPrefetched, isThere } from "./storage.ts";

/** @param all Work of all phases; the build's says what is in the image.
 * @param index Draft id → index among the items of its phase. */
export function finish(
  walk: Walk,
  draft: Draft,
  index: ReadonlyMap<number, number>,
  all: readonly Draft[],
): WorkItem {
  const bytes = sizeOf(walk.view, draft);
  const items = [...draft.known.items]
    .filter((id) => walk.drafts[id]?.phase === draft.phase)
    .map((id) => index.get(id))
    .filter((item) => item !== undefined);
  const there =
    draft.kind === "download" &&
    draft.phase !== "build" &&
    (draft.unsure || isThere(walk, draft, all) || isPrefetched(draft, all));
  const keptIn = draft.kind === "download" && draft.row.cache ? folderOf(walk, draft) : undefined;
  return {
    kind: there ? "load" : draft.kind,
    phase: draft.phase,
    callee: draft.callee,
    label: draft.label,
    place: draft.place,
    scope: draft.scope,
    statement: draft.statement,
    outermost: draft.outermost,
    via: draft.via,
    defines: draft.defines,
    dependsOn: { input: draft.known.input, items, environment: draft.known.environment },
    conditional: draft.guards.some((guard) => isConditional(draft, guard)),
    guarded: draft.guards.some((guard) => isGuarded(guard)),
    inLoop: draft.inLoop,
    alone: draft.call?.unknown !== true,
    memoized: isMemoized(draft),
    awaited: draft.awaited,
    source: there ? "disk" : draft.row.source,
    volatile: draft.volatile,
    ...(draft.target !== undefined && { target: draft.target }),
    ...(bytes !== undefined && { bytes }),
    // Of what is only fetched, next to nothing is left to do where it is there.
    small: (there && draft.row.shared !== true) || isSmall(walk.view, draft),
    overlap: draft.row.overlap,
    shared: draft.row.shared === true,
    ...(!there && keptIn !== undefined && { keptIn }),
    cached:
      !there && draft.kind === "download" && (draft.row.cache !== undefined || draft.row.caches === true),
    ...(!there && draft.fetch && { fetch: draft.fetch }),
    ends: draft.closed === true,
    ...(draft.row.onDevice && { onDevice: true }),
  };
}

/** What the body does only where it was not done before is no work where `enter` or module scope has done it. */
export function isDoneEarlier(walk: Walk, draft: Draft): boolean {
  if (draft.phase !== "body" || !isMemoized(draft)) return false;
  const looked = draft.guards
    .filter((guard) => guard.condition.memoized)
    .flatMap((guard) => [...guard.condition.keys]);
  return [...draft.filled, ...looked].some((key) => walk.filled.has(key));
}

function isMemoized(draft: Draft): boolean {
  return draft.guards.some(
    ({ condition }) => condition.memoized || (condition.probe && draft.kind === "download"),
  );
}

function isConditional(draft: Draft, { condition, behind }: Guard): boolean {
  if (behind || condition.memoized) return false;
  return !(condition.probe && draft.kind === "download");
}

/** Some inputs end before they come to it. */
function isGuarded({ condition, behind }: Guard): boolean {
  if (!behind || condition.memoized || condition.failure || condition.probe) return false;
  return condition.input || behind !== "throw";
}
