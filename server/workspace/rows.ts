// The catalogue's rows for a project: the known ones, and the config's own loaders before them.
import { catalogueOf } from "../catalogue/index.ts";
import type { CatalogueRow } from "../facts/project.ts";
import type { Config, OwnLoader } from "./config.ts";
import { languageName } from "./scan.ts";

/** @param file The rows are those of its language. */
export function rowsFor(config: Config, file: string): readonly CatalogueRow[] {
  const catalogue = catalogueOf(languageName(file) ?? "typescript");
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
