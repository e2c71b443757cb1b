// The catalogue: known downloads, loads, clients and compilations of TypeScript and JavaScript, each with its source.
import type { CatalogueRow } from "../facts/project.ts";
import { language } from "./language.ts";
import { node } from "./node.ts";
import { packages } from "./packages.ts";

export const catalogue: readonly CatalogueRow[] = [...node, ...packages, ...language];
