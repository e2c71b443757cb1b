// Addresses of documents, and the absolute paths with `/` that the engine knows files by.
import { fileURLToPath, pathToFileURL } from "node:url";

/** Undefined for what is no file: untitled documents, git revisions. */
export function pathOf(uri: string): string | undefined {
  if (!uri.startsWith("file:")) return undefined;
  try {
    return fileURLToPath(uri).replaceAll("\\", "/");
  } catch {
    return undefined;
  }
}

export function uriOf(path: string): string {
  return pathToFileURL(path).href;
}
