// What local files an image's step takes in, told by their content, so that a layer is built again when they change.
import { createHash } from "node:crypto";
import { createReadStream, type Stats } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { contentKey } from "./store.ts";

/** Files larger than this are told by size and time: reading them at each run would cost more than building again. */
const LARGE = 16_000_000;
/** So many files of a folder are told one by one; more than these are summed up. */
const SINGLE = 300;

/** Digests by path, for a file or for all files of a folder; undefined when nothing is there. */
export async function digestsOf(
  path: string,
  shown: string,
  leftOut: readonly string[] = [],
  /** Paths of files that are left out, below `shown`. */
  ignored: ReadonlySet<string> = new Set(),
): Promise<Readonly<Record<string, string>> | undefined> {
  const digests: Record<string, string> = {};
  const visit = async (at: string, name: string): Promise<void> => {
    if (ignored.has(name)) return;
    const stat = await lstat(at);
    if (stat.isDirectory()) {
      const entries = (await readdir(at)).sort();
      for (const entry of entries.filter((each) => !leftOut.includes(each)))
        await visit(join(at, entry), join(name, entry));
      if (entries.length === 0) digests[name] = "empty folder";
    } else digests[name] = await digestOf(at, stat);
  };
  try {
    await visit(path, shown);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const all = Object.entries(digests);
  return all.length <= SINGLE ? digests : { [shown]: contentKey(...all.flat()) };
}

async function digestOf(path: string, stat: Stats): Promise<string> {
  const mode = stat.mode & 0o111 ? "x" : "-";
  if (stat.isSymbolicLink()) return `link ${await readlink(path)}`;
  if (!stat.isFile()) return "no file";
  if (stat.size > LARGE) return `${mode} ${stat.size} ${stat.mtimeMs}`;
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return `${mode} ${hash.digest("hex").slice(0, 40)}`;
}
