// How rows of the catalogue are written down, many names at a time.
import type { CatalogueRow } from "../facts/project.ts";

type Facts = Omit<CatalogueRow, "callee" | "versions" | "reference"> &
  Partial<Pick<CatalogueRow, "versions">>;

/** One row for each name, all with the same source. Names are separated by spaces and stand behind `prefix`. */
export function rows(
  reference: string,
  prefix: string,
  names: string,
  facts: Facts,
): readonly CatalogueRow[] {
  return names.split(" ").map((name) => ({ versions: "*", ...facts, callee: `${prefix}${name}`, reference }));
}

/** Calls that give a result and do nothing else. */
export function pure(reference: string, prefix: string, names: string): readonly CatalogueRow[] {
  return rows(reference, prefix, names, { kind: "pure", source: "memory", overlap: "overlaps" });
}
