// sequential-loads: independent loads that wait for each other, though they could run at the same time.
import type { Detection } from "../facts/finding.ts";
import type { OverlapGroup, WorkItem } from "../facts/function.ts";
import type { Rule } from "./rule.ts";
import { insideHelper, named } from "./words.ts";

export const sequentialLoads: Rule = {
  id: "sequential-loads",
  severity: "warning",
  summary: "Independent loads run one after another",
  check(facts) {
    return facts.groups.flatMap((group) => {
      const items = group.items
        .map((index) => facts.work[group.phase][index])
        .filter((item) => item !== undefined);
      return items.map(
        (item, at): Detection => ({
          rule: "sequential-loads",
          severity: "warning",
          message: message(item, at, items, group),
          function: facts.name,
          phase: group.phase,
          ...item.place,
          related: insideHelper(item),
          proposal: { kind: "overlap", group },
        }),
      );
    });
  },
};

function message(item: WorkItem, at: number, items: readonly WorkItem[], group: OverlapGroup): string {
  const advice = group.converts ? "read them asynchronously and start them together" : "start them together";
  const before = items[at - 1];
  if (!before) {
    const rest = items.length - 1;
    const others = rest === 1 ? "a load that does not need it" : `${rest} loads that do not need it`;
    return `${named(item)} holds up ${others}, so a cold start pays for one after the other; ${advice}.`;
  }
  return `${named(item)} waits for \`${before.label}\`, which it does not need, so a cold start pays for one after the other; ${advice}.`;
}
