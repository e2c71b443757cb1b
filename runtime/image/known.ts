// What the images of functions were made from the last time: tells why a layer is built again, and which layers nobody needs.
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { LayerFacts } from "./reasons.ts";
import { contentKey } from "./store.ts";

/** The image of one function, the lowest layer first. */
export interface KnownImage {
  readonly version: 1;
  /** Absolute path of the function's file. */
  readonly file: string;
  readonly function: string;
  /** When it was used the last time, in milliseconds since 1970. */
  readonly used: number;
  readonly layers: readonly LayerFacts[];
}

export interface KnownImages {
  find(file: string, name: string): KnownImage | undefined;
  keep(image: KnownImage): void;
  /** Notes why a layer could not be built. */
  fail(hash: string, why: string): void;
  /** Why it could not, when that was a moment ago: it would only fail again. */
  failed(hash: string): string | undefined;
  /** Forgets functions whose file is gone and those that were not used since; answers with the hashes of all others. */
  needed(since: number): ReadonlySet<string>;
}

/** Milliseconds for which a failure counts. */
const MOMENT = 600_000;

export async function openKnown(cache: string): Promise<KnownImages> {
  const folder = join(cache, "images");
  const failures = join(folder, "failed");
  await mkdir(failures, { recursive: true });
  const pathOf = (file: string, name: string) => join(folder, `${contentKey(file, name)}.json`);
  return {
    find: (file, name) => read(pathOf(file, name)),
    keep(image) {
      const path = pathOf(image.file, image.function);
      const draft = `${path}.${process.pid}`;
      writeFileSync(draft, JSON.stringify(image));
      renameSync(draft, path);
    },
    fail: (hash, why) => writeFileSync(join(failures, hash), why),
    failed(hash) {
      const path = join(failures, hash);
      const at = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
      if (at === undefined) return undefined;
      if (Date.now() - at < MOMENT) return readFileSync(path, "utf8");
      rmSync(path, { force: true });
      return undefined;
    },
    needed(since) {
      const hashes = new Set<string>();
      for (const name of readdirSync(folder).filter((each) => each.endsWith(".json"))) {
        const path = join(folder, name);
        const image = read(path);
        if (image && image.used >= since && existsSync(image.file)) {
          for (const { hash } of image.layers) hashes.add(hash);
        } else rmSync(path, { force: true });
      }
      return hashes;
    },
  };
}

function read(path: string): KnownImage | undefined {
  try {
    const image = JSON.parse(readFileSync(path, "utf8")) as KnownImage;
    return image.version === 1 ? image : undefined;
  } catch {
    return undefined;
  }
}
