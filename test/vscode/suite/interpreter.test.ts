// Which Python runs functions: the one of the settings, else the one chosen in the Python extension, else the project's.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import type { PythonStandIn } from "../python-extension.ts";
import { open } from "./document.ts";
import { test } from "./harness.ts";

const ABOUT = "import os, sys; print(os.path.realpath(sys.executable))";

/** Another path to the same Python, below the workspace. */
function another(folder: string, name: string): string {
  const path = join(folder, name, "bin", "python");
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(execFileSync("python3", ["-c", ABOUT], { encoding: "utf8" }).trim(), path);
  return path;
}

/** Runs the function at the cursor from the palette; the path of the Python that it ran with. */
async function interpreterOfRun(): Promise<string> {
  const report = await vscode.commands.executeCommand<{
    readonly ok: boolean;
    readonly answer?: { readonly where?: { readonly interpreter: { readonly path: string } } };
  }>("coldstart.runCold");
  assert(report.ok, JSON.stringify(report));
  return report.answer?.where?.interpreter.path ?? "";
}

test("functions run with the Python that is chosen, from the next run on", async () => {
  const document = await open("captions.py");
  const editor = vscode.window.activeTextEditor;
  assert(editor);
  const at = document.positionAt(document.getText().indexOf("caption.split"));
  editor.selection = new vscode.Selection(at, at);
  const folder = dirname(document.uri.fsPath);
  const own = await interpreterOfRun();

  const python = await vscode.extensions.getExtension<PythonStandIn>("ms-python.python")?.activate();
  assert(python, "the stand-in for the Python extension is missing");
  const [first, second, third] = ["one", "two", "three"].map((name) => another(folder, name));
  python.choose(first);
  assert.equal(await interpreterOfRun(), first);
  python.choose(second);
  assert.equal(await interpreterOfRun(), second);

  const settings = vscode.workspace.getConfiguration("coldstart", document);
  const set = (value: string | undefined) =>
    settings.update("python", value, vscode.ConfigurationTarget.Workspace);
  await set(`\${workspaceFolder}/three/bin/python`);
  assert.equal(await interpreterOfRun(), third);
  await set(undefined);

  python.choose(join(folder, "gone", "python"));
  assert.equal(await interpreterOfRun(), own, "a choice that is no longer there leaves it to the project");
  python.choose(undefined);
});
