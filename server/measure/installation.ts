// Where this installation of coldstart stands, and a real Node to start its runtime with.

import { accessSync, constants, existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

/** The oldest Node that runs everything. */
export const NODE_FLOOR = "22.15.0";

/** Folder of the package: the same for the sources, `dist/` and the extension. */
export function packageRoot(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && readManifest(manifest).name === "coldstart") return folder;
    if (folder === dirname(folder))
      throw new Error(`No package.json of coldstart above ${import.meta.dirname}`);
  }
}

export function version(): string {
  return readManifest(join(packageRoot(), "package.json")).version ?? "0.0.0";
}

function readManifest(path: string): { readonly name?: string; readonly version?: string } {
  return JSON.parse(readFileSync(path, "utf8"));
}

/**
 * A Node that may start the runtime: the process's own, unless that is Electron in disguise, else the first
 * on the path. Undefined when there is none that is new enough.
 */
export async function findNode(path = process.env.PATH ?? ""): Promise<string | undefined> {
  if (!process.versions.electron && isNewEnough(process.versions.node)) return process.execPath;
  const name = process.platform === "win32" ? "node.exe" : "node";
  for (const folder of path.split(delimiter)) {
    const candidate = join(folder, name);
    if (folder && isProgram(candidate)) {
      const own = await ask(candidate);
      if (own) return own;
    }
  }
  return undefined;
}

/** The binary behind a `node` of the path (which may be a version manager's shim), when it is new enough. */
async function ask(candidate: string): Promise<string | undefined> {
  try {
    const code = "process.stdout.write(process.versions.node + '\\n' + process.execPath)";
    const { execFile } = await import("node:child_process");
    const { stdout } = await promisify(execFile)(candidate, ["-e", code], { timeout: 10_000 });
    const [found, real] = stdout.split("\n");
    return found && real && isNewEnough(found) ? realpathSync(real) : undefined;
  } catch {
    // A shim without a chosen version, or no node at all: the next one on the path may do.
    return undefined;
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

export function isNewEnough(found: string): boolean {
  const [major = 0, minor = 0] = found.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = NODE_FLOOR.split(".").map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
