// The catalogue of Python: known downloads, loads, clients and compilations, each with its source.
import type { CatalogueRow } from "../facts/project.ts";
import { pythonClients } from "./python-clients.ts";
import { pythonHub } from "./python-hub.ts";
import { pythonLanguage } from "./python-language.ts";
import { pythonModels } from "./python-models.ts";
import { pythonTasks } from "./python-tasks.ts";

export const python: readonly CatalogueRow[] = [
  ...pythonHub,
  ...pythonModels,
  ...pythonTasks,
  ...pythonClients,
  ...pythonLanguage,
];
