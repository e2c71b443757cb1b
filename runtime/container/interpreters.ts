// Chooses the Node that runs containers: the configured one, the project's own, ours, or the first on the path; never a shim.
import { execFile } from "node:child_process";
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { environmentError } from "../errors.ts";

/** The oldest Node that has synchronous module hooks, and the oldest Python that containers are written for. */
export const FLOORS = { node: [22, 15], python: [3, 9] } as const;

export interface Interpreter {
  readonly name: "node" | "python";
  /** Path of the executable itself, links and shims resolved. */
  readonly path: string;
  /** Such as `24.1.0`. */
  readonly version: string;
}

export interface InterpreterOptions {
  readonly configured?: string;
  /** Folder from which `node_modules/.bin` is looked for upwards. */
  readonly root: string;
  readonly path?: string | undefined;
  readonly own?: { readonly execPath: string; readonly electron: boolean };
}

const ask = promisify(execFile);

export async function chooseNode(options: InterpreterOptions): Promise<Interpreter> {
  const { configured } = options;
  if (configured !== undefined) {
    const path = configured.includes("/") ? executable(configured) : onPath(configured, options.path);
    const found = path === undefined ? undefined : await inspect(path, options.root);
    if (found === undefined) {
      throw environmentError(
        "InterpreterMissingError",
        `the configured interpreter ${configured} is no Node that starts; correct "node" in the config or coldstart.node in the editor's settings, or leave it out to use the project's own`,
      );
    }
    return newEnough(found, configured);
  }
  let tooOld: Interpreter | undefined;
  for (const candidate of candidates(options)) {
    const found = await inspect(candidate, options.root);
    if (found === undefined) continue;
    if (isNewEnough(found)) return found;
    tooOld ??= found;
  }
  if (tooOld) return newEnough(tooOld, tooOld.path);
  throw environmentError(
    "InterpreterMissingError",
    `there is no Node on the path, and running functions needs one (${FLOORS.node.join(".")} or newer); install it from https://nodejs.org, or name it by "node" in the config`,
  );
}

/** One of a version (`24`, `22.15`) on the path, when there is one that containers can run on. */
export async function nodeOfVersion(version: string, cwd: string): Promise<Interpreter | undefined> {
  for (const candidate of allOnPath("node")) {
    const found = await inspect(candidate, cwd);
    if (found && isNewEnough(found) && hasVersion(found, version)) return found;
  }
  return undefined;
}

export function hasVersion({ version }: Interpreter, wanted: string): boolean {
  return `${version}.`.startsWith(`${wanted}.`);
}

function* candidates(options: InterpreterOptions): Generator<string> {
  for (let folder = options.root; ; folder = dirname(folder)) {
    const own = executable(join(folder, "node_modules", ".bin", "node"));
    if (own !== undefined) yield own;
    if (folder === dirname(folder)) break;
  }
  const { execPath, electron } = options.own ?? {
    execPath: process.execPath,
    electron: "electron" in process.versions,
  };
  if (!electron) yield execPath;
  yield* allOnPath("node", options.path);
}

/** All programs of a name on the path, the first one first. */
export function* allOnPath(name: string, path = process.env.PATH ?? ""): Generator<string> {
  for (const folder of path.split(delimiter)) {
    const found = folder === "" ? undefined : executable(join(folder, name));
    if (found !== undefined) yield found;
  }
}

export function onPath(name: string, path?: string): string | undefined {
  return allOnPath(name, path).next().value ?? undefined;
}

/** The path, when a program that may be run lies there. */
export function executable(path: string): string | undefined {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile() ? path : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The interpreter says itself where its executable is: that leads through every link, script and shim, which choose by
 * the folder that they are called in.
 */
async function inspect(path: string, cwd: string): Promise<Interpreter | undefined> {
  try {
    const real = realpathSync(path);
    if (real === realpathSync(process.execPath) && !("electron" in process.versions)) {
      return { name: "node", path: real, version: process.versions.node };
    }
    const env = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "/", ...managers() };
    const { stdout } = await ask(path, ["-e", INTRODUCE], { cwd, env, timeout: 20_000 });
    const [execPath, version, release] = JSON.parse(stdout) as [string, string, string];
    return release === "node" ? { name: "node", path: realpathSync(execPath), version } : undefined;
  } catch {
    return undefined;
  }
}

const INTRODUCE =
  "process.stdout.write(JSON.stringify([process.execPath, process.versions.node, process.release.name]))";

/** Version managers find their versions by variables of their own. */
export function managers(): Record<string, string> {
  const own = Object.entries(process.env).filter(([name]) =>
    /^(NVM|VOLTA|ASDF|NODENV|PYENV|FNM|MISE|N)_/.test(name),
  );
  return Object.fromEntries(own.map(([name, value]) => [name, value ?? ""]));
}

export function newEnough<Found extends Interpreter>(found: Found, asked: string): Found {
  if (isNewEnough(found)) return found;
  const { name, version } = found;
  const title = name === "node" ? "Node" : "Python";
  throw environmentError(
    "InterpreterTooOldError",
    `${asked} is ${title} ${version}, and running functions needs ${FLOORS[name].join(".")} or newer; install a newer one, or name it by "${name}" in the config`,
  );
}

export function isNewEnough({ name, version }: Interpreter): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [least, below] = FLOORS[name];
  return major > least || (major === least && minor >= below);
}
