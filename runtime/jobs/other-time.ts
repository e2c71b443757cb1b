// Lets containers live at another time of day, where the system has libfaketime: schedules can be tried without waiting.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const LIBRARY = join("faketime", "libfaketimeMT.so.1");

/** What containers need in their environment; undefined where the library is missing. */
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
