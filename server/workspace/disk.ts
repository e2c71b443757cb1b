// Reads project files once and remembers their texts until somebody says that they changed.
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";

/** Source files of more characters are generated or data. */
const TOO_LARGE = 2_000_000;

export interface Disk {
  /** Text of a file that is there and not too large. */
  text(path: string): string | undefined;
  /** Whether that text matches a pattern of ASCII alone. The text is not kept: most files are asked for nothing else. */
  matches(path: string, pattern: RegExp): boolean;
  /** Bytes of a file that is there. */
  size(path: string): number | undefined;
  isFile(path: string): boolean;
  isFolder(path: string): boolean;
  /** Names in a folder; none where there is no such folder. */
  list(folder: string): readonly string[];
  invalidate(path: string): void;
}

/** Larger than nearly all sources. */
const buffer = Buffer.allocUnsafeSlow(1 << 18);

/** The bytes of a file, each as one character; undefined where there are more than the buffer holds. */
function bytesOf(path: string): string | undefined {
  const file = openSync(path, "r");
  try {
    const size = readSync(file, buffer);
    return size < buffer.length ? buffer.toString("latin1", 0, size) : undefined;
  } finally {
    closeSync(file);
  }
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

  function textOf(path: string): string | undefined {
    if (!texts.has(path)) {
      // Read and then judged: asking for the size first would double what a tree of small files costs.
      const text = quietly(() => readFileSync(path, "utf8"));
      texts.set(path, text !== undefined && text.length > TOO_LARGE ? undefined : text);
    }
    return texts.get(path);
  }

  return {
    text: textOf,
    matches(path, pattern) {
      const bytes = texts.has(path) ? undefined : quietly(() => bytesOf(path));
      return pattern.test(bytes ?? textOf(path) ?? "");
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
