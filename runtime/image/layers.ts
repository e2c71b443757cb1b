// Keeps image layers by content hash: each is built once, by one process at a time, and is there whole or not at all.
import { existsSync, readFileSync } from "node:fs";
import { mkdir, open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { removeTree } from "../container/folders.ts";
import { isGone, ownerName } from "../container/owner.ts";

export interface Layers {
  /** The folder of a layer that stands. */
  find(hash: string): string | undefined;
  /**
   * The right to build a layer, and an empty folder to fill; undefined when another process has built it meanwhile.
   */
  claim(hash: string, signal: AbortSignal): Promise<Draft | undefined>;
}

/** Ends by `keep` or by `drop`. */
export interface Draft {
  readonly folder: string;
  /** Makes the layer of what is in the folder, and says where it is then. */
  keep(): Promise<string>;
  /** Removes the folder. */
  drop(): Promise<void>;
}

/** Milliseconds between two looks at a layer that another process builds. */
const LOOK = 50;
const RECORD = "layer.json";

export async function openLayers(cache: string): Promise<Layers> {
  const all = join(cache, "layers");
  await mkdir(all, { recursive: true });
  for (const name of await readdir(all)) {
    const owner = /^draft-(.+)-[0-9a-f]+$/.exec(name)?.[1];
    if (owner !== undefined && isGone(owner)) await removeTree(join(all, name));
  }

  const find: Layers["find"] = (hash) => {
    const folder = join(all, hash);
    return existsSync(join(folder, RECORD)) ? folder : undefined;
  };

  async function draftOf(hash: string, lock: string): Promise<Draft> {
    const folder = join(all, `draft-${ownerName()}-${hash}`);
    await removeTree(folder);
    await mkdir(folder);
    const unlock = () => rm(lock, { force: true });
    return {
      folder,
      async keep() {
        // Where overlay mounts did their work; only what was written matters now.
        await removeTree(join(folder, "work"));
        await writeFile(join(folder, RECORD), `${JSON.stringify({ version: 1 })}\n`);
        const place = join(all, hash);
        await rename(folder, place);
        await unlock();
        return place;
      },
      async drop() {
        await removeTree(folder);
        await unlock();
      },
    };
  }

  return {
    find,
    async claim(hash, signal) {
      const lock = join(all, `${hash}.lock`);
      for (;;) {
        if (find(hash)) return undefined;
        if (await take(lock)) break;
        await after(LOOK, undefined, { signal });
      }
      if (!find(hash)) return draftOf(hash, lock);
      await rm(lock, { force: true });
      return undefined;
    },
  };
}

/** A lock is a file that names its owner; one whose owner is gone is taken away. */
async function take(lock: string): Promise<boolean> {
  try {
    const file = await open(lock, "wx");
    await file.writeFile(ownerName());
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    if (existsSync(lock) && isGone(ownerOf(lock))) await rm(lock, { force: true });
    return false;
  }
}

function ownerOf(lock: string): string {
  try {
    return readFileSync(lock, "utf8");
  } catch {
    return "";
  }
}
