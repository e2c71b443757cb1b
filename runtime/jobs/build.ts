// Builds the images of all functions of an app, and removes layers that nobody needs any more where that is wanted.
import { toRunError } from "../errors.ts";
import { openKnown } from "../image/known.ts";
import { type Pruned, prune } from "../image/prune.ts";
import type { BuildJob, Outcome } from "../options.ts";
import { describeApp } from "./describe.ts";
import { openImages } from "./images.ts";
import type { Session } from "./session.ts";
import type { LayerReport } from "./stack.ts";

/** What a build comes to. */
export interface BuildResult {
  /** Each once, though several functions may have it. */
  readonly layers: readonly LayerReport[];
  readonly pruned?: readonly Pruned[];
  /** Bytes. */
  readonly freed?: number;
}

export async function runBuild(session: Session, job: BuildJob): Promise<Outcome> {
  const begun = session.now();
  const layers = new Map<string, LayerReport>();
  try {
    const report = (layer: LayerReport) => {
      if (!layers.has(layer.hash)) layers.set(layer.hash, layer);
    };
    const images = await openImages(session, { strict: true, report });
    const { functions } = await describeApp(session, job.variant);
    for (const description of functions) {
      const target = await session.target(
        { ...job.variant, file: description.file },
        description.name,
        false,
      );
      // Hooks of a class that wants values are run when there are some.
      const builds = description.parameters ? [] : description.builds;
      await images.imageOf(target, { ...description, builds });
    }
    if (functions.length === 0) {
      session.note(
        `${session.label({ ...job.variant, name: "" })} defines no functions of an app, which have images`,
      );
    }
    const pruned = job.prune
      ? await prune(session.options.cache, await openKnown(session.options.cache))
      : undefined;
    const result: BuildResult = {
      layers: [...layers.values()],
      ...(pruned ? { pruned, freed: pruned.reduce((sum, { bytes }) => sum + bytes, 0) } : {}),
    };
    return { ok: true, result, wall: session.now() - begun, warm: [] };
  } catch (error) {
    return { ok: false, error: toRunError(error, "build"), wall: session.now() - begun };
  }
}
