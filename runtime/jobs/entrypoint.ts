// An app's local entry point: its file runs in a container of its own, and what it calls runs in pools.
import type { RemoteHandler } from "../container/spec.ts";
import { toRunError } from "../errors.ts";
import type { EntrypointJob, Outcome } from "../options.ts";
import { type CalledFunction, createPools, type Pools } from "../pool/pools.ts";
import { now } from "../trace/clock.ts";
import type { Session, Target } from "./session.ts";

/** The SDK's defaults, for a function whose definition did not come along; seconds. */
const DEFAULTS = { keepWarm: 0, containerIdleTimeout: 60, timeout: 300 } as const;

export async function runEntrypoint(session: Session, job: EntrypointJob): Promise<Outcome> {
  const begun = now();
  const { pools, remote } = openPools(session, job);
  session.signal.addEventListener("abort", () => void pools.stop());
  try {
    const target = await session.target(job.variant, "", false);
    const container = session.start(await session.prepare(target, { mode: "entrypoint", remote }));
    const { value } = await container.result;
    const wall = now() - begun;
    // Calls that nobody awaited end as well, and their answers have somewhere to go.
    await pools.drain();
    await container.stop();
    return { ok: true, result: value.encoding === "json" ? JSON.parse(value.text) : null, wall, warm: [] };
  } catch (error) {
    const wall = now() - begun;
    await pools.stop();
    return { ok: false, error: toRunError(error), wall };
  }
}

function openPools(
  session: Session,
  { variant }: EntrypointJob,
): { readonly pools: Pools; readonly remote: RemoteHandler } {
  const targets = new Map<string, Promise<Target>>();
  const targetOf = ({ file, name }: CalledFunction): Promise<Target> => {
    const key = session.label({ file, name });
    const target = targets.get(key) ?? session.target({ ...variant, file }, name, false);
    targets.set(key, target);
    return target;
  };
  const pools = createPools({
    clock: {
      now,
      after(ms, callback) {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
    },
    async prepare(called) {
      const prepared = await session.prepare(await targetOf(called), { mode: "serve", remote });
      return { ...prepared, start: () => session.start(prepared) };
    },
    label: session.label,
    newInput: session.newInput,
    emit: session.emit,
  });
  const remote: RemoteHandler = ({ file, name, settings, args }) =>
    pools.call({ ...DEFAULTS, ...settings, file, name }, args);
  return { pools, remote };
}
