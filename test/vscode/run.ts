// Runs the suite in a real VS Code on a copy of the demo app, then the script that uses the mouse.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { runTests } from "@vscode/test-electron";
import { build } from "esbuild";
import { prepareApp } from "./app.ts";
import { chooseEditor } from "./editor.ts";

/** Folder of the extension; dist/ must have been built there. */
const extension = resolve(process.env.COLDSTART_EXTENSION ?? join(import.meta.dirname, "../.."));
const temp = mkdtempSync(join(tmpdir(), "cst-"));
// The launcher starts as `#!/usr/bin/env node` and needs this very Node.
process.env.PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ""}`;

try {
  const editor = await chooseEditor();
  const suite = join(temp, "suite.cjs");
  await build({
    entryPoints: [join(import.meta.dirname, "suite/index.ts")],
    outfile: suite,
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["vscode"],
    logLevel: "warning",
  });
  await using app = await prepareApp(join(temp, "app"));
  const passed = join(temp, "passed");
  const folders = ["user-data-dir", "extensions-dir"].map((name) => {
    const folder = join(temp, name.slice(0, 1));
    mkdirSync(folder, { recursive: true });
    return `--${name}=${folder}`;
  });
  await runTests({
    vscodeExecutablePath: editor.executable,
    extensionDevelopmentPath: extension,
    extensionTestsPath: suite,
    launchArgs: [app.folder, "--disable-extensions", ...folders],
    extensionTestsEnv: { COLDSTART_PASSED: passed },
  });
  if (!existsSync(passed)) throw new Error("VS Code reports success, but the suite did not come to its end");
} finally {
  rmSync(temp, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
