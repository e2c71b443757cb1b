// Stands in for the Python extension, which the stand-in's gallery lacks: the part of its interface that names interpreters.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "./vsix.ts";

/** What the suite does with it: choosing in its place, as users do with *Python: Select Interpreter*. */
export interface PythonStandIn {
  choose(path: string | undefined): void;
}

const EXTENSION = `
const { existsSync } = require("node:fs");
const { Uri } = require("vscode");
exports.activate = () => {
  let chosen;
  return {
    choose(path) { chosen = path; },
    environments: {
      getActiveEnvironmentPath: () => ({ id: chosen ?? "DEFAULT_PYTHON", path: chosen ?? "python" }),
      resolveEnvironment: async ({ path }) =>
        existsSync(path) ? { executable: { uri: Uri.file(path) } } : undefined,
    },
  };
};
`;

/** Packages the extension; returns the VSIX. */
export function packagePythonExtension(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const manifest = {
    ...{ name: "python", publisher: "ms-python", version: "0.0.1", engines: { vscode: "^1.90.0" } },
    ...{ main: "./extension.cjs", activationEvents: [] },
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "extension.cjs"), EXTENSION);
  return packageFolder(folder, ["--skip-license", "--allow-missing-repository"]);
}
