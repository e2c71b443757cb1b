// The build phase: a function's build hook runs in a container once per content, and what it writes is in every later one.
import { relative } from "node:path";
import { cancelledError, RuntimeError } from "../errors.ts";
import { openLayers } from "../image/layers.ts";
import { contentKey } from "../image/store.ts";
import type { Session, Target } from "./session.ts";

/**
 * Folder of the layer that containers of this function begin with; undefined for functions without a build hook.
 * Whether there is one is known only when the module has been loaded: that happens once per content, too.
 * @throws RuntimeError of the stage that failed
 */
export async function imageFor(session: Session, target: Target): Promise<string | undefined> {
  if (target.program.sdk === "none") return undefined;
  const layers = await openLayers(session.options.cache);
  const hash = hashOf(session, target);
  const label = session.label(target);
  const about = { function: label, layer: `build of ${label}`, hash };
  let built = false;
  const fill = async (draft: string): Promise<boolean> => {
    const begun = performance.now();
    const container = session.start(await session.prepare(target, { mode: "build", layer: draft }));
    const settings = await container.loaded;
    if (settings?.build) session.emit({ type: "image.layer.started", ...about });
    await container.result;
    await container.stop();
    if (!settings?.build) return false;
    session.emit({ type: "image.layer.built", ...about, ms: performance.now() - begun });
    built = true;
    return true;
  };
  try {
    const layer = await layers.build(hash, fill, session.signal);
    if (layer.folder !== undefined && !built) session.emit({ type: "image.layer.cached", ...about });
    return layer.folder;
  } catch (error) {
    throw session.signal.aborted && !(error instanceof RuntimeError) ? cancelledError() : error;
  }
}

/** Everything that the build may depend on, and the kind of isolation that its files are kept for. */
function hashOf({ options, interpreter, boxes }: Session, { file, name, program }: Target): string {
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
