// Keeps image layers by content hash: each is built once, by one process at a time, and is there whole or not at all.
import { existsSync, readFileSync } from "node:fs";
import { mkdir, open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { removeTree } from "../container/folders.ts";
import { isGone, ownerName } from "../container/owner.ts";

export interface Layer {
  /** Undefined for a function that has nothing to build. */
  readonly folder?: string;
}

export interface Layers {
  find(hash: string): Layer | undefined;
  /**
   * Builds a layer, or waits for whoever builds it already.
   * @param fill Fills a draft and says whether there was anything to build; the draft is gone when it throws.
   */
  build(hash: string, fill: (draft: string) => Promise<boolean>, signal: AbortSignal): Promise<Layer>;
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
    try {
      const { empty } = JSON.parse(readFileSync(join(folder, RECORD), "utf8")) as { empty: boolean };
      return empty ? {} : { folder };
    } catch {
      return undefined;
    }
  };

  async function fillDraft(hash: string, fill: (draft: string) => Promise<boolean>): Promise<Layer> {
    const draft = join(all, `draft-${ownerName()}-${hash}`);
    await removeTree(draft);
    await mkdir(draft);
    try {
      const filled = await fill(draft);
      // Where overlay mounts did their work; only what was written matters now.
      await removeTree(join(draft, "work"));
      if (!filled) for (const name of await readdir(draft)) await removeTree(join(draft, name));
      await writeFile(join(draft, RECORD), `${JSON.stringify({ version: 1, empty: !filled })}\n`);
      await rename(draft, join(all, hash));
    } catch (error) {
      await removeTree(draft);
      throw error;
    }
    return find(hash) ?? {};
  }

  return {
    find,
    async build(hash, fill, signal) {
      const lock = join(all, `${hash}.lock`);
      for (;;) {
        const found = find(hash);
        if (found) return found;
        if (await take(lock)) break;
        await after(LOOK, undefined, { signal });
      }
      try {
        return find(hash) ?? (await fillDraft(hash, fill));
      } finally {
        await rm(lock, { force: true });
      }
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
