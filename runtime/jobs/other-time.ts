// Lets containers live at another time of day, where the system has libfaketime: schedules can be tried without waiting.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { RuntimeOptions } from "../options.ts";

const LIBRARY = join("faketime", "libfaketimeMT.so.1");

/** The time of day of a job, one for its schedules and for the containers that take its inputs. */
export interface TimeOfDay {
  /** Milliseconds by which it is ahead of the computer's. What was asked for is the time of the first look at it. */
  ahead(): number;
  /** What containers need in their environment for it. Images are built at the computer's own. */
  environment(): Readonly<Record<string, string>>;
}

export function timeOf(job: RuntimeOptions["job"], note: (text: string) => void): TimeOfDay {
  const at = job.kind === "serve" ? job.at : undefined;
  let fixed: number | undefined;
  const ahead = () => {
    fixed ??= at === undefined ? 0 : at - Date.now();
    return fixed;
  };
  let environment: Readonly<Record<string, string>> | undefined;
  return {
    ahead,
    environment() {
      environment ??= at === undefined ? {} : otherTime(ahead());
      if (environment) return environment;
      note(
        "containers keep the computer's time: libfaketime is not installed here (Debian: apt install libfaketime); schedules go by --at",
      );
      return {};
    },
  };
}

/** Undefined where the library is missing. */
export function otherTime(ahead: number): Readonly<Record<string, string>> | undefined {
  const folders = ["/usr/lib", "/usr/local/lib"].filter((folder) => existsSync(folder));
  const nested = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  const found = [...folders, ...nested]
    .map((folder) => join(folder, LIBRARY))
    .find((path) => existsSync(path));
  if (found === undefined) return undefined;
  return {
    LD_PRELOAD: found,
    FAKETIME: `${ahead < 0 ? "" : "+"}${(ahead / 1000).toFixed(3)}s`,
    // Figures are taken on the monotonic clock, which stays as it is.
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
    DONT_FAKE_MONOTONIC: "1",
  };
}
