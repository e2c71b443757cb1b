// What package.json files say about a file: its module format, its package's root, where a package is installed.
import { dirname, join } from "node:path";
import type { Sources } from "./sources.ts";

export interface PackageScope {
  readonly folder: string;
  readonly type?: "module" | "commonjs";
  readonly name?: string;
  readonly exports?: unknown;
  readonly imports?: unknown;
  readonly main?: string;
}

/** The nearest package.json above a file; Node stops at the first, whatever it says. */
export function packageScope(file: string, sources: Sources): PackageScope | undefined {
  for (const folder of above(dirname(file))) {
    if (folder.endsWith("/node_modules")) return undefined;
    const scope = readPackage(folder, sources);
    if (scope) return scope;
  }
  return undefined;
}

/** Reads `folder`/package.json; a broken one counts as empty, as Node names that error better. */
export function readPackage(folder: string, sources: Sources): PackageScope | undefined {
  const path = join(folder, "package.json");
  const text = sources.isFile(path) ? sources.read(path) : undefined;
  if (text === undefined) return undefined;
  let json: Readonly<Record<string, unknown>> = {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) json = value as Record<string, unknown>;
  } catch {
    json = {};
  }
  const { type, name, main } = json;
  return {
    folder,
    ...(type === "module" || type === "commonjs" ? { type } : {}),
    ...(typeof name === "string" ? { name } : {}),
    ...(typeof main === "string" ? { main } : {}),
    exports: json.exports,
    imports: json.imports,
  };
}

/** Folder in which a package is installed for a file, as `node_modules` look-up finds it. */
export function installedPackage(name: string, from: string, sources: Sources): string | undefined {
  for (const folder of above(dirname(from))) {
    const candidate = join(folder, "node_modules", name);
    if (sources.isFolder(candidate)) return candidate;
  }
  return undefined;
}

const LOCKS = ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock"];

/** The lock files that settle which packages a file gets: those of the nearest folder that has any. */
export function lockFiles(file: string, sources: Sources): readonly string[] {
  for (const folder of above(dirname(file))) {
    const found = LOCKS.map((name) => join(folder, name)).filter((path) => sources.isFile(path));
    if (found.length > 0) return found;
  }
  return [];
}

/** A folder and all above it. */
export function* above(folder: string): Generator<string> {
  for (let current = folder; ; current = dirname(current)) {
    yield current;
    if (current === dirname(current)) return;
  }
}
