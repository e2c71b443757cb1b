// The project's files as a program is made from them: disk with some texts replaced, each asked for once.
import { createHash } from "node:crypto";
import { readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** A view of the file system that lasts for one lowering. Paths are absolute. */
export interface Sources {
  /** Without a byte order mark. Undefined when there is no such file, or it can't be read. */
  read(path: string): string | undefined;
  /** Says which bytes a file holds; what is no text is not read as one. */
  digest(path: string): string | undefined;
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
  const bytes = (path: string): Buffer | undefined => {
    try {
      return readFileSync(path);
    } catch {
      return undefined;
    }
  };
  return {
    read: (path) => (texts.get(realPath(path)) ?? bytes(path)?.toString())?.replace(/^\uFEFF/, ""),
    digest(path) {
      const content = texts.get(realPath(path)) ?? bytes(path);
      return content === undefined ? undefined : createHash("sha256").update(content).digest("hex");
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
