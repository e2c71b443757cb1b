// Lets containers live at another time of day, where the system has libfaketime: schedules can be tried without waiting.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { RuntimeOptions } from "../options.ts";

const LIBRARY = join("faketime", "libfaketimeMT.so.1");

/** What containers that take inputs need in their environment for the job's time. Images are built at the computer's own. */
export function timeOf(
  job: RuntimeOptions["job"],
  note: (text: string) => void,
): Readonly<Record<string, string>> {
  if (job.kind !== "serve" || job.at === undefined) return {};
  const env = otherTime(job.at);
  if (!env) {
    note(
      "containers keep the computer's time: libfaketime is not installed here (Debian: apt install libfaketime); schedules go by --at",
    );
  }
  return env ?? {};
}

/** Undefined where the library is missing. */
export function otherTime(at: number): Readonly<Record<string, string>> | undefined {
  const folders = ["/usr/lib", "/usr/local/lib"].filter((folder) => existsSync(folder));
  const nested = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  const found = [...folders, ...nested]
    .map((folder) => join(folder, LIBRARY))
    .find((path) => existsSync(path));
  if (found === undefined) return undefined;
  const seconds = Math.round((at - Date.now()) / 1000);
  return {
    LD_PRELOAD: found,
    FAKETIME: `${seconds < 0 ? "" : "+"}${seconds}s`,
    // Figures are taken on the monotonic clock, which stays as it is.
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
    DONT_FAKE_MONOTONIC: "1",
  };
}
