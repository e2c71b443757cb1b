// Reads project files once and remembers their texts until somebody says that they changed.
import { readdirSync, readFileSync, statSync } from "node:fs";

/** Source files of more characters are generated or data. */
const TOO_LARGE = 2_000_000;

export interface Disk {
  /** Text of a file that is there and not too large. */
  text(path: string): string | undefined;
  /** Bytes of a file that is there. */
  size(path: string): number | undefined;
  isFile(path: string): boolean;
  isFolder(path: string): boolean;
  /** Names in a folder; none where there is no such folder. */
  list(folder: string): readonly string[];
  invalidate(path: string): void;
}

export function createDisk(): Disk {
  const texts = new Map<string, string | undefined>();
  const stat = (path: string) => statSync(path, { throwIfNoEntry: false });

  /** A path that runs through a file, or that nobody may read, counts as not there. */
  function quietly<T>(look: () => T): T | undefined {
    try {
      return look();
    } catch {
      return undefined;
    }
  }

  return {
    text(path) {
      if (!texts.has(path)) {
        // Read and then judged: asking for the size first would double what a tree of small files costs.
        const text = quietly(() => readFileSync(path, "utf8"));
        texts.set(path, text !== undefined && text.length > TOO_LARGE ? undefined : text);
      }
      return texts.get(path);
    },
    size: (path) => {
      const found = quietly(() => stat(path));
      return found?.isFile() ? found.size : undefined;
    },
    isFile: (path) => quietly(() => stat(path))?.isFile() ?? false,
    isFolder: (path) => quietly(() => stat(path))?.isDirectory() ?? false,
    list: (folder) => quietly(() => readdirSync(folder)) ?? [],
    invalidate: (path) => texts.delete(path),
  };
}
