// Files and folders of this computer that an image's steps name.
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { RuntimeError } from "../errors.ts";
import type { Session } from "./session.ts";

interface Asking {
  readonly session: Pick<Session, "options">;
  /** Its file is that of the app. */
  readonly target: { readonly file: string };
}

/** From the folder in which the app is run, else from the one of its file. */
export function findLocal(path: string, { session, target }: Asking, step: string): string {
  const bare = path.startsWith("file:///") ? fileURLToPath(path) : path.replace(/^file:/, "");
  const home = bare.startsWith("~/") ? join(homedir(), bare.slice(2)) : bare;
  const places = isAbsolute(home)
    ? [home]
    : [join(session.options.root, home), join(dirname(target.file), home)];
  const found = places.find((each) => existsSync(each));
  if (found !== undefined) return found.replace(/(.)\/+$/, "$1");
  const looked = [...new Set(places)].join(" nor at ");
  throw new RuntimeError({
    kind: "usage",
    stage: "build",
    name: "LocalFileError",
    message: `${step}: there is nothing at ${looked}; correct the path`,
  });
}
