// How findings speak of work: sizes, places, what is related.
import type { FunctionFacts, Place, WorkItem } from "../facts/function.ts";

/** `3.1 MB`, as file managers count. */
export function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value >= 10 || unit === 0 ? Math.round(value) : Math.round(value * 10) / 10} ${units[unit]}`;
}

/** The work as it stands in the code, with what is known of its file. */
export function named(item: WorkItem): string {
  const file = fileName(item);
  const words = item.label.split(/[^\w-]+/);
  const told = file !== undefined && !words.includes(file.replace(/\.\w+$/, "")) ? file : undefined;
  const facts = [told, item.bytes === undefined ? undefined : size(item.bytes)].filter(
    (fact) => fact !== undefined,
  );
  return facts.length === 0 ? `\`${item.label}\`` : `\`${item.label}\` (${facts.join(", ")})`;
}

/** The line of the helper that does the work, where it is not the line that is reported. */
export function insideHelper(item: WorkItem): readonly (Place & { readonly message: string })[] {
  const inner = item.via.at(-1);
  if (!inner) return [];
  const callee = `\`${item.callee.replace(/\(\)$/, "").split(".").at(-1)}\``;
  const file = fileName(item);
  return [
    {
      ...inner,
      message: file === undefined ? `${callee} does the work.` : `${callee} of ${file} does the work.`,
    },
  ];
}

/** Last part of the path or address, where it is known. */
export function fileName(item: WorkItem): string | undefined {
  const name = item.target
    ?.replace(/[?#].*$/, "")
    .split("/")
    .at(-1);
  return name === undefined || !/^[\w@.-]+\.\w+$/.test(name) ? undefined : name;
}

/** Where a platform runs what should be ready before the first input. */
export function before(facts: FunctionFacts): string {
  const { enter } = facts.spelling;
  if (enter.kind === "option") return `in \`${enter.option}\``;
  if (enter.kind === "method" && enter.shown !== undefined) return `in an \`@${enter.shown}\` method`;
  if (enter.kind === "method" || enter.kind === "class") return `in a \`@${enter.decorator}\` method`;
  return enter.kind === "module-scope" ? "at module scope" : "before the first input";
}

/** What to do about a download, where the platform builds images. */
export function inBuild({ spelling: { build, volume } }: FunctionFacts): string {
  if (build.kind === "none") return build.say;
  if (build.kind === "option") return `download it when the image is built, in \`${build.option}\``;
  if (build.kind === "method") return `download it when the image is built, in a \`@${build.shown}\` method`;
  const kept = volume && /^(.*)\.from_name$/.exec(volume.create)?.[1];
  const or = kept === undefined ? "" : `, or keep it on a \`${kept}\``;
  return `download it when the image is built, in \`${build.method}\`${or}`;
}
