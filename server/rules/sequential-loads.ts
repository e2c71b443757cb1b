// sequential-loads: independent loads that wait for each other, though they could run at the same time.
import type { Detection } from "../facts/finding.ts";
import type { FunctionFacts, OverlapGroup, WorkItem } from "../facts/function.ts";
import type { Rule } from "./rule.ts";
import { fileName, insideHelper, named } from "./words.ts";

export const sequentialLoads: Rule = {
  id: "sequential-loads",
  severity: "warning",
  summary: "Independent loads run one after another",
  check(facts) {
    // Nobody waits for a build: it is done before any container starts.
    // Nor for the body of a job.
    const groups = facts.groups.filter(
      ({ phase }) => phase !== "build" && !(facts.unattended && phase === "body"),
    );
    return groups.flatMap((group) =>
      members(facts, group).map(
        ({ item, place }, _at, all): Detection => ({
          rule: "sequential-loads",
          severity: overlapsSafely(item) ? "warning" : "info",
          message: message(item, all.find((each) => each.place === place - 1)?.item, group),
          function: facts.name,
          phase: group.phase,
          ...item.place,
          related: insideHelper(item),
          proposal: { kind: "overlap", group },
        }),
      ),
    );
  },
};

/** What is on disk already and may not be built by several threads at once, gains only from work by hand. */
function overlapsSafely({ overlap, source }: WorkItem): boolean {
  return overlap !== "thread-unsafe" || source === "network";
}

/** Those that a start waits for: what a snapshot holds is there already. */
function members(facts: FunctionFacts, group: OverlapGroup): readonly { item: WorkItem; place: number }[] {
  return group.items.flatMap((index, at) => {
    const item = facts.work[group.phase][index];
    return item && !item.restored ? [{ item, place: group.placeOf[at] ?? 0 }] : [];
  });
}

function adviceFor(item: WorkItem, group: OverlapGroup): string {
  if (item.overlap === "thread-unsafe" && item.source === "network")
    return "fetch their files together, then load them";
  return group.converts ? "read them asynchronously and start them together" : "start them together";
}

/** @param earlier Work of the place before. */
function message(item: WorkItem, earlier: WorkItem | undefined, group: OverlapGroup): string {
  const advice = adviceFor(item, group);
  const cost = "so a cold start pays for one after the other";
  if (earlier) {
    const own = earlier.label === item.label ? fileName(earlier) : undefined;
    return `${named(item)} waits for ${own ?? `\`${earlier.label}\``}, which it does not need, ${cost}; ${advice}.`;
  }

  const rest = group.places.length - 1;
  const others = rest === 1 ? "a load that does not need it" : `${rest} loads that do not need it`;
  return `${named(item)} holds up ${others}, ${cost}; ${advice}.`;
}
