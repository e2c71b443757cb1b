// What can be done about a finding: the changes that would remove it, each with how safe it is.
import type { Detection, Fix } from "../facts/finding.ts";
import type { FunctionFacts } from "../facts/function.ts";
import { concurrently } from "./concurrently.ts";
import { fetchInBuild } from "./fetch-in-build.ts";
import { indexOf } from "./functions.ts";
import { modernise } from "./modernise.ts";
import { moveToBuild } from "./move-to-build.ts";
import { moveToEnter } from "./move-to-enter.ts";

/** @param functions All functions of the file that the detection came from. */
export function propose(detection: Detection, functions: readonly FunctionFacts[]): readonly Fix[] {
  const { proposal } = detection;
  if (!proposal) return [];
  switch (proposal.kind) {
    case "overlap":
      return concurrently(proposal.group, indexOf(functions).byName.get(detection.function));
    case "enter":
      return moveToEnter(proposal.item, detection.function, functions);
    case "build":
      return proposal.item.movable && proposal.item.movable.kind !== "never"
        ? moveToBuild(proposal.item, functions)
        : fetchInBuild(proposal.item, detection.function, functions);
    case "modernise":
      return modernise(proposal.outdated, detection.file);
  }
}
