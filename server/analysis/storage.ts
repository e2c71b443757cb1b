// Where fetched files lie: on a volume or in the image they are there when a container starts, and nothing is fetched.
import { isInside, normalize } from "./constants.ts";
import type { Draft, Walk } from "./draft.ts";

/** Whether a container finds the files of a download where the download would put them. */
export function isThere(walk: Walk, draft: Draft, all: readonly Draft[]): boolean {
  const { storage } = walk;
  const folder = folderOf(walk, draft);
  const kept = storage?.kept ?? [];
  if (draft.row.cache === undefined) {
    // What is fetched whether or not the file is there is fetched each time, wherever it is put.
    const asks = draft.guards.some(({ condition }) => condition.probe);
    const target = folder ?? draft.target;
    if (!asks || target === undefined) return false;
    return (
      kept.some((each) => isInside(target, each)) ||
      all.some((each) => each.phase === "build" && (each.folder ?? each.target) === target)
    );
  }
  if (draft.phase === "global" && storage?.importsModule) return true;
  if (folder !== undefined && kept.some((each) => isInside(folder, each))) return true;
  return isBaked(walk, draft, folder, all) || isFilled(walk, folder, all);
}

/** Whether the build fetches the same, or something that can't be told from it. */
function isBaked(walk: Walk, draft: Draft, folder: string | undefined, all: readonly Draft[]): boolean {
  const { target } = draft;
  if (target !== undefined && walk.storage?.commands.some((command) => command.includes(target))) return true;
  return all.some(
    (each) =>
      each.phase === "build" &&
      each.row.cache?.folder === draft.row.cache?.folder &&
      (each.target === undefined || target === undefined || each.target === target) &&
      brings(each, draft) &&
      folderOf(walk, each) === folder,
  );
}

/** Whether the build puts files below the very folder that a load of another kind looks into. */
function isFilled(walk: Walk, folder: string | undefined, all: readonly Draft[]): boolean {
  if (folder === undefined) return false;
  const below = `${normalize(folder).replace(/\/$/, "")}/`;
  return (
    all.some(
      ({ phase, folder: own }) => phase === "build" && own !== undefined && normalize(own).startsWith(below),
    ) || walk.storage?.commands.some((command) => command.includes(below)) === true
  );
}

/** Whether what is fetched for one load is what another one needs: a model's loader fetches no tokenizer. */
function brings(built: Draft, draft: Draft): boolean {
  const isWhole = built.row.shared !== true || built.callee.endsWith(".pipeline");
  return isWhole || built.callee === draft.callee || built.row.light === draft.row.light;
}

/** Its files were fetched before, by a call that does nothing else. */
export function isPrefetched({ id, row, target, phase }: Draft, all: readonly Draft[]): boolean {
  if (!row.cache || row.shared !== true) return false;
  return all.some(
    (each) =>
      each.id < id &&
      each.phase === phase &&
      each.row.shared !== true &&
      each.kind === "download" &&
      each.target !== undefined &&
      each.target === target &&
      each.row.cache?.folder === row.cache?.folder,
  );
}

/** The folder that a download keeps its files in. */
export function folderOf(walk: Walk, { folder, row }: Draft): string | undefined {
  if (folder !== undefined || !row.cache) return folder;
  for (const { name, below } of row.cache.variables) {
    const set = walk.set.get(`os.environ.${name}`) ?? walk.storage?.environment[name];
    if (typeof set === "string") return normalize(`${set}/${below}`);
  }
  return row.cache.folder;
}
