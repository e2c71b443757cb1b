// The steps of an image: which layer each comes to, from what it is made, and how it is filled.
import { existsSync } from "node:fs";
import { basename, isAbsolute, join } from "node:path";
import type { ImageStep } from "../child/messages.ts";
import type { CommandEnd } from "../container/command.ts";
import { environmentError, RuntimeError, usageError } from "../errors.ts";
import type { Image } from "../image/image.ts";
import { digestsOf } from "../image/inputs.ts";
import type { Inputs, LayerFacts } from "../image/reasons.ts";
import { contentKey } from "../image/store.ts";
import { findLocal } from "./locals.ts";
import { planNpm } from "./npm.ts";
import { planPip } from "./pip.ts";
import type { Session, Target } from "./session.ts";

/** A layer to be. */
export interface Work extends Omit<LayerFacts, "hash"> {
  /** Fills a folder; the image has the layers below it. */
  fill(layer: string): Promise<void>;
  /** What the image is once the layer stands. */
  adopt(image: Image, layer: string): Image;
}

/** What a step comes to: a layer, another image without one, or nothing. */
export type Planned = { readonly work: Work } | { readonly image: Image } | undefined;

export interface StepContext {
  readonly session: Session;
  /** A function with this image. */
  readonly target: Target;
  /** The image so far. */
  readonly image: Image;
  /** What the image begins as: `node`, `python@3.12`. */
  readonly base: string;
  /** Of the step among all of them. */
  readonly index: number;
}

type Step<Kind extends ImageStep["kind"]> = Extract<ImageStep, { kind: Kind }>;

export const versionOf = (base: string): string | undefined => base.split("@")[1];

const same = (image: Image): Image => image;

export async function planStep(step: ImageStep, context: StepContext): Promise<Planned> {
  const { image } = context;
  switch (step.kind) {
    case "env":
      return { image: { ...image, env: { ...image.env, ...step.variables } } };
    case "workdir":
      return { work: planFolder(step, context) };
    case "addLocal":
      return { work: await planLocal(step, context) };
    case "runCommands":
      return { work: planCommands(step, context) };
    case "runFunction":
      return { work: planFunction(step, context) };
    case "npmInstall":
      return planNpm(step, context);
    case "pipInstall":
      return planPip(step, context);
    case "other":
      leaveOut(step, context);
      return undefined;
  }
}

function planFolder({ path }: Step<"workdir">, context: StepContext): Work {
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

async function planLocal({ what, local, remote }: Step<"addLocal">, context: StepContext): Promise<Work> {
  const name = called(what === "file" ? "addLocalFile" : "addLocalDir", [local, remote], context);
  const from = findLocal(local, context, name);
  const to = placeOf(
    remote.endsWith("/") && what === "file" ? join(remote, basename(from)) : remote,
    context,
  );
  const digests = (await digestsOf(from, local, what === "file" ? [] : LEFT_OUT)) ?? {};
  if (what === "file" && !(local in digests)) {
    throw usageError("LocalFileError", `${name}: ${local} is no file; add a folder by addLocalDir`);
  }
  const copy =
    what === "file"
      ? 'mkdir -p -- "$(dirname -- "$2")" && cp -R -- "$1" "$2"'
      : `mkdir -p -- "$2" && tar -C "$1" ${LEFT_OUT.map((each) => `--exclude=${each}`).join(" ")} -cf - . | tar -C "$2" -xof -`;
  return {
    kind: "addLocal",
    name,
    inputs: { place: to, ...labelled("file", digests) },
    async fill(layer) {
      const end = await context.session.execute({
        label: name,
        image: context.image,
        layer,
        needed: [from],
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

/** On Modal `/root` is the home, so that what lies there is found by `~` as well. */
function linkHome(to: string, { target }: StepContext): string {
  if (target.interpreter.name !== "python" || !to.startsWith("/root/")) return "";
  const top = to.split("/")[2] ?? "";
  return `; test -e "$3"/'${top.replaceAll("'", `'\\''`)}' || ln -s -- '/root/${top.replaceAll("'", `'\\''`)}' "$3/"`;
}

function planCommands({ commands }: Step<"runCommands">, context: StepContext): Work {
  const name = called("runCommands", [commands.join("; ")], context);
  // What has begun is said on descriptor 3, so that it is known which one failed.
  const script = 'for each do echo >&3; sh -c "$each" 3>&-; done';
  return {
    kind: "runCommands",
    name,
    inputs: {
      commands: commands.join("\n"),
      ...interpreterOf(context),
      ...placed(context),
      ...variables(context),
    },
    async fill(layer) {
      if (context.session.boxes.isolation === "folders") {
        context.session.note(
          `${name}: this computer gives containers no file system of their own, so that these commands work on its files, outside of the home folder`,
        );
      }
      const end = await run(context, layer, name, ["sh", "-ec", script, "sh", ...commands]);
      const failed = commands[Math.max(0, end.said.length - 1)] ?? name;
      failIf(end, "CommandFailedError", `${name}: \`${failed}\` failed`, "error");
    },
    adopt: same,
  };
}

function planFunction({ name: called_, source }: Step<"runFunction">, context: StepContext): Work {
  const { session, target, image, index } = context;
  return {
    kind: "runFunction",
    name: called("runFunction", [called_], context),
    inputs: {
      function: contentKey(source),
      ...labelled("file", target.program.digests),
      ...interpreterOf(context),
      ...placed(context),
      ...variables(context),
    },
    fill: (layer) => runHooks(session, target, image, layer, index),
    adopt: same,
  };
}

/** Build hooks come last: what they are belongs to the function, or to its class. */
export function planHooks(owner: string, context: StepContext): Work {
  const { session, target, image } = context;
  return {
    kind: "build",
    name: `build of ${owner}`,
    inputs: {
      owner,
      ...labelled("file", target.program.digests),
      ...interpreterOf(context),
      ...placed(context),
      ...variables(context),
    },
    fill: (layer) => runHooks(session, target, image, layer),
    adopt: same,
  };
}

async function runHooks(
  session: Session,
  target: Target,
  image: Image,
  layer: string,
  step?: number,
): Promise<void> {
  const prepared = await session.prepare(target, {
    mode: "build",
    image,
    layer,
    ...(step === undefined ? {} : { step }),
  });
  const container = session.start(prepared);
  try {
    await container.result;
    await container.stop();
  } catch (error) {
    await container.kill();
    throw error;
  }
}

/** Steps that a process can't carry out: where that changes what functions find, it is said, or the build ends. */
function leaveOut({ name, args }: Step<"other">, { session, target }: StepContext): void {
  if (name === "aptInstall") {
    const lacking = args.filter((each) => !isInstalled(each));
    if (lacking.length === 0) return;
    throw environmentError(
      "AptUnavailableError",
      `aptInstall: containers are processes of this computer here, into which no package can be installed; install ${lacking.join(", ")} on this computer (apt-get install ${lacking.join(" ")}), and the step is met`,
      { stage: "build" },
    );
  }
  if (target.interpreter.name !== "python" || !INSTALLS.includes(name)) return;
  if (name === "apt_install" && args.every(isInstalled)) return;
  session.note(
    `steps of the image that are not carried out here: ${name}${args.length > 0 ? ` ${args.join(" ")}` : ""}; what they install has to be on this computer`,
  );
}

const INSTALLS: readonly string[] = [
  "apt_install",
  "dockerfile_commands",
  "run_dockerfile_commands",
  "micromamba_install",
  "conda_install",
  "pip_install_from_pyproject",
  "pip_install_private_repos",
  "poetry_install_from_file",
  "uv_sync",
];

/** Whether Debian's package manager has it installed. */
function isInstalled(name: string): boolean {
  const bare = name.replace(/[=:/].*/, "");
  const list = (ending: string) => existsSync(`/var/lib/dpkg/info/${bare}${ending}.list`);
  return list("") || list(`:${{ x64: "amd64", arm64: "arm64" }[process.arch as string] ?? process.arch}`);
}

/** Runs a command in the image so far. */
export function run(
  { session, image }: StepContext,
  layer: string,
  label: string,
  [program = "sh", ...args]: readonly string[],
  more: Partial<Parameters<Session["execute"]>[0]> = {},
): Promise<CommandEnd> {
  const command = (_: string, home: string) => [
    program === "sh" ? "/bin/sh" : program,
    ...args.map((each) => atHome(each, home)),
  ];
  return session.execute({ label, image, layer, command, ...more });
}

const atHome = (path: string, home: string) =>
  path.startsWith("~/") || path === "~" ? home + path.slice(1) : path;

export function failIf(
  { code, signal, tail }: CommandEnd,
  name: string,
  what: string,
  kind: "error" | "environment" = "environment",
): void {
  if (code === 0) return;
  const how = signal === undefined ? `exit code ${code}` : signal;
  throw new RuntimeError({ kind, stage: "build", name, message: `${what} (${how})`, output: tail });
}

/** Steps are called as the platform of the function calls them. */
export function called(
  step: string,
  about: readonly string[],
  { target }: Pick<StepContext, "target">,
): string {
  const python = target.interpreter.name === "python";
  const name = python ? step.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : step;
  const text = `${name} ${about.join(" ")}`.replace(/\s+/g, " ").trim();
  return text.length > 72 ? `${text.slice(0, 71)}…` : text;
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

export function labelled(label: string, values: Readonly<Record<string, string>>): Inputs {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${label}:${name}`, value]));
}

/** Variables that code of the build sees; their values are nobody else's business. */
function variables({ session, image }: StepContext): Inputs {
  const all = { ...image.env, ...session.options.env };
  return labelled(
    "variable",
    Object.fromEntries(Object.entries(all).map(([name, value]) => [name, contentKey(value)])),
  );
}

function interpreterOf({ target, image }: StepContext): Inputs {
  const { name, version } = target.interpreter;
  const title = name === "python" ? "Python" : "Node";
  return { interpreter: image.command ? `${title} ${image.command[0]}` : `${title} ${version}` };
}

function placed({ image }: StepContext): Inputs {
  return image.cwd === undefined ? {} : { "working folder": image.cwd };
}
