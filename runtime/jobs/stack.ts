// Stands an image up: its steps become layers one upon another, each built only where it does not stand yet.
import { relative } from "node:path";
import type { FunctionDescription, ImageDescription } from "../child/description.ts";
import type { Interpreter } from "../container/interpreters.ts";
import { cancelledError, RuntimeError } from "../errors.ts";
import { type Image, NO_IMAGE } from "../image/image.ts";
import type { KnownImages } from "../image/known.ts";
import type { Layers } from "../image/layers.ts";
import { type LayerFacts, reasonFor } from "../image/reasons.ts";
import { contentKey } from "../image/store.ts";
import { planHooks } from "./code.ts";
import type { Session, Target } from "./session.ts";
import { type StepContext, versionOf, type Work } from "./step.ts";
import { planStep } from "./steps.ts";

/** What became of a layer. */
export interface LayerReport {
  readonly name: string;
  readonly hash: string;
  readonly cached: boolean;
  /** Why it was built. */
  readonly reason?: string;
  /** Milliseconds that it took. */
  readonly ms: number;
}

export interface Standing {
  readonly layers: Layers;
  readonly known: KnownImages;
  /** Whether a step that the network alone stands in the way of ends the build, in Python, too. */
  readonly strict: boolean;
  readonly report: (layer: LayerReport) => void;
}

const NO_DESCRIPTION: ImageDescription = { base: "", steps: [] };

export async function standImage(
  session: Session,
  target: Target,
  { image: description = NO_DESCRIPTION, builds }: FunctionDescription,
  standing: Standing,
): Promise<Image> {
  const owner = ownerOf(session, target);
  const before = standing.known.find(target.file, owner)?.layers ?? [];
  const facts: LayerFacts[] = [];
  let image = await begin(session, target, description.base);
  let hash = contentKey("image", ...system(session));

  const add = async (work: Work) => {
    const layer = factsOf(work, hash);
    const folder = await stand(
      session,
      target,
      { ...work, hash: layer.hash },
      before[facts.length],
      standing,
    );
    if (folder === undefined) return;
    facts.push(layer);
    hash = layer.hash;
    const { layers } = image;
    image = { ...work.adopt(image, folder), layers: [folder, ...layers] };
  };
  const context = (index: number): StepContext => ({
    session,
    target,
    image,
    base: description.base,
    index,
  });
  for (const [index, step] of description.steps.entries()) {
    const planned = await planStep(step, context(index));
    if (planned && "work" in planned) await add(planned.work);
    else if (planned) image = planned.image;
  }
  if (builds.length > 0) await add(planHooks(owner, context(0)));
  if (facts.length > 0) {
    standing.known.keep({ version: 1, file: target.file, function: owner, used: Date.now(), layers: facts });
  }
  return image;
}

/** Build hooks belong to a function, or to a class with all of its methods. */
function ownerOf({ options }: Session, { file, name }: Target): string {
  const bare = name.replace(/\(.*\)/s, "");
  return `${relative(options.root, file)}::${bare.replace(/\.[^.]*$/, "")}`;
}

/** The interpreter that the image asks for. */
async function begin(session: Session, target: Target, base: string): Promise<Image> {
  const [language] = base.split("@");
  const version = versionOf(base);
  const { interpreter } = target;
  if (version === undefined || language !== interpreter.name) return NO_IMAGE;
  if (language === "python") {
    const found = await session.languages.python(target.file.replace(/\/[^/]*$/, ""), version);
    if (!found) tellOfVersion(session, "Python", version, interpreter);
    if (!found || found.python.path === interpreter.path) return NO_IMAGE;
    const { python, main } = found;
    return { ...NO_IMAGE, command: [python.path, main], needed: [python.path, ...python.folders] };
  }
  const found = await session.languages.node(version);
  if (!found) tellOfVersion(session, "Node", version, interpreter);
  if (!found || found.path === interpreter.path) return NO_IMAGE;
  return { ...NO_IMAGE, command: [found.path, ...target.command.slice(1)], needed: [found.path] };
}

function tellOfVersion(session: Session, title: string, wanted: string, { version }: Interpreter): void {
  session.note(
    `the image asks for ${title} ${wanted}, and this computer has none on its path: figures are those of ${title} ${version}`,
  );
}

/** What all layers depend on: the kind of computer, and the kind of isolation that their files are kept for. */
function system({ boxes }: Session): readonly string[] {
  return [process.platform, process.arch, boxes.isolation, String(process.getuid?.())];
}

function factsOf({ kind, name, inputs }: Work, below: string): LayerFacts {
  const sorted = Object.entries(inputs).sort(([a], [b]) => (a < b ? -1 : 1));
  return { kind, name, inputs, hash: contentKey("layer", below, kind, ...sorted.flat()) };
}

/** The layer's folder; undefined where the image can do without. */
async function stand(
  session: Session,
  target: Target,
  work: Work & LayerFacts,
  before: LayerFacts | undefined,
  { layers, known, strict, report }: Standing,
): Promise<string | undefined> {
  const { name, hash } = work;
  const about = { function: session.label(target), layer: name, hash };
  const begun = performance.now();
  const draft = await layers.claim(hash, session.signal).catch((error: unknown) => {
    throw session.signal.aborted ? cancelledError() : error;
  });
  if (!draft) {
    session.emit({ type: "image.layer.cached", ...about });
    report({ name, hash, cached: true, ms: performance.now() - begun });
    return layers.find(hash);
  }
  const reason = reasonFor(work, before);
  const failed = strict || !isForElsewhere(work, target) ? undefined : known.failed(hash);
  if (failed !== undefined) {
    await draft.drop();
    leaveOut(session, failed);
    return undefined;
  }
  try {
    session.emit({ type: "image.layer.started", ...about, reason });
    await work.fill(draft.folder);
    const folder = await draft.keep(name);
    const ms = performance.now() - begun;
    session.emit({ type: "image.layer.built", ...about, reason, ms });
    report({ name, hash, cached: false, reason, ms });
    return folder;
  } catch (error) {
    await draft.drop();
    if (strict || !isForElsewhere(work, target) || !(error instanceof RuntimeError)) throw error;
    if (error.run.kind !== "environment" && error.run.kind !== "error") throw error;
    known.fail(hash, error.message);
    leaveOut(session, error.message);
    return undefined;
  }
}

/**
 * Images of Modal are written for Modal's machines. What this one can't install or run is left out of them: functions
 * that don't need it run, and those that do say so where they miss it.
 */
function isForElsewhere({ kind }: Work, { interpreter }: Target): boolean {
  return interpreter.name === "python" && (kind === "pipInstall" || kind === "runCommands");
}

function leaveOut(session: Session, why: string): void {
  session.note(`${why}. The image goes without it; \`coldstart build FILE\` tries again and shows more`);
}
