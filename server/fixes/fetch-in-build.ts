// Have the build fetch what the code fetches: the calls stay, and find their files in the image or on a volume.
import type { Change, Fix } from "../facts/finding.ts";
import type { FunctionFacts, Spelling, WorkItem } from "../facts/function.ts";
import { indexOf } from "./functions.ts";
import { LACKS_FILES, lacksFiles, ownersOf } from "./move-to-build.ts";

/** @param functions All functions of the file: what module scope fetches, each one's containers need. */
export function fetchInBuild(
  item: WorkItem,
  name: string,
  functions: readonly FunctionFacts[],
): readonly Fix[] {
  const facts = indexOf(functions).byName.get(name);
  if (!facts || item.keptIn === undefined || item.place.file !== facts.file) return [];
  // Another function that has the same hook may have the files already.
  const owners = ownersOf(item, functions).filter((each) => fetchesAt(item, each));
  return [...inImage(item, facts, owners), ...onVolume(item, item.keptIn, owners)];
}

function fetchesAt({ phase, place }: WorkItem, { work }: FunctionFacts): boolean {
  const { start } = place.range;
  // Module scope fetches for all.
  if (phase === "global") return true;
  return work[phase].some((each) => each.kind === "download" && each.place.range.start === start);
}

/** All that the phase fetches is fetched in one step: they share a fix. */
function inImage(item: WorkItem, facts: FunctionFacts, owners: readonly FunctionFacts[]): readonly Fix[] {
  const spellings = owners.map((each) => each.spelling);
  if (spellings.some((each) => each.build.kind !== "step")) return [];
  if (!isRepeatable(item, facts)) return [];
  const all = facts.work[item.phase].filter((each) => each.kind === "download" && isRepeatable(each, facts));
  // A helper may load several things.
  const calls = [...new Map(all.map(({ place }) => [place.range.start, place.range])).values()];
  const helpers = all.some((each) => each.via.length > 0 || each.onDevice);
  const change: Change = {
    kind: "fetch-in-build",
    file: facts.file,
    calls,
    spellings,
    ...(helpers && { helpers }),
  };
  const what = calls.length === 1 ? "it" : `these ${calls.length}`;
  const title = `Download ${what} when the image is built`;
  const why = doubtOf(all, facts, spellings);
  return why === undefined
    ? [{ title, safety: "safe", why: "The image grows by what is downloaded.", change }]
    : [{ title, safety: "unsafe", why, change }];
}

/** What the build may lack of what the containers have. */
function doubtOf(
  all: readonly WorkItem[],
  { file }: FunctionFacts,
  spellings: readonly Spelling[],
): string | undefined {
  if (all.some((each) => each.dependsOn.environment))
    return "The build needs the same environment variables as the containers.";
  const foreign = all.some((each) => each.via.some((place) => place.file !== file));
  return foreign || spellings.some(lacksFiles) ? LACKS_FILES : undefined;
}

/** Whether the call alone, made once more elsewhere, fetches the same. */
function isRepeatable(item: WorkItem, { file, work }: FunctionFacts): boolean {
  const { start } = item.place.range;
  // What one call does comes along whole.
  const isOwn = (index: number) => work[item.phase][index]?.place.range.start === start;
  return (
    item.keptIn !== undefined &&
    (item.via.length === 0 || item.alone) &&
    item.place.file === file &&
    item.dependsOn.items.every(isOwn) &&
    !item.dependsOn.input &&
    !item.awaited &&
    !item.inLoop &&
    !item.conditional
  );
}

function onVolume(item: WorkItem, folder: string, owners: readonly FunctionFacts[]): readonly Fix[] {
  const spellings = owners.map((each) => each.spelling);
  if (!folder.startsWith("/") || item.inLoop) return [];
  if (spellings.some((each) => !each.volume || !each.definition)) return [];
  const mount = folder.replace(/^(\/root\/\.cache\/[^/]+)\/.*$/, "$1");
  const volume = mount
    .split("/")
    .filter(Boolean)
    .slice(-2)
    .join("-")
    .replace(/[^\w-]+/g, "");
  return [
    {
      title: `Keep \`${mount}\` on a volume`,
      safety: "unsafe",
      why: "Deploying creates the volume; the first container of all still fetches.",
      change: { kind: "keep-on-volume", file: item.place.file, folder: mount, volume, spellings },
    },
  ];
}
