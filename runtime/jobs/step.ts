// One step of an image as all of them see it: the layer that it comes to, and what that layer depends on.
import type { ImageStep } from "../child/description.ts";
import type { CommandEnd } from "../container/command.ts";
import { RuntimeError } from "../errors.ts";
import type { Image } from "../image/image.ts";
import type { Inputs, LayerFacts } from "../image/reasons.ts";
import { contentKey } from "../image/store.ts";
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

export type Step<Kind extends ImageStep["kind"]> = Extract<ImageStep, { kind: Kind }>;

export const versionOf = (base: string): string | undefined => base.split("@")[1];

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

export const atHome = (path: string, home: string) =>
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

export function labelled(label: string, values: Readonly<Record<string, string>>): Inputs {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${label}:${name}`, value]));
}

/** Variables that code of the build sees; their values are nobody else's business. */
export function variables(
  { session, image }: StepContext,
  given: Readonly<Record<string, string>> = {},
): Inputs {
  return hidden({ ...image.env, ...given, ...session.options.env });
}

/** Variables without their values. */
export function hidden(all: Readonly<Record<string, string>>): Inputs {
  const told = Object.entries(all).map(([name, value]) => [name, contentKey(value)]);
  return labelled("variable", Object.fromEntries(told));
}

export function interpreterOf({ target, image }: StepContext): Inputs {
  const { name, version } = target.interpreter;
  const title = name === "python" ? "Python" : "Node";
  return { interpreter: image.command ? `${title} ${image.command[0]}` : `${title} ${version}` };
}

export function placed({ image }: StepContext): Inputs {
  return image.cwd === undefined ? {} : { "working folder": image.cwd };
}

export const same = (image: Image): Image => image;
