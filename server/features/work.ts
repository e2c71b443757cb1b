// The work items of a function that stand in one file, in the order of its text.
import type { FunctionFacts, WorkItem } from "../facts/function.ts";

export function workIn(facts: FunctionFacts, file: string): readonly WorkItem[] {
  const { global, build, enter, body } = facts.work;
  return [...global, ...build, ...enter, ...body]
    .filter(({ place }) => place.file === file)
    .sort((a, b) => a.place.range.start - b.place.range.start);
}
