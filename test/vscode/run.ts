// Runs the suite in a real VS Code on a copy of the demo app, then, in the stand-in, the script that uses the mouse.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { Writable } from "node:stream";
import { runTests } from "@vscode/test-electron";
import { build } from "esbuild";
import { prepareApp } from "./app.ts";
import { chooseEditor, type Editor } from "./editor.ts";
import { packagePythonExtension } from "./python-extension.ts";
import { install, packageExtension } from "./vsix.ts";

/** Folder of the extension; dist/ must have been built there. */
const extension = resolve(process.env.COLDSTART_EXTENSION ?? join(import.meta.dirname, "../.."));
const temp = mkdtempSync(join(tmpdir(), "cst-"));
// The launcher starts as `#!/usr/bin/env node` and needs this very Node.
process.env.PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ""}`;
/** `guard`, `suite`, `vsix` or `ui` runs that part alone. */
const [only] = process.argv.slice(2);
const wanted = (part: string) => only === undefined || only === part;

try {
  const editor = await chooseEditor();
  if (wanted("guard") && editor.standIn) await checkGuard(editor.executable);
  if (wanted("suite")) {
    install(editor, packagePythonExtension(join(temp, "python")), profile("suite"));
    await runSuite(editor, "suite", extension);
  }
  if (wanted("vsix")) await runInstalled(editor);
  // The desktop's own window can't be driven from here.
  if (wanted("ui") && editor.standIn) await runUi(editor.executable);
} finally {
  rmSync(temp, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** The stand-in must not let a suite pass whose extension host died: the workbench itself would. */
async function checkGuard(executable: string): Promise<void> {
  const suite = join(temp, "dies.cjs");
  writeFileSync(suite, "exports.run = async () => process.exit(0);");
  const passed = await runTests({
    vscodeExecutablePath: executable,
    extensionDevelopmentPath: extension,
    extensionTestsPath: suite,
    launchArgs: ["--disable-extensions", ...profile("guard")],
    // What it says of the death is what is wanted, and would only confuse.
    stdout: nowhere(),
    stderr: nowhere(),
  }).then(
    () => true,
    () => false,
  );
  if (passed) throw new Error("a suite whose extension host died was reported as passed");
  console.log("✓ a suite that dies does not pass");
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

async function runSuite(editor: Editor, name: "suite" | "installed", development: string): Promise<void> {
  const suite = join(temp, `${name}.cjs`);
  await build({
    entryPoints: [join(import.meta.dirname, `suite/${name === "suite" ? "index" : name}.ts`)],
    outfile: suite,
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["vscode"],
    logLevel: "warning",
  });
  await using app = await prepareApp(join(temp, `app ${name}`), {
    ...{ tables: 4, words: 100_000, download: 0.1 },
    ...(name === "suite" && { extension }),
  });
  const passed = join(temp, `${name} passed`);
  await runTests({
    vscodeExecutablePath: editor.executable,
    extensionDevelopmentPath: development,
    extensionTestsPath: suite,
    launchArgs: [app.folder, ...profile(name)],
    extensionTestsEnv: { COLDSTART_PASSED: passed },
  });
  if (!existsSync(passed)) throw new Error("VS Code reports success, but the suite did not come to its end");
}

/** The package that users get installs and works; an empty extension takes the place of the one under development. */
async function runInstalled(editor: Editor): Promise<void> {
  const vsix = packageExtension(extension, join(temp, "package"));
  install(editor, vsix, profile("installed"));
  const empty = join(temp, "empty");
  mkdirSync(empty);
  const manifest = { name: "empty", publisher: "test", version: "0.0.1", engines: { vscode: "*" } };
  writeFileSync(join(empty, "package.json"), JSON.stringify(manifest));
  await runSuite(editor, "installed", empty);
}

async function runUi(executable: string): Promise<void> {
  for (const theme of ["Default Dark Modern", "Default Light Modern"]) {
    await using app = await prepareApp(join(temp, `ui ${theme.split(" ")[1]}`), {
      ...{ extension, tables: 32, words: 500_000, inputs: false, download: 1.2 },
    });
    const settings = {
      "workbench.colorTheme": theme,
      "editor.minimap.enabled": false,
      "editor.fontSize": 14,
      "workbench.activityBar.location": "hidden",
      "workbench.layoutControl.enabled": false,
      "window.commandCenter": false,
      "breadcrumbs.enabled": false,
      // What was fixed stands above the function there.
      "[python]": { "editor.hover.above": false },
    };
    mkdirSync(join(app.folder, ".vscode"));
    writeFileSync(join(app.folder, ".vscode/settings.json"), JSON.stringify(settings));
    const shots = process.env.COLDSTART_SHOTS && join(process.env.COLDSTART_SHOTS, theme.split(" ")[1] ?? "");
    if (shots) mkdirSync(shots, { recursive: true });
    const code = await new Promise((done, fail) => {
      const args = [app.folder, `--extensionDevelopmentPath=${extension}`, "--disable-extensions"];
      const env = {
        ...process.env,
        CS_UI_SCRIPT: join(import.meta.dirname, "ui.ts"),
        ...(shots && { COLDSTART_SHOTS: shots }),
      };
      spawn(executable, args, { stdio: "inherit", env }).once("exit", done).once("error", fail);
    });
    if (code !== 0) throw new Error(`the script that uses the mouse failed (${code}) in ${theme}`);
    console.log(`✓ by mouse, in ${theme}`);
  }
}

/** A profile of its own for each part, below a short path: sockets live there. */
function profile(part: string): readonly string[] {
  return ["user-data-dir", "extensions-dir"].map((name) => {
    const folder = join(temp, part.slice(0, 1) + name.slice(0, 1));
    mkdirSync(folder, { recursive: true });
    return `--${name}=${folder}`;
  });
}
