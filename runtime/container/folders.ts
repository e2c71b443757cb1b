// Isolation by folders: each container gets its own home and temp folder; every other path is shared with the computer.
import { constants } from "node:fs";
import { chmod, cp, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Box } from "./spec.ts";

/** Folders of an image, cloned into a container's own. */
const OWN = ["home", "tmp", "packages"] as const;

/**
 * @param image Folders of the image layers that the container begins with. The uppermost, which comes first, holds all
 * that those below it held.
 * @param layer Takes what is written to the folders, and stays.
 */
export async function folderBox(
  folder: string,
  [image]: readonly string[] = [],
  layer: string = join(folder, "layer"),
): Promise<Box> {
  await mkdir(folder, { recursive: true });
  for (const name of OWN) {
    const own = join(layer, name);
    await mkdir(own, { recursive: true });
    // A clone, where the file system has them, or a copy. Never a hard link: it would be written through.
    if (image !== undefined) {
      await cp(join(image, name), own, {
        recursive: true,
        mode: constants.COPYFILE_FICLONE,
        preserveTimestamps: true,
        verbatimSymlinks: true,
      });
    }
  }
  return {
    env: { HOME: join(layer, "home"), TMPDIR: join(layer, "tmp") },
    packages: join(layer, "packages"),
    wrapper: [],
    setup: "",
    drop: "",
    remove: () => removeTree(folder),
  };
}

/** Removes a folder whatever its modes are: overlay mounts leave some that nobody may enter. */
export async function removeTree(folder: string): Promise<void> {
  const options = { recursive: true, force: true, maxRetries: 5 } as const;
  try {
    await rm(folder, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EACCES") throw error;
    await openUp(folder);
    await rm(folder, options);
  }
}

async function openUp(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await openUp(join(folder, entry.name));
  }
}
