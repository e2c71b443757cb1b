// The catalogue's rows for a project: the known ones, and the config's own loaders before them.
import { catalogue } from "../catalogue/index.ts";
import type { CatalogueRow } from "../facts/project.ts";
import type { Config, OwnLoader } from "./config.ts";

export function rowsFor(config: Config): readonly CatalogueRow[] {
  if (!config.loaders?.length) return catalogue;
  const own = config.loaders.map((loader) => rowOf(loader, config.path ?? ""));
  const named = new Set(own.map((row) => row.callee));
  return [...own, ...catalogue.filter((row) => !named.has(row.callee))];
}

const rowOf = ({ callee, kind, source, overlap, shared }: OwnLoader, path: string): CatalogueRow => ({
  callee,
  kind,
  source,
  overlap,
  shared: shared ?? kind === "client",
  reference: path,
  versions: "*",
});
