// Packages as Poetry lists them, in the words of all other installers.
import type { Choice } from "./pyproject.ts";
import { asTable, asTexts, type Table } from "./tables.ts";

const MAIN = "main";

export function poetryRequirements(file: Table, choice: Choice): string[] {
  const poetry = asTable(asTable(file.tool).poetry);
  const groups = new Map<string, { readonly isOptional: boolean; readonly list: readonly string[] }>();
  const main = [...asTexts(asTable(file.project).dependencies), ...listOf(asTable(poetry.dependencies))];
  groups.set(MAIN, { isOptional: false, list: main });
  if (poetry["dev-dependencies"] !== undefined)
    groups.set("dev", { isOptional: false, list: listOf(asTable(poetry["dev-dependencies"])) });
  for (const [name, group] of Object.entries(asTable(poetry.group))) {
    const { optional, dependencies } = asTable(group);
    const before = groups.get(name)?.list ?? [];
    groups.set(name, {
      isOptional: optional === true,
      list: [...before, ...listOf(asTable(dependencies))],
    });
  }
  return [...groups].flatMap(([name, { isOptional, list }]) =>
    isWanted(name, isOptional, choice) ? list : [],
  );
}

function isWanted(
  name: string,
  isOptional: boolean,
  { groups = [], without = [], only = [] }: Choice,
): boolean {
  if (only.length > 0) return only.includes(name);
  return !without.includes(name) && (!isOptional || groups.includes(name));
}

function listOf(dependencies: Table): string[] {
  return Object.entries(dependencies).flatMap(([name, value]) => {
    if (name.toLowerCase() === "python") return [];
    const all = Array.isArray(value) ? value : [value];
    return all.flatMap((each) => requirementOf(name, each));
  });
}

function requirementOf(name: string, value: unknown): string[] {
  if (typeof value === "string") return [`${name}${versionsOf(value)}`];
  const { version, extras, optional, git, rev, tag, branch, url, path, markers, python } = asTable(value);
  if (optional === true || path !== undefined) return [];
  const whole = `${name}${Array.isArray(extras) ? `[${asTexts(extras).join(",")}]` : ""}`;
  const marks = [
    ...(typeof markers === "string" ? [`(${markers})`] : []),
    ...(typeof python === "string" ? pythonMarkers(python) : []),
  ];
  const marker = marks.length > 0 ? `; ${marks.join(" and ")}` : "";
  if (typeof git === "string") {
    const at = [rev, tag, branch].find((each) => typeof each === "string");
    return [`${whole} @ git+${git}${at === undefined ? "" : `@${at}`}${marker && ` ${marker}`}`];
  }
  if (typeof url === "string") return [`${whole} @ ${url}${marker && ` ${marker}`}`];
  return [`${whole}${typeof version === "string" ? versionsOf(version) : ""}${marker}`];
}

function pythonMarkers(text: string): string[] {
  const versions = versionsOf(text);
  return versions === ""
    ? []
    : versions.split(",").map((each) => each.replace(/^([<>=!~]+)(.*)$/, "python_version $1 '$2'"));
}

/** `^1.2` is `>=1.2,<2`. Alternatives (`||`) cannot be said; then any version will do that the lock file allows. */
export function versionsOf(text: string): string {
  if (text.includes("|")) return "";
  const parts = text
    .trim()
    .replace(/([\^~<>=!])\s+/g, "$1")
    .split(/\s*,\s*|\s+/);
  return parts.flatMap(partOf).join(",");
}

function partOf(part: string): string[] {
  if (part === "" || part === "*") return [];
  const [, sign = "", version = ""] = /^(\^|~(?!=)|[<>=!~]*)(.+)$/.exec(part) ?? [];
  const numbers = version.split(".").map(Number);
  if (sign === "^") {
    const first = numbers.findIndex((each) => each !== 0);
    return [`>=${version}`, `<${above(numbers, first < 0 ? numbers.length - 1 : first)}`];
  }
  if (sign === "~") return [`>=${version}`, `<${above(numbers, numbers.length > 1 ? 1 : 0)}`];
  if (sign === "" || sign === "=") return [`==${version}`];
  return [`${sign}${version}`];
}

/** The next version beyond all that share the numbers up to a place. */
function above(numbers: readonly number[], place: number): string {
  const kept = numbers.slice(0, place + 1);
  return kept.map((each, i) => (i === place ? each + 1 : each)).join(".");
}
