// Our side of the queue benchmark: a session whose pool of warm containers takes all inputs at once; prints the milliseconds of each round.
import { createWriteStream, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { json } from "../../runtime/container/container.ts";
import { openImages } from "../../runtime/jobs/images.ts";
import { openPlatform, versionOf } from "../../runtime/jobs/platform.ts";
import { openSession } from "../../runtime/jobs/session.ts";
import type { RuntimeMessage } from "../../runtime/options.ts";
import { now } from "../../runtime/trace/clock.ts";
import { trivialProject } from "./runtime.ts";

const [inputs, containers, rounds] = process.argv.slice(2).map(Number);
const root = trivialProject();
const file = join(root, "trivial.mjs");
const dist = resolve(import.meta.dirname, "../../dist");
// Where messages go as they do in the process that serves: as lines of JSON.
const sink = createWriteStream("/dev/null");
let lines: string[] = [];
const say = (message: RuntimeMessage): undefined => {
  lines.push(`${JSON.stringify(message)}\n`);
  if (lines.length < 500) return;
  sink.write(lines.join(""));
  lines = [];
};
const session = await openSession(
  {
    version: 1,
    root,
    cache: join(root, "cache"),
    node: process.execPath,
    env: {},
    job: { kind: "entrypoint", variant: { id: "bench", file } },
  },
  {
    child: join(dist, "child/node.cjs"),
    python: join(dist, "child/python"),
    sdk: join(dist, "sdk.js"),
  },
  say,
  { origin: now() },
  new AbortController().signal,
);
const platform = openPlatform(session);
const settings = {
  build: false,
  timeout: 300,
  keepWarm: containers ?? 1,
  maxContainers: containers ?? 1,
  containerIdleTimeout: 300,
};
const description = { file, name: "handler", settings, builds: [], generator: false };
platform.deploy(versionOf(session, await openImages(session), { id: "bench", file }, [description]));
const round = async (count: number): Promise<number> => {
  const began = performance.now();
  const call = (_: unknown, id: number) =>
    platform.call({ file, name: "handler" }, { args: json([{ id }]), answer: "json" });
  await Promise.all(Array.from({ length: count }, call));
  return performance.now() - began;
};
await round(500);
for (let i = 0; i < (rounds ?? 1); i++) console.log(await round(inputs ?? 1));
await platform.drain();
await session.close();
rmSync(root, { recursive: true, force: true });
