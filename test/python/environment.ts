// What the tests need of Python: an environment with pinned packages and small models for the local hub, made once and kept.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { findOnPath, install, run, say } from "../machine.ts";

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "coldstart-test");
const requirements = join(import.meta.dirname, "requirements.txt");
const script = join(import.meta.dirname, "../../fixtures/hub/models.py");

/** The oldest Python that the pinned packages are made for. */
const FLOOR = [3, 11] as const;

const digest = (...files: readonly string[]) =>
  files
    .reduce((hash, file) => hash.update(readFileSync(file)), createHash("sha256"))
    .digest("hex")
    .slice(0, 12);

const environment = join(cache, `python-${digest(requirements)}`);
const models = join(cache, `hub-${digest(requirements, script)}`);

/** Folder of the environment, to be named by `python` in a config. Throws where it isn't set up. */
export function pythonEnvironment(): string {
  return there(environment);
}

/** Folder of models as the local hub takes it: `OWNER/NAME/FILE`. Throws where they aren't made. */
export function hubModels(): string {
  return there(models);
}

function there(folder: string): string {
  if (existsSync(folder)) return folder;
  throw new Error(
    `${folder} is missing. \`npm test\` sets it up before the tests, \`node test/python/environment.ts\` does only that.`,
  );
}

/** Sets up what is missing; throws, with one line that says why, where that is not possible. */
export function setUpPython(): void {
  once(environment, (staging) => {
    const python = hostPython();
    say(`installing the tests' Python packages into ${environment} (1.2 GB, about a minute) …`);
    run(python, ["-m", "venv", staging]);
    const pip = ["-m", "pip", "install", "-qq", "--no-input", "--disable-pip-version-check"];
    try {
      run(join(staging, "bin/python"), [...pip, "-r", requirements]);
    } catch (error) {
      const why = error instanceof Error ? error.message : error;
      throw new Error(`The tests' Python packages can't be installed, is there a network? ${why}`);
    }
  });
  once(models, (staging) => {
    say(`making small models for the local hub in ${models} …`);
    run(join(environment, "bin/python"), [script, staging]);
  });
}

/** Made aside and renamed at the end, so that what was interrupted is never taken for whole. */
function once(folder: string, make: (staging: string) => void): void {
  if (existsSync(folder)) return;
  const staging = `${folder}.${process.pid}`;
  mkdirSync(cache, { recursive: true });
  try {
    make(staging);
    // Another run may have been faster.
    if (!existsSync(folder)) renameSync(staging, folder);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** A Python that can make environments, from the distribution's packages where there is none. */
function hostPython(): string {
  if (!findOnPath("python3")) install("python3", "functions in Python are run by python3");
  const ask = (code: string) => spawnSync("python3", ["-c", code], { encoding: "utf8" });
  // Debian has it in a package of its own.
  if (ask("import ensurepip").status !== 0)
    install("python3-venv", "the tests' packages need `python3 -m venv`");
  const version = ask("import sys; print(*sys.version_info[:2])").stdout.trim().split(" ").map(Number);
  const [major = 0, minor = 0] = version;
  if (major < FLOOR[0] || (major === FLOOR[0] && minor < FLOOR[1])) {
    throw new Error(
      `python3 on the path is ${version.join(".")}, and the tests' packages need ${FLOOR.join(".")} or newer: put a newer one first on the path.`,
    );
  }
  return "python3";
}

if (import.meta.main) {
  try {
    setUpPython();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
