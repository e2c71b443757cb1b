// Overlap independent loads: they start together at the place of the first one, or their files are fetched together.
import type { Fetch, Fix } from "../facts/finding.ts";
import type { FunctionFacts, OverlapGroup, WorkItem } from "../facts/function.ts";

export function concurrently(group: OverlapGroup, facts: FunctionFacts | undefined): readonly Fix[] {
  const { file, scope, places, doubt, converts, phase } = group;
  const change = { kind: "concurrently", file, scope, items: places } as const;
  const title = `Start these ${places.length} loads together${converts ? ", asynchronously" : ""}`;
  const items = group.items.map((index) => facts?.work[phase][index]).filter((item) => item !== undefined);
  if (items.some((item) => item.overlap === "thread-unsafe")) {
    return [
      ...prefetch(group, items),
      { title: `${title}, in threads`, safety: "unsafe", why: UNSAFE_IN_THREADS, byHand: true, change },
    ];
  }
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

/** Source: huggingface/transformers #41782, #40357, #44940; huggingface/diffusers #4296. */
const UNSAFE_IN_THREADS =
  "The library can damage models that several threads build at once, and all of them are in memory together.";

/** What the library can't do in threads stays one after another; only the files come together. */
function prefetch({ file, scope, places }: OverlapGroup, items: readonly WorkItem[]): readonly Fix[] {
  const fetches = new Map<string, Fetch>();
  for (const { target, fetch, via, place } of items) {
    if (!fetch || target === undefined || via.length > 0 || place.file !== file) continue;
    const known = fetches.get(target);
    // Two loads of one repository: what fetches more of it serves both.
    if (!known || size(fetch) < size(known)) fetches.set(target, fetch);
  }
  const [first] = places;
  if (!first || fetches.size < 2) return [];
  return [
    {
      title: `Fetch the files of these ${fetches.size} together, then load one after another`,
      safety: "safe",
      change: { kind: "prefetch", file, scope, statement: first.statement, fetches: [...fetches.values()] },
    },
  ];
}

/** Arguments that are written out leave files away. */
function size(fetch: Fetch): number {
  return fetch.arguments.filter((each) => typeof each === "string").length;
}
