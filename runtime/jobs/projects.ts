// Packages that projects of Python list in their own files, read for a step that installs them.
import { readFileSync } from "node:fs";
import type { ProjectPackages } from "../child/description.ts";
import { usageError } from "../errors.ts";
import type { Wanted } from "../image/pyproject.ts";

/** @param find gives the place of a file, and has it count for the layer */
export async function listedBy(
  projects: readonly ProjectPackages[],
  find: (path: string) => Promise<string>,
  step: string,
): Promise<Wanted> {
  if (projects.length === 0) return { requirements: [], constraints: [] };
  const { packagesOf, ProjectError } = await import("../image/pyproject.ts");
  const all: Wanted[] = [];
  for (const { kind, file, lock, ...choice } of projects) {
    const text = readFileSync(await find(file), "utf8");
    // A lock file is where the platform looks for one; a project may have none.
    const locked = lock === undefined ? undefined : await find(lock).then(read, () => undefined);
    try {
      all.push(packagesOf(kind, text, locked, choice));
    } catch (error) {
      if (!(error instanceof ProjectError)) throw error;
      throw usageError("ProjectFileError", `${step}: ${file} cannot be read: ${error.message}`);
    }
  }
  return {
    requirements: all.flatMap(({ requirements }) => requirements),
    constraints: [...new Set(all.flatMap(({ constraints }) => constraints))],
  };
}

const read = (path: string) => readFileSync(path, "utf8");
