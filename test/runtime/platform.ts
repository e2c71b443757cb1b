// Opens the local platform inside the test's own process, on real containers, the way the runtime serves an app.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll } from "vitest";
import { type Answer, json } from "../../runtime/container/container.ts";
import { describeApp } from "../../runtime/jobs/describe.ts";
import { openImages } from "../../runtime/jobs/images.ts";
import { openPlatform, versionOf } from "../../runtime/jobs/platform.ts";
import { openSession } from "../../runtime/jobs/session.ts";
import type { RuntimeOptions } from "../../runtime/options.ts";
import type { Platform } from "../../runtime/pool/platform.ts";
import { now } from "../../runtime/trace/clock.ts";
import type { RuntimeEvent } from "../../runtime/trace/events.ts";
import { bundle, createProject, type Project, until } from "./harness.ts";

export interface Served {
  readonly platform: Platform;
  readonly events: RuntimeEvent[];
  readonly notes: string[];
  output(): string;
  /** Calls a function of the file; its result as JSON says it. */
  call(name: string, args?: readonly unknown[], signal?: AbortSignal): Promise<unknown>;
  name(name: string): { readonly file: string; readonly name: string };
  /** Reads the file again and serves it as it is now. */
  redeploy(): Promise<void>;
  /** Waits for an event. */
  said(type: RuntimeEvent["type"], count?: number): Promise<void>;
  count(type: RuntimeEvent["type"], name?: string): number;
  close(): Promise<void>;
}

export async function serve(
  dist: string,
  project: Project,
  fileName: string,
  options: Partial<RuntimeOptions> = {},
): Promise<Served> {
  const file = join(project.folder, fileName);
  const variant = { id: "it", file };
  const events: RuntimeEvent[] = [];
  const notes: string[] = [];
  let output = "";
  const session = await openSession(
    {
      version: 1,
      root: project.folder,
      cache: project.cache,
      env: {},
      job: { kind: "entrypoint", variant },
      ...options,
    },
    {
      child: join(dist, "child/node.cjs"),
      python: join(dist, "child/python"),
      sdk: join(dist, "sdk.js"),
    },
    (message) => {
      if (message.type === "event") events.push(message.event);
      if (message.type === "note") notes.push(message.text);
      if (message.type === "output") output += message.text;
      return undefined;
    },
    { origin: now() },
    new AbortController().signal,
  );
  const images = await openImages(session);
  const platform = openPlatform(session);
  const redeploy = async () =>
    platform.deploy(versionOf(session, images, variant, (await describeApp(session, variant)).functions));
  await redeploy();
  const count: Served["count"] = (type, name) =>
    events.filter(
      (event) => event.type === type && (name === undefined || event.function === `${fileName}::${name}`),
    ).length;
  const parse = ({ bytes }: Answer): unknown => JSON.parse(Buffer.from(bytes).toString());
  return {
    platform,
    events,
    notes,
    output: () => output,
    name: (name) => ({ file, name }),
    call: async (name, args = [], signal) =>
      parse(await platform.call({ file, name }, { args: json(args), answer: "json", signal })),
    redeploy,
    said: (type, wanted = 1) => until(() => count(type) >= wanted),
    count,
    async close() {
      await platform.stop();
      await session.close();
    },
  };
}

/** What the test at hand has opened. */
export let app: Served;
export let project: Project;
let dist: string;

/** Serves one app in each test of a file; what this returns opens it. @param head What all their files begin with. */
export function useApps(fileName: string, head: string): (code: string) => Promise<void> {
  beforeAll(async () => {
    dist = await bundle();
  });
  afterAll(() => rmSync(dist, { recursive: true, force: true }));
  afterEach(async () => {
    await app.close();
    project.remove();
  });
  return async (code) => {
    project = createProject(dist, { "package.json": `{ "type": "module" }`, [fileName]: head + code });
    app = await serve(dist, project, fileName);
  };
}

export const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
