// Finds the source files below the paths that a command was given: no dependencies, no build outputs, nothing ignored.
import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { posix } from "node:path";
import ignore, { type Ignore } from "ignore";
import { glob } from "tinyglobby";
import { absolute, foldersAbove, isWithin, relativeTo } from "./paths.ts";
import { isCode } from "./scan.ts";

const NEVER = [
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
];

/** Absolute paths, sorted. Files that are named themselves count whatever ignores them. */
export async function discover(paths: readonly string[], cwd: string): Promise<string[]> {
  const found = await Promise.all(
    paths.map(async (path) => {
      const full = absolute(path, cwd);
      return statSync(full).isDirectory() ? below(full) : [full];
    }),
  );
  return [...new Set(found.flat())].filter(isCode).sort();
}

async function below(folder: string): Promise<string[]> {
  const files = await glob(["**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py}", "**/.gitignore", "**/pyvenv.cfg"], {
    cwd: folder,
    absolute: true,
    dot: true,
    followSymbolicLinks: false,
    expandDirectories: false,
    ignore: NEVER.map((name) => `**/${name}/**`),
  });
  const own = files.filter((file) => file.endsWith("/.gitignore"));
  // Whatever a virtual environment is called, it holds other people's code.
  const environments = files
    .filter((file) => file.endsWith("/pyvenv.cfg"))
    .map((file) => posix.dirname(absolute(file)))
    .filter((environment) => environment !== absolute(folder));
  const rules = await ignoreFiles([...aboveUpToRepository(folder), ...own]);
  return files
    .map((file) => absolute(file))
    .filter((file) => isCode(file) && !environments.some((environment) => isWithin(environment, file)))
    .filter((file) => !isIgnored(file, rules));
}

/** `.gitignore` files above a folder that git would read: up to the repository's root. */
function aboveUpToRepository(folder: string): string[] {
  const files: string[] = [];
  for (const above of foldersAbove(`${folder}/x`)) {
    if (above !== folder) files.push(`${above}/.gitignore`);
    if (statSync(`${above}/.git`, { throwIfNoEntry: false })) return files;
  }
  return [];
}

type IgnoreFile = { readonly folder: string; readonly rules: Ignore };

async function ignoreFiles(paths: readonly string[]): Promise<IgnoreFile[]> {
  const read = paths.map(async (path) => {
    const text = await readFile(path, "utf8").catch(() => "");
    return { folder: posix.dirname(absolute(path)), rules: ignore().add(text) };
  });
  const files = await Promise.all(read);
  return files.sort((a, b) => a.folder.length - b.folder.length);
}

/** The innermost file that says anything decides, as in git. */
function isIgnored(path: string, files: readonly IgnoreFile[]): boolean {
  let ignored = false;
  for (const { folder, rules } of files) {
    if (!isWithin(folder, path)) continue;
    const verdict = rules.test(relativeTo(folder, path));
    if (verdict.ignored) ignored = true;
    if (verdict.unignored) ignored = false;
  }
  return ignored;
}
