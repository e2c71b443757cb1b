// Packages that a project of Python lists in its own files, as what an installer is asked for: requirements, and the versions that a lock file holds them to.
import { parse } from "smol-toml";
import { poetryRequirements } from "./poetry.ts";
import { asTable, asTexts, type Table } from "./tables.ts";

export interface Wanted {
  readonly requirements: readonly string[];
  /** `name==version`, for these and for what they need. */
  readonly constraints: readonly string[];
}

export interface Choice {
  readonly extras?: readonly string[];
  readonly groups?: readonly string[];
  readonly without?: readonly string[];
  readonly only?: readonly string[];
}

/** What cannot be read of a project's files; the message names the file's part. */
export class ProjectError extends Error {}

/** @param text of `pyproject.toml` @param lock text of `poetry.lock` or `uv.lock` */
export function packagesOf(
  kind: "pyproject" | "poetry" | "uv",
  text: string,
  lock: string | undefined,
  choice: Choice,
): Wanted {
  const project = read(text);
  const versions = lock === undefined ? new Map<string, string>() : lockedVersions(read(lock));
  const own = nameOf(String(asTable(project.project).name ?? ""));
  const requirements = (
    kind === "poetry" ? poetryRequirements(project, choice) : listed(project, kind, choice)
  )
    // Extras of the project itself are followed, and it is not installed.
    .filter((each) => own === "" || nameOf(each) !== own);
  return {
    requirements: [...new Set(requirements.map((each) => held(each, versions)))],
    constraints: [...versions].map(([name, version]) => `${name}==${version}`),
  };
}

function read(text: string): Table {
  try {
    return parse(text);
  } catch (error) {
    throw new ProjectError(`it is no TOML: ${(error as Error).message.split("\n")[0]}`);
  }
}

function listed(file: Table, kind: "pyproject" | "uv", { extras = [], groups = [] }: Choice): string[] {
  const project = asTable(file.project);
  if (kind === "pyproject" && !Array.isArray(project.dependencies)) {
    throw new ProjectError("it has no list [project] dependencies");
  }
  const optional = asTable(project["optional-dependencies"]);
  const all = asTexts(project.dependencies);
  for (const extra of extras) {
    if (!(extra in optional)) throw new ProjectError(`it has no optional dependencies ${extra}`);
    all.push(...asTexts(optional[extra]));
  }
  if (kind === "uv") {
    const own = asTable(file["dependency-groups"]);
    const byDefault = asTable(asTable(file.tool).uv)["default-groups"];
    const usual = byDefault === "all" ? Object.keys(own) : (byDefault ?? ["dev"]);
    for (const group of new Set([...asTexts(usual).filter((each) => each in own), ...groups])) {
      all.push(...groupOf(own, group));
    }
  }
  return all;
}

function groupOf(groups: Table, name: string, within: readonly string[] = []): string[] {
  const group = groups[name];
  if (!Array.isArray(group)) throw new ProjectError(`it has no dependency group ${name}`);
  if (within.includes(name)) throw new ProjectError(`its dependency group ${name} holds itself`);
  return group.flatMap((each) => {
    if (typeof each === "string") return [each];
    const inner = asTable(each)["include-group"];
    return typeof inner === "string" ? groupOf(groups, inner, [...within, name]) : [];
  });
}

/** Packages that a lock file has in one version and from an index; others are left to the installer. */
function lockedVersions(lock: Table): Map<string, string> {
  const versions = new Map<string, string>();
  const several = new Set<string>();
  for (const each of Array.isArray(lock.package) ? lock.package : []) {
    const { name, version, source } = asTable(each);
    if (typeof name !== "string" || typeof version !== "string") continue;
    const from = asTable(source);
    const isFromIndex = source === undefined || "registry" in from || from.type === "legacy";
    const key = nameOf(name);
    if (!isFromIndex || versions.has(key)) several.add(key);
    versions.set(key, version);
  }
  for (const name of several) versions.delete(name);
  return versions;
}

/** A requirement at the version that the lock file has of it. */
function held(requirement: string, versions: ReadonlyMap<string, string>): string {
  const version = versions.get(nameOf(requirement));
  const parts = /^\s*([\w.-]+)\s*(\[[^\]]*\])?([^;@]*)(;.*)?$/.exec(requirement);
  if (version === undefined || !parts) return requirement;
  const [, name, extras = "", , marker = ""] = parts;
  return `${name}${extras}==${version}${marker}`;
}

/** As indexes compare names. */
function nameOf(requirement: string): string {
  const name = /^\s*([\w.-]+)/.exec(requirement)?.[1] ?? "";
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}
