// Says which files may be written as they are read: those whose bytes are UTF-8.
import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";

/** Whether writing a file would change letters that nobody touched: it is not UTF-8, and was read as if it were. */
export function isForeignEncoding(path: string): boolean {
  try {
    return !isUtf8(readFileSync(path));
  } catch {
    return false;
  }
}

export const FOREIGN_ENCODING =
  "is not UTF-8, so that writing it would change its letters; save it as UTF-8 first";
