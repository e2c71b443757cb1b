// Removes layers that no image of a known function has used lately, and says what that frees.
import { existsSync } from "node:fs";
import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { removeTree } from "../container/folders.ts";
import type { KnownImages } from "./known.ts";
import { LAYER_RECORD, layersIn, removeLayer } from "./layers.ts";

export interface Pruned {
  readonly name: string;
  /** Of a layer. */
  readonly hash?: string;
  /** That the disk has got back. */
  readonly bytes: number;
}

/** Milliseconds after which an image that was not used is nobody's any more: thirty days. */
const LATELY = 30 * 24 * 3_600_000;

/** Layers in use stay, whoever uses them. */
export async function prune(cache: string, known: KnownImages): Promise<readonly Pruned[]> {
  const needed = known.needed(Date.now() - LATELY);
  const folder = layersIn(cache);
  const pruned: Pruned[] = [];
  const entries = await readdir(folder);
  for (const hash of entries.filter((name) => /^[0-9a-f]{40}$/.test(name) && !needed.has(name))) {
    const bytes = await sizeOf(join(folder, hash));
    const name = await nameOf(join(folder, hash));
    if (await removeLayer(cache, hash)) pruned.push({ name, hash, bytes });
  }
  const downloads = join(cache, "downloads");
  // What package managers have fetched serves them again, unless somebody wants the space; not while they run.
  const isBuilding = entries.some((name) => name.endsWith(".lock"));
  if (existsSync(downloads) && !isBuilding) {
    const bytes = await sizeOf(downloads);
    await removeTree(downloads);
    if (bytes > 0) pruned.push({ name: "downloaded packages", bytes });
  }
  return pruned;
}

async function nameOf(folder: string): Promise<string> {
  const record = JSON.parse(await readFile(join(folder, LAYER_RECORD), "utf8")) as { readonly name?: string };
  return record.name ?? "layer";
}

/** Bytes on the disk; a file with several names counts once. */
async function sizeOf(folder: string): Promise<number> {
  const seen = new Set<number>();
  const visit = async (path: string): Promise<number> => {
    const stat = await lstat(path);
    if (!stat.isDirectory()) {
      if (stat.nlink > 1 && seen.has(stat.ino)) return 0;
      seen.add(stat.ino);
      return stat.blocks * 512;
    }
    let sum = 0;
    for (const name of await readdir(path)) sum += await visit(join(path, name));
    return sum;
  };
  return visit(folder);
}
