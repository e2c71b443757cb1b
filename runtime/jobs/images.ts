// The door to images: what a function's image is, built where it does not stand yet, as what containers are prepared with.
import { relative } from "node:path";
import type { AppDescription, FunctionDescription } from "../child/messages.ts";
import { cancelledError } from "../errors.ts";
import { type Image, NO_IMAGE } from "../image/image.ts";
import { type Draft, type Layers, openLayers } from "../image/layers.ts";
import { contentKey, openStore } from "../image/store.ts";
import { describeApp } from "./describe.ts";
import type { Session, Target } from "./session.ts";

export interface Images {
  /**
   * The image of a function, its layers built where they do not stand yet.
   * @param description What its module says of it; asked for by running the module, once per content, when left out.
   */
  imageOf(target: Target, description?: FunctionDescription): Promise<Image>;
}

/** A session's images. */
export async function openImages(session: Session): Promise<Images> {
  const layers = await openLayers(session.options.cache);
  const claim = claimer(session, layers);
  const describe = describer(session);

  async function build(target: Target): Promise<string> {
    const hash = hashOf(session, target);
    const label = session.label(target);
    const about = { function: label, layer: `build of ${label}`, hash };
    const draft = await claim(hash);
    if (!draft) {
      session.emit({ type: "image.layer.cached", ...about });
      return layers.find(hash) ?? "";
    }
    try {
      const prepared = await session.prepare(target, { mode: "build", layer: draft.folder });
      const begun = performance.now();
      session.emit({ type: "image.layer.started", ...about });
      const container = session.start(prepared);
      await container.result;
      await container.stop();
      const folder = await draft.keep();
      session.emit({ type: "image.layer.built", ...about, ms: performance.now() - begun });
      return folder;
    } catch (error) {
      await draft.drop();
      throw error;
    }
  }

  return {
    async imageOf(target, description) {
      if (!target.program.mayBuild) return NO_IMAGE;
      const plain = target.marked ? await session.target(target.variant, target.name, false) : target;
      const known = description ?? find(await describe(plain), plain);
      if (!known?.settings.build) return NO_IMAGE;
      return { ...NO_IMAGE, layers: [await build(plain)] };
    },
  };
}

/** What the programs of a session define; kept by content. */
function describer(session: Session): (target: Target) => Promise<AppDescription | undefined> {
  const known = new Map<string, Promise<AppDescription | undefined>>();
  const store = openStore(`${session.options.cache}/apps`);
  return (target) => {
    const key = contentKey(
      "app",
      ...surroundings(session, target),
      target.program.hash,
      relative(session.options.root, target.file),
    );
    const found =
      known.get(key) ??
      store
        .value(key, () => describeApp(session, target.variant))
        // It fails in the function's container as well, where what came before is told, too.
        .catch((): AppDescription | undefined => {
          if (session.signal.aborted) throw cancelledError();
          return undefined;
        });
    known.set(key, found);
    return found;
  };
}

/** Classes of Python may be given values: `Model(size="large").describe`. */
function find(app: AppDescription | undefined, { name, file }: Target): FunctionDescription | undefined {
  const bare = name.replace(/\(.*\)/s, "");
  const named = app?.functions.filter((each) => each.name === bare) ?? [];
  return named.find((each) => each.file === file) ?? named[0];
}

function claimer(session: Session, layers: Layers): (hash: string) => Promise<Draft | undefined> {
  return async (hash) => {
    try {
      return await layers.claim(hash, session.signal);
    } catch (error) {
      throw session.signal.aborted ? cancelledError() : error;
    }
  };
}

/** Everything that the build may depend on, and the kind of isolation that its files are kept for. */
function hashOf(session: Session, target: Target): string {
  const { file, name, program } = target;
  return contentKey(
    "build",
    program.hash,
    relative(session.options.root, file),
    name,
    ...surroundings(session, target),
  );
}

function surroundings({ options, boxes }: Session, { interpreter }: Target): readonly string[] {
  const env = Object.entries(options.env).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    JSON.stringify(env),
    process.platform,
    process.arch,
    interpreter.version,
    boxes.isolation,
    String(process.getuid?.()),
  ];
}
