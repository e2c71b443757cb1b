// The build phase: a function's build hook runs in a container once per content, and what it writes is in every later one.
import { relative } from "node:path";
import type { ProcessContainer, ProcessPrepared } from "../container/spec.ts";
import { cancelledError } from "../errors.ts";
import { type Draft, type Layers, openLayers } from "../image/layers.ts";
import { contentKey } from "../image/store.ts";
import type { PrepareOptions, Session, Target } from "./session.ts";

export interface Images {
  /** Folder of the function's layer, built when it is not there yet; undefined for functions with nothing to build. */
  layerOf(target: Target): Promise<string | undefined>;
  /**
   * The same where nobody knows yet whether there is a build hook. Only the loaded module can tell, so a container is
   * started: it builds, or goes on as the container that was wanted, and no code has run in vain.
   */
  layerOrContainer(target: Target, wanted: Wanted): Promise<LayerOrContainer>;
}

export interface Wanted extends Omit<PrepareOptions, "mode" | "image" | "layer"> {
  /** Starts a prepared container. */
  readonly start: (prepared: ProcessPrepared) => ProcessContainer;
  /** Told that the container builds, and is not the one that was wanted. */
  readonly building: () => void;
}

export type LayerOrContainer =
  | { readonly layer: string | undefined }
  /** `removed` resolves when its folders are gone. */
  | { readonly container: ProcessContainer; readonly removed: Promise<void> };

/** A session's images. */
export async function openImages(session: Session): Promise<Images> {
  const layers = await openLayers(session.options.cache);
  const claim = claimer(session, layers);

  const layerOrContainer: Images["layerOrContainer"] = async (target, { start, building, ...options }) => {
    if (!target.program.mayBuild) return { layer: undefined };
    const hash = hashOf(session, target);
    const label = session.label(target);
    const about = { function: label, layer: `build of ${label}`, hash };
    const draft = await claim(hash);
    if (!draft) {
      const layer = layers.find(hash)?.folder;
      if (layer !== undefined) session.emit({ type: "image.layer.cached", ...about });
      return { layer };
    }
    try {
      const prepared = await session.prepare(target, { ...options, mode: "build", layer: draft.folder });
      const begun = performance.now();
      const container = start(prepared);
      const settings = await container.loaded;
      if (!settings?.build) {
        await draft.keepEmpty();
        return { container, removed: container.exited.then(draft.drop, draft.drop) };
      }
      building();
      session.emit({ type: "image.layer.started", ...about });
      await container.result;
      await container.stop();
      const { folder } = await draft.keep();
      session.emit({ type: "image.layer.built", ...about, ms: performance.now() - begun });
      return { layer: folder };
    } catch (error) {
      await draft.drop();
      throw error;
    }
  };

  return {
    layerOrContainer,
    async layerOf(target) {
      const found = await layerOrContainer(target, { start: session.start, building: () => undefined });
      if ("layer" in found) return found.layer;
      await found.container.kill();
      await found.removed;
      return undefined;
    },
  };
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
function hashOf({ options, boxes }: Session, { file, name, program, interpreter }: Target): string {
  const env = Object.entries(options.env).sort(([a], [b]) => (a < b ? -1 : 1));
  const system = [
    process.platform,
    process.arch,
    interpreter.version,
    boxes.isolation,
    String(process.getuid?.()),
  ];
  return contentKey(
    "build",
    program.hash,
    relative(options.root, file),
    name,
    JSON.stringify(env),
    ...system,
  );
}
