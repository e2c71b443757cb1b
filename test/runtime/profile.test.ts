// The stages of a cold start, and what a profile run adds to them.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Outcome } from "../../runtime/options.ts";
import { bundle, createProject, type Project, resultOf } from "./harness.ts";

let project: Project;
const handler = `
  import { readFileSync } from "node:fs";
  import { value } from "./slow.mjs";
  const sleep = (ms, result) => new Promise((resolve) => setTimeout(resolve, ms, result));
  const follow = async () => sleep(30, "followed");
  export const handler = async () => {
    const together = await Promise.all([sleep(40, 1), follow()]);
    const after = await sleep(20, value);
    return [...together, after, readFileSync.name];
  };
  const spin = (ms) => { for (const end = performance.now() + ms; performance.now() < end; ); };
  export const busy = async () => [await sleep(30), await (async () => spin(30))()].length;
  export const unhandled = async () => {
    const lost = Promise.reject(new TypeError("still unhandled"));
    await sleep(20);
    return "too late";
  };
`;
const marked = `${handler
  .replace("sleep(40, 1)", "E(S(1), sleep(40, 1))")
  .replace("follow()])", "E(S(2), follow())])")
  .replace("await sleep(20, value)", "E(S(3), await sleep(20, value))")
  .replace("[await sleep(30)", "[E(S(5), await sleep(30))")
  .replace("await (async () => spin(30))()", "E(S(6), await (async () => spin(30))())")
  .replace("Promise.reject(new", "E(S(4), Promise.reject(new")
  .replace('("still unhandled"))', '("still unhandled")))')}
function S(id) { return globalThis[Symbol.for("coldstart.span")]?.start(id); }
function E(token, value) { globalThis[Symbol.for("coldstart.span")]?.end(token, value); return value; }`;

beforeAll(async () => {
  project = createProject(await bundle(), {
    "app.mjs": handler,
    "slow.mjs": "await new Promise((resolve) => setTimeout(resolve, 25));\nexport const value = 'slow';",
    "old.cjs":
      "const path = require('node:path'); const dep = require('./dep.cjs'); exports.handler = () => dep;",
    "dep.cjs": "module.exports = 'dep';",
    "app.ts": `
      import { App } from "coldstart";
      const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
      const app = new App("app");
      await sleep(15);
      export const entered = app.function({ enter: () => sleep(30) }, async () => { await sleep(10); return "done"; });
    `,
  });
});
afterAll(() => project.remove());

function ok(outcome: Outcome | undefined): Extract<Outcome, { ok: true }> {
  if (!outcome?.ok) throw new Error(JSON.stringify(outcome));
  return outcome;
}

describe("stages", () => {
  it("add up to the wall time, and last as long as what happens in them", async () => {
    const { stages, wall } = ok((await project.cold("app.ts::entered")).outcomes[0]);
    if (!stages) throw new Error("no stages");
    const sum = stages.queue + stages.boot + stages.global + stages.enter + stages.body;
    expect(sum).toBeCloseTo(wall, 6);
    expect(stages.global).toBeGreaterThanOrEqual(14.5);
    expect(stages.enter).toBeGreaterThanOrEqual(29.5);
    expect(stages.body).toBeGreaterThanOrEqual(9.5);
  });

  it("stand in the events in their order, on one clock", async () => {
    const { events } = await project.cold("app.ts::entered");
    const story = events.filter(({ type }) => type !== "container.exited");
    expect(story.map(({ type }) => type)).toEqual([
      "input.queued",
      "container.spawned",
      "container.loaded",
      "container.entered",
      "container.ready",
      "input.started",
      "input.finished",
    ]);
    const times = story.map(({ t }) => t);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
  });
});

describe("a profile run", () => {
  const job = {
    kind: "cold",
    variants: [{ id: "it", file: "", function: "handler", marked: {} }],
    steps: [{ variant: "it", input: [], profile: true }],
  } as const;
  const profiled = (name: string, profile = true) => {
    const file = join(project.folder, "app.mjs");
    const variants = [{ id: "it", file, function: name, marked: { [file]: marked } }];
    return project.start({ ...job, variants, steps: [{ ...job.steps[0], profile }] }).ended;
  };

  it("times marked expressions until their promises settle", async () => {
    const run = await profiled("handler");
    expect(resultOf(run)).toEqual([1, "followed", "slow", "readFileSync"]);
    const spans = new Map(ok(run.outcomes[0]).spans?.map((span) => [span.id, span]));
    expect([...spans.keys()].sort()).toEqual([1, 2, 3]);
    expect(spans.get(1)?.ms).toBeGreaterThanOrEqual(39);
    expect(spans.get(2)?.ms).toBeGreaterThanOrEqual(29);
    expect(spans.get(3)?.ms).toBeGreaterThanOrEqual(19);
    // The first two overlap, the third comes after them.
    const [first, second, third] = [1, 2, 3].map((id) => spans.get(id)?.start ?? 0);
    expect(second).toBeLessThan((first ?? 0) + 39);
    expect(third).toBeGreaterThanOrEqual((first ?? 0) + 39);
    expect(run.events.filter(({ type }) => type === "span")).toHaveLength(3);
  });

  it("tells waiting from keeping the event loop busy", async () => {
    const { spans = [] } = ok((await profiled("busy")).outcomes[0]);
    const [waiting, computing] = [5, 6].map((id) => spans.find((span) => span.id === id));
    expect([waiting?.loop, computing?.loop]).toEqual([true, true]);
    expect(waiting?.cpu).toBeLessThan(waiting?.ms ?? 0);
    expect(computing?.cpu).toBeGreaterThanOrEqual(30);
  });

  it("hides no rejection", async () => {
    const run = await profiled("unhandled");
    expect(run.outcomes[0]).toMatchObject({
      ok: false,
      error: { name: "TypeError", message: "still unhandled" },
    });
  });

  it("times the entry's imports, the costly one most", async () => {
    const imports = ok((await profiled("handler")).outcomes[0]).imports ?? [];
    expect(imports.map(({ specifier }) => specifier)).toEqual(["node:fs", "./slow.mjs"]);
    expect(imports[1]?.ms).toBeGreaterThanOrEqual(24.5);
  });

  it("times what a CommonJS module requires", async () => {
    const run = await project.cold("old.cjs::handler", { profile: true });
    expect(resultOf(run)).toBe("dep");
    expect(ok(run.outcomes[0]).imports?.map(({ specifier }) => specifier)).toEqual([
      "node:path",
      "./dep.cjs",
    ]);
  });

  it("is the only one that runs marked texts", async () => {
    const outcome = ok((await profiled("handler", false)).outcomes[0]);
    expect(outcome).not.toHaveProperty("spans");
    expect(outcome).not.toHaveProperty("imports");
  });
});

it("an overlaid text runs at the path of the file that it replaces", async () => {
  const file = join(project.folder, "dep.cjs");
  const entry = join(project.folder, "old.cjs");
  const run = await project.start({
    kind: "cold",
    variants: [
      { id: "before", file: entry, function: "handler" },
      { id: "after", file: entry, function: "handler", overlay: { [file]: "module.exports = __filename;" } },
    ],
    steps: [
      { variant: "before", input: [] },
      { variant: "after", input: [] },
    ],
  }).ended;
  expect([resultOf(run, 0), resultOf(run, 1)]).toEqual(["dep", file]);
});
