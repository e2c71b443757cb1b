// Keeps image layers by content hash: each is built once, by one process at a time, and is there whole or not at all.
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { link, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { removeTree } from "../container/folders.ts";
import { isGone, ownerName } from "../container/owner.ts";

export interface Layers {
  /** The folder of a layer that stands; from now on nobody takes it away as long as this process lives. */
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
  keep(name: string): Promise<string>;
  /** Removes the folder. */
  drop(): Promise<void>;
}

/** Milliseconds between two looks at a layer that another process builds. */
const LOOK = 50;
/** File of a layer that says that it is whole, and what it is called. */
export const LAYER_RECORD = "layer.json";

/** Folder of all layers. */
export const layersIn = (cache: string): string => join(cache, "layers");

/** Says that a layer is in use; lies in the folder of the run's containers, and goes with it. */
const HELD = "held-";

/** @param run Folder of this run's containers. */
export async function openLayers(cache: string, run: string): Promise<Layers> {
  const all = layersIn(cache);
  await mkdir(all, { recursive: true });
  for (const name of await readdir(all)) {
    const owner = /^draft-(.+)-[0-9a-f]+$/.exec(name)?.[1];
    if (owner !== undefined && isGone(owner)) await removeTree(join(all, name));
  }

  const find: Layers["find"] = (hash) => {
    // Before looking: whoever removes layers looks for this after it has taken one away.
    writeFileSync(join(run, HELD + hash), "");
    const folder = join(all, hash);
    return existsSync(join(folder, LAYER_RECORD)) ? folder : undefined;
  };

  async function draftOf(hash: string, lock: string): Promise<Draft> {
    const folder = join(all, `draft-${ownerName()}-${hash}`);
    await removeTree(folder);
    await mkdir(folder);
    const unlock = () => rm(lock, { force: true });
    return {
      folder,
      async keep(name) {
        // Where overlay mounts did their work; only what was written matters now.
        await removeTree(join(folder, "work"));
        await writeFile(join(folder, LAYER_RECORD), `${JSON.stringify({ version: 1, name })}\n`);
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
      const lock = lockOf(all, hash);
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

/**
 * Removes a layer, unless a living process uses it or builds it.
 * @returns whether it did
 */
export async function removeLayer(cache: string, hash: string): Promise<boolean> {
  const all = layersIn(cache);
  const lock = lockOf(all, hash);
  if (!(await take(lock))) return false;
  const place = join(all, hash);
  const away = join(all, `draft-${ownerName()}-${hash}`);
  try {
    await rename(place, away);
    if (await isHeld(cache, hash)) {
      await rename(away, place);
      return false;
    }
    await removeTree(away);
    return true;
  } finally {
    await rm(lock, { force: true });
  }
}

async function isHeld(cache: string, hash: string): Promise<boolean> {
  const runs = join(cache, "containers");
  for (const run of await readdir(runs)) {
    if (!isGone(run) && existsSync(join(runs, run, HELD + hash))) return true;
  }
  return false;
}

const lockOf = (all: string, hash: string) => join(all, `${hash}.lock`);

/** A lock is a file that names its owner; one whose owner is gone is taken away. */
async function take(lock: string): Promise<boolean> {
  const own = `${lock}.${randomUUID()}`;
  await writeFile(own, ownerName());
  try {
    // It is there with its owner's name or not at all.
    await link(own, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    if (isGone(ownerOf(lock))) await takeAway(lock);
    return false;
  } finally {
    await rm(own, { force: true });
  }
}

/** Another process may have done so and taken it meanwhile: then it gets its lock back. */
async function takeAway(lock: string): Promise<void> {
  const aside = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, aside);
    if (!isGone(ownerOf(aside))) await link(aside, lock);
  } catch (error) {
    if (!["ENOENT", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

function ownerOf(lock: string): string {
  try {
    return readFileSync(lock, "utf8");
  } catch {
    return "";
  }
}
