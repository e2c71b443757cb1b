// Where the private folders of containers lie, by the strongest isolation that the computer allows.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Where } from "../options.ts";
import { folderBox, removeTree } from "./folders.ts";
import type { Box } from "./spec.ts";

export interface BoxOptions {
  /** Paths that the container must see beyond the ordinary: sources that may lie in a temp folder. */
  readonly needed: readonly string[];
  /** Image layer that it begins with. */
  readonly image?: string;
  /** Folder that takes what it writes, and stays. */
  readonly layer?: string;
}

export interface Boxes {
  readonly isolation: Where["isolation"];
  open(id: string, options: BoxOptions): Promise<Box>;
  close(): Promise<void>;
}

export interface BoxesOptions {
  readonly cache: string;
  readonly needed: readonly string[];
  readonly wanted?: Where["isolation"];
}

export async function openBoxes({ cache }: BoxesOptions): Promise<Boxes> {
  const folder = join(cache, "containers", String(process.pid));
  await mkdir(folder, { recursive: true });
  return {
    isolation: "folders",
    open: (id, { image }) => folderBox(join(folder, id), image),
    close: () => removeTree(folder),
  };
}
