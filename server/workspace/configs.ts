// Finds the config that holds for a file: the nearest one above it.
import { posix } from "node:path";
import ignore, { type Ignore } from "ignore";
import {
  CONFIG_NAME,
  type Config,
  type ConfigProblem,
  hasTable,
  isProblem,
  PYPROJECT,
  parseConfig,
} from "./config.ts";
import { foldersAbove, isWithin, relativeTo } from "./paths.ts";

export interface Configs {
  /** For a source file; an empty config where there is none. A problem is told once for each file that is broken. */
  for(file: string): Config;
  isExcluded(file: string): boolean;
  /** Configs that were met and cannot be used, nearest file first. */
  problems(): readonly ConfigProblem[];
}

interface Entry {
  readonly config: Config;
  readonly excluded: Ignore | undefined;
}

/** One object, so that what is derived from it can be remembered. */
const NONE: Config = {};

export function createConfigs(read: (path: string) => string | undefined): Configs {
  const entries = new Map<string, Entry | undefined>();
  /** Folder → the entry that holds for its files. */
  const holding = new Map<string, Entry | undefined>();
  const problems = new Map<string, ConfigProblem>();

  function load(path: string): Entry | undefined {
    const text = read(path);
    if (text === undefined || (path.endsWith(PYPROJECT) && !hasTable(text))) return undefined;
    const config = parseConfig(path, text);
    if (!isProblem(config)) return { config, excluded: config.exclude && ignore().add([...config.exclude]) };
    problems.set(path, config);
    return { config: {}, excluded: undefined };
  }

  function nearest(file: string): Entry | undefined {
    const folder = posix.dirname(file);
    if (!holding.has(folder)) holding.set(folder, search(file));
    return holding.get(folder);
  }

  function search(file: string): Entry | undefined {
    for (const folder of foldersAbove(file)) {
      for (const name of [CONFIG_NAME, PYPROJECT]) {
        const path = posix.join(folder, name);
        if (!entries.has(path)) entries.set(path, load(path));
        const entry = entries.get(path);
        if (entry) return entry;
      }
    }
    return undefined;
  }

  return {
    for: (file) => nearest(file)?.config ?? NONE,
    isExcluded(file) {
      const entry = nearest(file);
      const folder = entry?.config.path && posix.dirname(entry.config.path);
      if (!entry?.excluded || !folder || !isWithin(folder, file) || file === folder) return false;
      return entry.excluded.ignores(relativeTo(folder, file));
    },
    problems: () => [...problems.values()],
  };
}
