// The project's files as a program is made from them: disk with some texts replaced, each asked for once.
import { readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** A view of the file system that lasts for one lowering. Paths are absolute. */
export interface Sources {
  /** Undefined when there is no such file, or it can't be read. */
  read(path: string): string | undefined;
  isFile(path: string): boolean;
  isFolder(path: string): boolean;
  /** The path without symbolic links; the path itself when nothing is there. */
  real(path: string): string;
  /** Whether the text comes from the overlay. */
  isOverlaid(path: string): boolean;
}

export function openSources(overlay: Readonly<Record<string, string>>): Sources {
  const texts = new Map(Object.entries(overlay).map(([path, text]) => [realPath(path), text]));
  const kinds = new Map<string, "file" | "folder" | "none">();
  const kind = (path: string): "file" | "folder" | "none" => {
    const known = kinds.get(path);
    if (known) return known;
    const stat = statSync(path, { throwIfNoEntry: false });
    const found =
      texts.has(realPath(path)) || stat?.isFile() ? "file" : stat?.isDirectory() ? "folder" : "none";
    kinds.set(path, found);
    return found;
  };
  return {
    read(path) {
      const replaced = texts.get(realPath(path));
      if (replaced !== undefined) return replaced;
      try {
        return readFileSync(path, "utf8");
      } catch {
        return undefined;
      }
    },
    isFile: (path) => kind(path) === "file",
    isFolder: (path) => kind(path) === "folder",
    real: realPath,
    isOverlaid: (path) => texts.has(realPath(path)),
  };
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // A file that exists in the overlay alone still has a folder.
    const folder = dirname(path);
    return folder === path ? path : join(realPath(folder), basename(path));
  }
}
