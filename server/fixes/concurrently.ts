// Overlap independent loads: they start together at the place of the first one.
import type { Fix } from "../facts/finding.ts";
import type { OverlapGroup } from "../facts/function.ts";

export function concurrently(group: OverlapGroup): readonly Fix[] {
  const { file, scope, places, doubt, converts } = group;
  const change = { kind: "concurrently", file, scope, items: places } as const;
  const title = `Start these ${places.length} loads together${converts ? ", asynchronously" : ""}`;
  if (doubt !== undefined) return [{ title, safety: "unsafe", why: doubt, change }];
  return [
    {
      title,
      safety: "safe",
      why: "Where several fail at once, another of their errors may come first.",
      change,
    },
  ];
}
