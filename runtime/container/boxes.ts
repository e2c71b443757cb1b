// Where the private folders of containers lie, by the strongest isolation that the computer allows.
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Where } from "../options.ts";
import { folderBox, removeTree } from "./folders.ts";
import { PACKAGES } from "./mounts.ts";
import { overlayBox, type Privilege, privileges } from "./overlay.ts";
import { isGone, ownerName } from "./owner.ts";
import type { Box } from "./spec.ts";
import { watch } from "./watchdog.ts";

export interface BoxOptions {
  /** Paths that the container must see beyond the ordinary: sources that may lie in a temp folder. */
  readonly needed: readonly string[];
  /** Folders that containers share and that stay. */
  readonly shared?: readonly string[];
  /** Image layers that it begins with, the uppermost first. */
  readonly image?: readonly string[];
  /** Folder that takes what it writes, and stays. */
  readonly layer?: string;
}

export interface Boxes {
  readonly isolation: Where["isolation"];
  /** Folder of this run's boxes. */
  readonly folder: string;
  open(id: string, options: BoxOptions): Promise<Box>;
  /** Where the packages of a layer lie on this computer. */
  packagesOf(layer: string): string;
  /** Has a process group ended should this process be killed; returns what takes that back. */
  guard(pid: number): () => void;
  close(): Promise<void>;
}

export interface BoxesOptions {
  readonly cache: string;
  /** What the ids of all containers of this run begin with. */
  readonly mark: string;
  readonly needed: readonly string[];
  /** Folder that user code works in. */
  readonly project: string;
  readonly wanted?: Where["isolation"];
  /** Tries whether a box can be used here. */
  readonly works: (box: Box) => Promise<boolean>;
}

export async function openBoxes({
  cache,
  mark,
  needed,
  project,
  wanted,
  works,
}: BoxesOptions): Promise<Boxes> {
  const all = join(cache, "containers");
  await mkdir(all, { recursive: true });
  await sweep(all);
  const owner = ownerName();
  const folder = join(all, owner);
  const layers = join(cache, "layers");
  const watchdog = watch({ mark, folder, drafts: join(layers, `draft-${owner}-`), owner, locks: layers });
  await mkdir(folder, { recursive: true });
  const privilege = wanted === "folders" ? undefined : await firstThatWorks(folder, cache, works);
  return {
    isolation: privilege ? "mounts" : "folders",
    folder,
    open(id, options) {
      const own = join(folder, id);
      if (!privilege) return folderBox(own, options.image, options.layer);
      return overlayBox(own, privilege, {
        ...options,
        needed: [...needed, ...options.needed],
        project,
        cache,
      });
    },
    packagesOf: (layer) =>
      privilege ? join(layer, "upper", encodeURIComponent("/"), PACKAGES) : join(layer, "packages"),
    guard: watchdog.add,
    async close() {
      await removeTree(folder);
      watchdog.callOff();
    },
  };
}

/** Mounts with an image are the most that is ever asked for. */
async function firstThatWorks(
  folder: string,
  cache: string,
  works: BoxesOptions["works"],
): Promise<Privilege | undefined> {
  if (process.platform !== "linux") return undefined;
  const image = join(folder, "probe-image");
  for (const name of ["/", ...ancestors(cache)]) {
    await mkdir(join(image, "upper", encodeURIComponent(name), "probe"), { recursive: true });
  }
  try {
    for (const privilege of privileges()) {
      const box = await overlayBox(join(folder, "probe"), privilege, {
        image: [image],
        needed: [cache],
        project: cache,
        cache,
      });
      if (await works(box)) return privilege;
    }
    return undefined;
  } finally {
    await removeTree(image);
  }
}

function ancestors(path: string): string[] {
  const parts = path.split("/").slice(1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join("/")}`);
}

/** Removes what runs left behind that were killed. */
async function sweep(all: string): Promise<void> {
  for (const name of await readdir(all)) if (isGone(name)) await removeTree(join(all, name));
}
