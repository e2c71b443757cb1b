// Packages the extension as a user gets it, and looks at what is in the package.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { resolveCliArgsFromVSCodeExecutablePath } from "@vscode/test-electron";
import type { Editor } from "./editor.ts";

/** What may stand in the package: the bundles and what they read, and what the marketplace shows. */
const EXPECTED = [
  /^package\.json$/,
  /^(LICENSE|CHANGELOG\.md|client\/README\.md)$/,
  /^client\/media\/icon\.png$/,
  /^dist\/(cli|runtime|sdk)\.js$/,
  /^dist\/client\.cjs$/,
  /^dist\/child\/node\.cjs$/,
  /^dist\/child\/python\/(\w+\/)*\w+\.py$/,
  /^dist\/chunks\/[\w.-]+\.js$/,
  /^dist\/page\/(index\.html|page\.(css|js)|icon\.svg)$/,
  /^dist\/rules\/[\w-]+\.md$/,
  /^dist\/sdk\/[\w-]+\.d\.ts$/,
  /^dist\/[\w-]+\.wasm$/,
  /^dist\/(config\.schema\.json|THIRD-PARTY-LICENCES\.txt)$/,
];
const MOST_BYTES = 4 * 1024 * 1024;

/** Packages a copy of the built extension into `folder`; returns the VSIX. */
export function packageExtension(extension: string, folder: string): string {
  const copy = join(folder, "extension");
  mkdirSync(copy, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(extension, "package.json"), "utf8"));
  for (const name of [...manifest.files, "README.md", "package.json"]) {
    if (existsSync(join(extension, name)))
      cpSync(join(extension, name), join(copy, name), { recursive: true, dereference: true });
  }
  const listing = run(process.execPath, [vsce(), "ls", "--readme-path", manifest.vsce.readmePath], copy);
  const files = listing.split("\n").filter(Boolean);
  const strange = files.filter((file) => !EXPECTED.some((pattern) => pattern.test(file)));
  assert.deepEqual(strange, [], "the package holds files that nothing needs");
  for (const name of [
    "dist/client.cjs",
    "dist/cli.js",
    "dist/runtime.js",
    "dist/sdk.js",
    "dist/child/node.cjs",
    "dist/child/python/main.py",
  ]) {
    assert(files.includes(name), `${name} is missing in the package`);
  }
  // The command that a release is made with, as it reads the manifest.
  const vsix = packageFolder(copy);
  const { size } = statSync(vsix);
  assert(size < MOST_BYTES, `the package has ${size} bytes`);
  console.log(`✓ packaged: ${files.length} files, ${(size / 1e6).toFixed(1)} MB`);
  return vsix;
}

/** Packages the extension that lies in a folder; returns the VSIX. */
export function packageFolder(folder: string, options: readonly string[] = []): string {
  const vsix = join(folder, "..", `${basename(folder)}.vsix`);
  run(process.execPath, [vsce(), "package", ...options, "--out", vsix], folder);
  return vsix;
}

const vsce = () => join(dirname(createRequire(import.meta.url).resolve("@vscode/vsce/package.json")), "vsce");

/** Installs a VSIX into a profile, as its user would. */
export function install(editor: Editor, vsix: string, profile: readonly string[]): void {
  const [command = "", ...args] = editor.standIn
    ? [editor.executable]
    : resolveCliArgsFromVSCodeExecutablePath(editor.executable, { reuseMachineInstall: true });
  run(command, [...args, ...profile, `--install-extension=${vsix}`]);
}

function run(command: string, args: readonly string[], cwd?: string): string {
  const done = spawnSync(command, args, { encoding: "utf8", ...(cwd && { cwd }) });
  if (done.error) throw done.error;
  assert.equal(done.status, 0, `${command} ${args.join(" ")}\n${done.stdout}${done.stderr}`);
  return done.stdout;
}
