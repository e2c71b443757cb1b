// Which VS Code the tests run in: the desktop's, one that is downloaded, or the stand-in where neither can be.
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { downloadAndUnzipVSCode } from "@vscode/test-electron";
import { findOnPath } from "../machine.ts";

export interface Editor {
  /** For test-electron. */
  readonly executable: string;
  readonly standIn: boolean;
}

/**
 * VSCODE_PATH, else `code` on the path, else a download; the stand-in where there is no display or no download.
 * COLDSTART_EDITOR=stand-in asks for the stand-in wherever it is.
 */
export async function chooseEditor(): Promise<Editor> {
  const standIn = { executable: join(import.meta.dirname, "launcher.ts"), standIn: true };
  if (process.env.COLDSTART_EDITOR === "stand-in" || !hasDisplay()) return standIn;
  const desktop = process.env.VSCODE_PATH ?? findOnPath(process.platform === "win32" ? "code.cmd" : "code");
  if (desktop) return { executable: desktopExecutable(desktop), standIn: false };
  try {
    return { executable: await downloadAndUnzipVSCode({ timeout: 30_000 }), standIn: false };
  } catch (error) {
    console.error(`VS Code can't be downloaded (${(error as Error).message}); code-server stands in for it.`);
    return standIn;
  }
}

function hasDisplay(): boolean {
  return process.platform !== "linux" || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** The executable behind the command-line script `code`, which returns before the tests have run. */
function desktopExecutable(path: string): string {
  const bin = dirname(realpathSync(path));
  const near = [
    join(bin, "..", "code"),
    join(bin, "..", "Code.exe"),
    join(bin, "..", "..", "..", "MacOS", "Electron"),
    join(bin, "..", "..", "..", "MacOS", "Code"),
  ];
  return near.find((candidate) => existsSync(candidate)) ?? path;
}
