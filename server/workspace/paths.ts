// Absolute paths with `/` on every system: the only form of a path inside the engine.
import { posix, resolve } from "node:path";

/** Any path → absolute, with `/`. */
export const absolute = (path: string, from = ""): string => resolve(from, path).replaceAll("\\", "/");

/** `path` relative to a folder, with `/`. */
export const relativeTo = (folder: string, path: string): string =>
  posix.relative(folder.replaceAll("\\", "/"), path) || ".";

export const isWithin = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);

/** The folder of a path and all folders above it, nearest first. */
export function* foldersAbove(path: string): Generator<string> {
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    yield folder;
    if (folder === posix.dirname(folder)) return;
  }
}
