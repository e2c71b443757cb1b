// Sets up what stands in for a desktop VS Code: code-server from npm and a Chromium, kept in a cache folder outside the work tree.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { findOnPath, install, run, say } from "../machine.ts";

const VERSION = "4.139.1";
const MARKER = "complete.json";

export interface StandIn {
  /** A Node that code-server runs on. */
  readonly node: string;
  /** code-server's entry file. */
  readonly entry: string;
  readonly chromium: string;
}

/** Returns the stand-in, installing what is missing. An installation is used again when it is whole. */
export function installStandIn(): StandIn {
  return { node: projectNode(), entry: codeServer(), chromium: chromium() };
}

/** The real Node binary of the project's devDependency; code-server answers HTTP 500 on older ones. */
function projectNode(): string {
  return join(dirname(createRequire(import.meta.url).resolve("node/package.json")), "bin", "node");
}

function codeServer(): string {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "coldstart-test");
  const home = join(cache, `code-server-${VERSION}`);
  const entry = (root: string) => join(root, "node_modules/code-server/out/node/entry.js");
  if (isWhole(home)) return entry(home);

  // Installed aside and renamed at the end, so that an interrupted installation is never taken for a whole one.
  const staging = `${home}.${process.pid}`;
  say(`installing code-server ${VERSION} from npm into ${home} (1 GB, about a minute) …`);
  mkdirSync(staging, { recursive: true });
  try {
    writeFileSync(join(staging, "package.json"), '{"private":true}');
    npm(staging, "install", `code-server@${VERSION}`);
    const workbench = join(staging, "node_modules/code-server/lib/vscode");
    npm(workbench, "install", "--omit=dev");
    npm(join(workbench, "extensions"), "install", "--omit=dev");
    writeFileSync(join(staging, MARKER), JSON.stringify({ version: VERSION }));
    if (!isWhole(home)) {
      rmSync(home, { recursive: true, force: true });
      renameSync(staging, home);
    }
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return entry(home);
}

function isWhole(home: string): boolean {
  try {
    return JSON.parse(readFileSync(join(home, MARKER), "utf8")).version === VERSION;
  } catch {
    return false;
  }
}

/** Install scripts stay off: they compile native modules that the tests do without. */
function npm(cwd: string, ...args: readonly string[]): void {
  run(
    "npm",
    [...args, "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"],
    cwd,
  );
}

function chromium(): string {
  const found = findChromium();
  if (found) return found;
  install(
    "chromium",
    "the editor tests need a Chromium; CS_CHROMIUM may name a Chromium or Chrome executable",
  );
  const installed = findChromium();
  if (!installed) throw new Error("apt-get installed the package chromium, but no chromium is on the PATH");
  return installed;
}

function findChromium(): string | undefined {
  if (process.env.CS_CHROMIUM) return process.env.CS_CHROMIUM;
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    const path = findOnPath(name);
    if (path) return path;
  }
  return existsSync("/usr/bin/chromium") ? "/usr/bin/chromium" : undefined;
}

if (import.meta.main) say(JSON.stringify(installStandIn(), undefined, 2));
