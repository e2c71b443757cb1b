// What the tests need of the machine: programs on the path, and Debian's packages where they are missing.
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Absolute path of an executable on the PATH. */
export function findOnPath(name: string): string | undefined {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not in this folder
    }
  }
  return undefined;
}

/** Installs a package of the distribution, or says what to do where that is not possible. */
export function install(name: string, why: string): void {
  const root = process.getuid?.() === 0;
  const [command = "apt-get", ...before] = root ? ["apt-get"] : ["sudo", "-n", "apt-get"];
  if (!findOnPath("apt-get") || (!root && spawnSync("sudo", ["-n", "true"]).status !== 0)) {
    throw new Error(
      `${why}. It can't be installed here without apt-get and root: install the package \`${name}\`.`,
    );
  }
  say(`installing ${name} from the distribution's packages …`);
  run(command, [...before, "update", "-qq"]);
  run(command, [...before, "install", "-y", "-qq", "--no-install-recommends", name]);
}

/** Runs a command with its output on standard error; throws when it fails. */
export function run(command: string, args: readonly string[], cwd?: string): void {
  const done = spawnSync(command, args, {
    cwd,
    stdio: ["ignore", process.stderr, process.stderr],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  if (done.error) throw done.error;
  if (done.status !== 0)
    throw new Error(`\`${[command, ...args].join(" ")}\` failed (${done.status ?? done.signal})`);
}

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
