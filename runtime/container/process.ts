// The process backend: a container is a process of this computer with folders and, where possible, mounts of its own.
import { encode } from "../child/frames.ts";
import { follow } from "./follow.ts";
import { type Launched, launch } from "./launch.ts";
import { holdNamespace, killGroup, reap } from "./reaper.ts";
import type { Box, LaunchSpec, ProcessPrepared } from "./spec.ts";

/** Brings a container's process to the starting line. The box is removed with the container, or when that fails. */
export async function prepareProcess(spec: LaunchSpec, box: Box): Promise<ProcessPrepared> {
  let launched: Launched;
  try {
    launched = await launch(spec, box);
  } catch (error) {
    await box.remove();
    throw error;
  }
  const clean = cleaner(launched, spec, box);
  launched.channel.write(encode(spec.plan));
  return {
    id: spec.id,
    start: () => follow(launched, spec, clean),
    stands: () => isAlive(launched.process),
    async discard() {
      const ended = new Promise<unknown>((resolve) => {
        if (isAlive(launched.process)) launched.process.once("close", resolve);
        else resolve(undefined);
      });
      launched.stdout.resume();
      launched.stderr.resume();
      killGroup(launched.pid);
      await ended;
      await clean();
    },
  };
}

function isAlive({ exitCode, signalCode }: Launched["process"]): boolean {
  return exitCode === null && signalCode === null;
}

/** Ends every process of the container, then removes its folders. */
export function cleaner(
  { pid }: Launched,
  spec: Pick<LaunchSpec, "id" | "guard">,
  box: Box,
): () => Promise<void> {
  const namespace = holdNamespace(pid);
  const unguard = spec.guard(pid);
  return async () => {
    unguard();
    reap(spec.id, namespace?.name);
    namespace?.release();
    await box.remove();
  };
}
