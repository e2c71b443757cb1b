// The catalogue: known downloads, loads, clients and compilations, each with its source.
import type { ModuleFacts } from "../facts/module.ts";
import type { CatalogueRow } from "../facts/project.ts";
import { language } from "./language.ts";
import { node } from "./node.ts";
import { packages } from "./packages.ts";
import { python } from "./python.ts";

/** Of TypeScript and JavaScript. */
export const catalogue: readonly CatalogueRow[] = [...node, ...packages, ...language];

export function catalogueOf(language: ModuleFacts["language"]): readonly CatalogueRow[] {
  return language === "python" ? python : catalogue;
}
