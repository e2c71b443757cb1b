// The platform of a session with one trivial function, in this process: what benchmarks of queue, burst and memory run on.
import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { FunctionSettings } from "../../runtime/child/description.ts";
import { type Answer, json } from "../../runtime/container/container.ts";
import { openImages } from "../../runtime/jobs/images.ts";
import { openPlatform, versionOf } from "../../runtime/jobs/platform.ts";
import { openSession, type Session } from "../../runtime/jobs/session.ts";
import type { RuntimeMessage } from "../../runtime/options.ts";
import type { Platform } from "../../runtime/pool/platform.ts";
import { now } from "../../runtime/trace/clock.ts";
import { trivialProject } from "./runtime.ts";

export interface Bench {
  readonly session: Session;
  readonly platform: Platform;
  readonly function: { readonly file: string; readonly name: string };
  call(event: unknown): Promise<Answer>;
  /** Lets the inputs at hand end. */
  close(): Promise<void>;
}

export async function openBench(
  scaling: Pick<FunctionSettings, "keepWarm" | "maxContainers">,
  say: (message: RuntimeMessage) => undefined,
): Promise<Bench> {
  const root = trivialProject();
  const file = join(root, "trivial.mjs");
  const dist = resolve(import.meta.dirname, "../../dist");
  const session = await openSession(
    {
      version: 1,
      root,
      cache: join(root, "cache"),
      node: process.execPath,
      env: {},
      // As commands run it, unless they are asked for events.
      quiet: true,
      job: { kind: "entrypoint", variant: { id: "bench", file } },
    },
    { child: join(dist, "child/node.cjs"), python: join(dist, "child/python"), sdk: join(dist, "sdk.js") },
    say,
    { origin: now() },
    new AbortController().signal,
  );
  const platform = openPlatform(session);
  const name = "handler";
  const settings = { build: false, timeout: 300, containerIdleTimeout: 300, ...scaling };
  const description = { file, name, settings, builds: [], generator: false };
  platform.deploy(versionOf(session, await openImages(session), { id: "bench", file }, [description]));
  return {
    session,
    platform,
    function: { file, name },
    call: (event) => platform.call({ file, name }, { args: json([event]), answer: "json" }),
    async close() {
      await platform.drain();
      await session.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
