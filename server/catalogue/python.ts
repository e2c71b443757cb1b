// The catalogue of Python: known downloads, loads, clients and compilations, each with its source.
import type { CatalogueRow } from "../facts/project.ts";

export const python: readonly CatalogueRow[] = [];
