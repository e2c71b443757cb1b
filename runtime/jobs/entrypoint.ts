// An app's local entry point: its file runs in a container of its own, and what it calls by `remote()` runs in pools.

import type { ProcessContainer } from "../container/spec.ts";
import { toRunError } from "../errors.ts";
import { parseExactly } from "../exact.ts";
import type { EntrypointJob, Outcome } from "../options.ts";
import { now } from "../trace/clock.ts";
import { openImages } from "./images.ts";
import { openPlatform, versionOf } from "./platform.ts";
import type { Session } from "./session.ts";

export async function runEntrypoint(session: Session, job: EntrypointJob): Promise<Outcome> {
  const platform = openPlatform(session);
  platform.deploy(versionOf(session, await openImages(session), job.variant));
  const begun = now();
  let container: ProcessContainer | undefined;
  try {
    const target = await session.target(job.variant, "", false);
    const { requests } = platform;
    container = session.start(
      await session.prepare(target, { mode: "entrypoint", requests, args: job.input }),
    );
    const { bytes } = await container.result;
    const wall = now() - begun;
    // Calls that nobody awaited end as well, and their answers have somewhere to go.
    await platform.drain();
    await container.stop();
    return { ok: true, result: parseExactly(bytes.toString()), wall, warm: [] };
  } catch (error) {
    const wall = now() - begun;
    await platform.stop();
    await container?.kill();
    return { ok: false, error: toRunError(error), wall };
  }
}
