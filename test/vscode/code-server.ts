// Starts and ends one code-server: VS Code's workbench for a browser, with its real extension host.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { StandIn } from "./install.ts";

export interface CodeServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Ends it and all that it started: the hosts of extensions and terminals, watchers, language servers. */
  stop(): Promise<void>;
}

/** Arguments that every code-server of the tests has. */
const ALWAYS = [
  ...["--auth", "none", "--bind-addr", "127.0.0.1:0", "--config", "/dev/null"],
  ...[
    "--disable-telemetry",
    "--disable-update-check",
    "--disable-getting-started-override",
    "--ignore-last-opened",
  ],
  // Without it the workbench ignores the paths of the extension and its tests.
  ...["--vscode-option", "enable-smoke-test-driver"],
];

/** Resolves once it listens. `temp` must be a short path, since sockets live there. */
export async function startCodeServer(
  standIn: StandIn,
  folders: { readonly userData: string; readonly extensions: string; readonly temp: string },
  options: { readonly trustAll: boolean; readonly verbose: boolean },
): Promise<CodeServer> {
  const trust = options.trustAll ? ["--disable-workspace-trust"] : [];
  const paths = ["--user-data-dir", folders.userData, "--extensions-dir", folders.extensions];
  const child = spawn(standIn.node, [standIn.entry, ...ALWAYS, ...trust, ...paths], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      EXTENSIONS_GALLERY: "{}",
      XDG_DATA_HOME: join(folders.temp, "d"),
      XDG_CONFIG_HOME: join(folders.temp, "c"),
      XDG_RUNTIME_DIR: join(folders.temp, "r"),
    },
  });
  const stop = () => end(child);
  try {
    return { url: await listening(child, options.verbose), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function listening(child: ChildProcess, verbose: boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    const read = (data: Buffer) => {
      if (verbose) process.stderr.write(data);
      output = (output + data).slice(-10_000);
      const found = /server listening on (http:\/\/[\d.:]+)/.exec(output);
      if (found?.[1]) resolve(found[1]);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`code-server ended (${code}):\n${output}`)));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 5000).unref())]);
  }
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // the whole group has ended already
  }
}
