// What the compiler found out, kept by content, so that a program that has not changed needs no compiler.
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Store {
  /** The path of a kept text, made by `create` when it is not there yet. */
  file(key: string, ending: string, create: () => Promise<string>): Promise<string>;
  /** The same for plain data. */
  value<T>(key: string, create: () => Promise<T>): Promise<T>;
  /** Puts plain data in the place of what was kept. */
  put(key: string, value: unknown): void;
}

export function openStore(folder: string): Store {
  mkdirSync(folder, { recursive: true });
  const file: Store["file"] = async (key, ending, create) => {
    const path = join(folder, key + ending);
    if (!isReadable(path)) writeWhole(path, await create());
    return path;
  };
  return {
    file,
    put: (key, value) => writeWhole(join(folder, `${key}.json`), JSON.stringify(value)),
    async value<T>(key: string, create: () => Promise<T>): Promise<T> {
      const path = await file(key, ".json", async () => JSON.stringify(await create()));
      return JSON.parse(readFileSync(path, "utf8")) as T;
    },
  };
}

/** Key of a kept text: everything that it was made from. */
export function contentKey(...parts: readonly (string | undefined)[]): string {
  const hash = createHash("sha256");
  // Lengths keep ["ab", "c"] and ["a", "bc"] apart.
  for (const part of parts) hash.update(`${part?.length ?? "-"}:${part ?? ""}`);
  return hash.digest("hex").slice(0, 40);
}

function isReadable(path: string): boolean {
  try {
    return readFileSync(path).length > 0;
  } catch {
    return false;
  }
}

/** Others see the whole file or none, whoever writes at the same time. */
function writeWhole(path: string, text: string): void {
  const draft = `${path}.${randomUUID()}`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
