// A project of a few files in memory, as analysis sees it.
import { posix } from "node:path";
import { createWorkspace, type Workspace } from "../../server/workspace/workspace.ts";
import { diskOf, ROOT } from "./cases.ts";

/** @param files Texts by path; `data` gives sizes of large files. */
export async function project(
  files: Readonly<Record<string, string>>,
  data: Readonly<Record<string, number>> = {},
): Promise<Workspace> {
  const example = {
    page: "",
    title: "",
    text: "",
    files: Object.entries(files).map(([path, text]) => ({ path, text })),
    data: Object.entries(data).map(([path, bytes]) => ({ path, bytes })),
    after: [],
  };
  const workspace = createWorkspace(diskOf(example));
  await workspace.prepare(Object.keys(files).map((path) => posix.join(ROOT, path)));
  return workspace;
}
