// Launches a container's process up to the point where one word makes it the interpreter, so that preparing is not timed.
import { type ChildProcess, spawn } from "node:child_process";
import type { Duplex, Readable } from "node:stream";
import { environmentError } from "../errors.ts";
import { MARK } from "./reaper.ts";
import type { Box, LaunchSpec } from "./spec.ts";

/** A process that waits for the word, its end of the protocol and its output. */
export interface Launched {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly channel: Duplex;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Makes it the interpreter: same process, no fork, one exec. */
  go(): void;
}

/** By its path, since user code's PATH may lead elsewhere. */
const SHELL = "/bin/sh";

/**
 * The shell leaves no trace behind: what it exports on its own is unset, and it runs with a path of the system's while
 * user code gets the one of its environment.
 */
const script = (box: Box) => `
set -e
userpath=$PATH; export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
${box.setup}
exec ${box.drop} sh -c '
cd "$2" || exit 1
echo ok >&4
read -r word <&4 || exit 0
exec 4<&-
export PATH="$1"
shift 2
unset word PWD OLDPWD SHLVL _
exec "$@"
' sh "$userpath" "$@"
`;

export async function launch(
  spec: Pick<LaunchSpec, "id" | "cwd" | "env" | "command">,
  box: Box,
): Promise<Launched> {
  const [command = SHELL, ...args] = [
    ...box.wrapper,
    SHELL,
    "-c",
    script(box),
    "sh",
    spec.cwd,
    ...spec.command,
  ];
  const child = spawn(command, args, {
    cwd: "/",
    detached: true,
    env: { ...box.env, ...spec.env, [MARK]: spec.id },
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
  });
  const [, stdout, stderr, channel, starter] = child.stdio as unknown as [
    null,
    Readable,
    Readable,
    Duplex,
    Duplex,
  ];
  // Writing to a process that is gone is no error of its own: its exit says it all.
  channel.on("error", () => undefined);
  starter.on("error", () => undefined);
  await stood(child, starter, stderr);
  return { process: child, pid: child.pid ?? 0, channel, stdout, stderr, go: () => starter.end("go\n") };
}

/** Resolves when the setup has run. */
function stood(child: ChildProcess, starter: Duplex, stderr: Readable): Promise<void> {
  return new Promise((resolve, reject) => {
    let errors = "";
    const collect = (chunk: Buffer) => {
      errors += chunk.toString();
    };
    const failed = (why: string) =>
      reject(
        environmentError("ContainerSetupError", `a container cannot be set up here: ${why}`, {
          stage: "boot",
        }),
      );
    child.once("error", (error) => failed(error.message));
    child.once("close", (code, signal) => failed(errors.trim() || `exit code ${code ?? signal}`));
    stderr.on("data", collect);
    starter.once("data", () => {
      stderr.removeListener("data", collect);
      stderr.pause();
      child.removeAllListeners("error").removeAllListeners("close");
      resolve();
    });
  });
}

/** Whether this computer lets a process begin in such a box. */
export async function canLaunch(box: Box): Promise<boolean> {
  const [command = SHELL, ...args] = [...box.wrapper, SHELL, "-c", script(box), "sh", "/", "true"];
  const child = spawn(command, args, {
    cwd: "/",
    detached: true,
    env: { PATH: "/usr/bin:/bin" },
    stdio: ["ignore", "ignore", "ignore", "ignore", "pipe"],
  });
  const starter = child.stdio[4] as Duplex;
  starter.on("error", () => undefined);
  starter.once("data", () => starter.end("go\n"));
  const code = await new Promise((resolve) => {
    child.once("error", () => resolve(undefined));
    child.once("close", resolve);
  });
  await box.remove();
  return code === 0;
}
