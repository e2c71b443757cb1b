// An app's local entry point: its file runs in a container of its own, and what it calls runs in pools.
import { toRunError } from "../errors.ts";
import type { EntrypointJob, Outcome } from "../options.ts";
import { now } from "../trace/clock.ts";
import type { Session } from "./session.ts";

export async function runEntrypoint(session: Session, job: EntrypointJob): Promise<Outcome> {
  const begun = now();
  try {
    const target = await session.target(job.variant, "", false);
    const container = session.start(await session.prepare(target, { mode: "entrypoint" }));
    const { value } = await container.result;
    const wall = now() - begun;
    await container.stop();
    return { ok: true, result: value.encoding === "json" ? JSON.parse(value.text) : null, wall, warm: [] };
  } catch (error) {
    return { ok: false, error: toRunError(error), wall: now() - begun };
  }
}
