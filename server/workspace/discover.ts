// Finds the source files below the paths that a command was given: no dependencies, no build outputs, nothing ignored.
import { type Dirent, readdirSync, readFileSync, statSync } from "node:fs";
import ignore, { type Ignore } from "ignore";
import { absolute, foldersAbove } from "./paths.ts";
import { isCode } from "./scan.ts";

const NEVER = new Set([
  "node_modules",
  "dist",
  "build",
  "out",
  "coverage",
  ".git",
  ".coldstart",
  ".next",
  ".nuxt",
  ".output",
  ".serverless",
  ".aws-sam",
  ".sst",
  "cdk.out",
  ".turbo",
  ".cache",
  ".venv",
  "venv",
  "site-packages",
  "__pycache__",
  "__pypackages__",
  ".tox",
  ".nox",
  ".eggs",
]);

/** Absolute paths, sorted. Files that are named themselves count whatever ignores them. */
export function discover(paths: readonly string[], cwd: string): string[] {
  const found = paths
    .map((path) => absolute(path, cwd))
    .flatMap((path) => (statSync(path).isDirectory() ? below(path) : [path]));
  return [...new Set(found)].filter(isCode).sort();
}

interface IgnoreFile {
  readonly folder: string;
  readonly rules: Ignore;
}

/** The sources below a folder. Links are not followed: what they lead to is found where it stands. */
function below(top: string): string[] {
  const files: string[] = [];
  const pending = [{ folder: top, rules: ignoreFilesAbove(top) }];
  for (const { folder, rules: outer } of pending) {
    const entries = entriesOf(folder);
    // Whatever a virtual environment is called, it holds other people's code.
    if (folder !== top && entries.some((entry) => entry.name === "pyvenv.cfg")) continue;
    const own = entries.some((entry) => entry.name === ".gitignore") ? ignoreFile(folder) : undefined;
    const rules = own ? [...outer, own] : outer;
    for (const entry of entries) {
      const path = folder === "/" ? `/${entry.name}` : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        // As in git, nothing below a folder that is ignored comes back.
        if (!NEVER.has(entry.name) && !isIgnored(`${path}/`, rules)) pending.push({ folder: path, rules });
      } else if (entry.isFile() && isCode(entry.name) && !isIgnored(path, rules)) files.push(path);
    }
  }
  return files;
}

/** A folder that may not be read is passed over. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** `.gitignore` files above a folder that git would read: up to the repository's root, outer ones first. */
function ignoreFilesAbove(folder: string): IgnoreFile[] {
  const files: IgnoreFile[] = [];
  for (const above of foldersAbove(`${folder}/x`)) {
    const found = above === folder ? undefined : ignoreFile(above);
    if (found) files.unshift(found);
    if (statSync(`${above}/.git`, { throwIfNoEntry: false })) return files;
  }
  return [];
}

function ignoreFile(folder: string): IgnoreFile | undefined {
  try {
    return { folder, rules: ignore().add(readFileSync(`${folder}/.gitignore`, "utf8")) };
  } catch {
    return undefined;
  }
}

/** The innermost file that says anything decides, as in git. */
function isIgnored(path: string, files: readonly IgnoreFile[]): boolean {
  let ignored = false;
  for (const { folder, rules } of files) {
    const verdict = rules.test(path.slice(folder === "/" ? 1 : folder.length + 1));
    if (verdict.ignored) ignored = true;
    if (verdict.unignored) ignored = false;
  }
  return ignored;
}
