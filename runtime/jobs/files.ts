// Steps that put files of this computer into an image, and its working folder.
import { basename, isAbsolute, join } from "node:path";
import { environmentError, usageError } from "../errors.ts";
import { digestsOf } from "../image/inputs.ts";
import { contentKey, openStore } from "../image/store.ts";
import { findLocal } from "./locals.ts";
import {
  atHome,
  called,
  failIf,
  labelled,
  run,
  type Step,
  type StepContext,
  same,
  type Work,
} from "./step.ts";

export function planFolder({ path }: Step<"workdir">, context: StepContext): Work {
  const folder = placeOf(path, context);
  const name = called("workdir", [path], context);
  return {
    kind: "workdir",
    name,
    inputs: { folder },
    async fill(layer) {
      const end = await run(context, layer, name, ["sh", "-c", 'mkdir -p -- "$1"', "sh", folder]);
      failIf(end, "WorkdirError", `${name}: the folder cannot be made`);
    },
    adopt: (image) => ({ ...image, cwd: folder }),
  };
}

export async function planLocal(
  { what, local, remote, ignore = [] }: Step<"addLocal">,
  context: StepContext,
): Promise<Work> {
  const name = called(what === "file" ? "addLocalFile" : "addLocalDir", [local, remote], context);
  const from = findLocal(local, context, name);
  const to = placeOf(
    remote.endsWith("/") && what === "file" ? join(remote, basename(from)) : remote,
    context,
  );
  const leftOut = new Set(ignore.map((each) => join(local, each)));
  const digests = (await digestsOf(from, local, what === "file" ? [] : LEFT_OUT, leftOut)) ?? {};
  if (what === "file" && !(local in digests)) {
    throw usageError("LocalFileError", `${name}: ${local} is no file; add a folder by addLocalDir`);
  }
  const list = ignore.length > 0 ? await listOf(ignore, context) : undefined;
  const excluded = [
    ...LEFT_OUT.map((each) => `--exclude=${each}`),
    ...(list === undefined
      ? []
      : [`--anchored --no-wildcards --exclude-from='${list.replaceAll("'", `'\\''`)}'`]),
  ].join(" ");
  const copy =
    what === "file"
      ? 'mkdir -p -- "$(dirname -- "$2")" && cp -R -- "$1" "$2"'
      : `mkdir -p -- "$2" && tar -C "$1" ${excluded} -cf - . | tar -C "$2" -xof -`;
  return {
    kind: "addLocal",
    name,
    inputs: { place: to, ...labelled("file", digests) },
    async fill(layer) {
      const end = await context.session.execute({
        label: name,
        image: context.image,
        layer,
        needed: list === undefined ? [from] : [from, list],
        command: (_, home) => [
          "/bin/sh",
          "-ec",
          copy + linkHome(to, context),
          "sh",
          from,
          atHome(to, home),
          home,
        ],
      });
      failIf(end, "CopyError", `${name}: it cannot be copied`);
    },
    adopt: same,
  };
}

/** Of added folders: what says nothing of the program and changes all the time. */
export const LEFT_OUT = [".git", ".coldstart", "__pycache__"] as const;

/** A list of paths, for `tar`. */
function listOf(paths: readonly string[], { session }: StepContext): Promise<string> {
  const text = paths.map((path) => `./${path}\n`).join("");
  return openStore(join(session.options.cache, "lists")).file(contentKey(text), ".txt", async () => text);
}

/** On Modal `/root` is the home, so that what lies there is found by `~` as well. */
function linkHome(to: string, { target }: StepContext): string {
  if (target.interpreter.name !== "python" || !to.startsWith("/root/")) return "";
  const top = to.split("/")[2] ?? "";
  return `; test -e "$3"/'${top.replaceAll("'", `'\\''`)}' || ln -s -- '/root/${top.replaceAll("'", `'\\''`)}' "$3/"`;
}

/** Where a path of the image is: relative ones begin at its working folder, and that at the home. */
function placeOf(path: string, { session, target, image }: StepContext): string {
  const whole =
    isAbsolute(path) || path === "~" || path.startsWith("~/") ? path : join(image.cwd ?? "~", path);
  const trimmed = whole.length > 1 ? whole.replace(/\/+$/, "") : whole;
  if (session.boxes.isolation === "mounts" || trimmed.startsWith("~")) return trimmed;
  if (target.interpreter.name === "python" && /^\/root(\/|$)/.test(trimmed))
    return `~${trimmed.slice("/root".length)}`;
  throw environmentError(
    "MountError",
    `${trimmed} cannot be a part of the image: this computer gives containers no file system of their own; use a path below the home folder (~/…)`,
    { stage: "build" },
  );
}
