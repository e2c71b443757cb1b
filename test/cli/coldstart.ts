// Runs the built CLI as a user does, on projects in temporary folders.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { onTestFinished } from "vitest";

const cli = resolve(import.meta.dirname, "../../dist/cli.js");

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running extends Promise<Ended> {
  readonly child: ChildProcess;
}

export interface Project {
  readonly folder: string;
  /** Runs `coldstart …` there. */
  coldstart(...args: readonly string[]): Running;
  write(files: Readonly<Record<string, string>>): void;
}

/** A folder with these files, gone after the test. */
export function project(
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Project {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "coldstart-cli-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const made: Project = {
    folder,
    coldstart: (...args) => start(args, folder, env),
    write(more) {
      for (const [path, text] of Object.entries(more)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
    },
  };
  made.write({ "package.json": '{"name": "tried", "private": true, "type": "module"}', ...files });
  return made;
}

function start(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Running {
  const child = spawn(process.execPath, [cli, ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((done, failed) => {
    child.once("error", failed);
    child.once("close", (code) => done({ code, stdout, stderr }));
  });
  return Object.assign(ended, { child });
}
