// The work items of a function that stand in one file, in the order of its text.
import type { FunctionFacts, WorkItem } from "../facts/function.ts";

/** One item a place: a call of a helper that does several things is one load to its reader, and is timed as one. */
export function workIn(facts: FunctionFacts, file: string): readonly WorkItem[] {
  const { global, build, enter, body } = facts.work;
  const places = new Map<string, WorkItem>();
  for (const item of [...global, ...build, ...enter, ...body]) {
    const { start, end } = item.place.range;
    const key = `${start} ${end}`;
    if (item.place.file === file && !places.has(key)) places.set(key, item);
  }
  return [...places.values()].sort((a, b) => a.place.range.start - b.place.range.start);
}
