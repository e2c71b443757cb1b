// The build phase: once per content, whole or not at all, and its files in every later container.
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bundle, createProject, errorOf, type Project, type Run, resultOf, until } from "./harness.ts";

let project: Project;
beforeAll(async () => {
  project = createProject(await bundle(), {
    "app.ts": `
      import { App } from "coldstart";
      import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
      import { homedir, tmpdir } from "node:os";
      const app = new App("app");
      const paths = () => [homedir() + "/.cache/w", tmpdir() + "/w"];
      const write = (path: string) => { mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true }); writeFileSync(path, "weights"); };
      export const folders = app.function({ build: () => { paths().forEach(write); return 42; } }, () => paths().map((path) => readFileSync(path, "utf8")));
      export const absolute = app.function({ build: () => { ["/models/w", "/opt/cold/w", process.cwd() + "/built/w"].forEach(write); } },
        () => ["/models/w", "/opt/cold/w", process.cwd() + "/built/w"].map((path) => readFileSync(path, "utf8")));
      export const removes = app.function({ build: () => { rmSync(process.cwd() + "/gone.txt"); rmSync(process.cwd() + "/folder", { recursive: true }); mkdirSync(process.cwd() + "/folder"); } },
        () => [existsSync(process.cwd() + "/gone.txt"), existsSync(process.cwd() + "/folder/inside.txt"), existsSync(process.cwd() + "/folder")]);
      export const privately = app.function({ build: () => paths().forEach(write) }, () => {
        const before = readFileSync(paths()[1] ?? "", "utf8");
        for (const path of paths()) writeFileSync(path, "spoilt");
        return before;
      });
      export const fails = app.function({ build: () => { write(tmpdir() + "/half"); throw new TypeError("no weights"); } }, () => 1);
      export const full = app.function({ build: () => { throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" }); } }, () => 1);
      export const exits = app.function({ build: () => process.exit(9) }, () => 1);
      export const hangs = app.function({ build: () => { write(tmpdir() + "/half"); console.log("building"); return new Promise(() => setInterval(() => {}, 1000)); } }, () => 1);
      export const plain = app.function(() => "no build");
    `,
    "gone.txt": "there",
    "folder/inside.txt": "there",
  });
});
beforeEach(() => rmSync(join(project.cache, "layers"), { recursive: true, force: true }));
afterAll(() => project.remove());

const layerEvents = (run: Run) =>
  run.events.map(({ type }) => type).filter((type) => type.startsWith("image."));
const layers = () => readdirSync(join(project.cache, "layers"));

describe.each(["mounts", "folders"] as const)("by %s", (isolation) => {
  it("what the build writes to home and temp is there in every container, and it is built once", async () => {
    const first = await project.cold("app.ts::folders", {}, { isolation });
    expect(resultOf(first)).toEqual(["weights", "weights"]);
    expect(layerEvents(first)).toEqual(["image.layer.started", "image.layer.built"]);
    const second = await project.cold("app.ts::folders", {}, { isolation });
    expect(resultOf(second)).toEqual(["weights", "weights"]);
    expect(layerEvents(second)).toEqual(["image.layer.cached"]);
  });

  it("what containers write stays out of the image", async () => {
    await project.cold("app.ts::privately", {}, { isolation });
    expect(resultOf(await project.cold("app.ts::privately", {}, { isolation }))).toBe("weights");
  });

  it("a build that throws is an error of that stage, and leaves nothing", async () => {
    const run = await project.cold("app.ts::fails", {}, { isolation });
    expect(errorOf(run)).toMatchObject({
      kind: "error",
      stage: "build",
      name: "TypeError",
      message: "no weights",
    });
    expect(errorOf(run).stack).toContain(`${project.folder}/app.ts`);
    expect(layerEvents(run)).toEqual(["image.layer.started"]);
    expect(layers()).toEqual([]);
  });

  it("a build that is interrupted leaves nothing", async () => {
    const running = project.start(project.coldJob("app.ts::hangs"), { isolation });
    await running.message((message) => message.type === "output");
    running.process.kill("SIGTERM");
    const run = await running.ended;
    expect(errorOf(run)).toMatchObject({ kind: "cancelled" });
    expect(run.code).toBe(130);
    expect(layers()).toEqual([]);
  });

  it("a runtime that is killed while building leaves nothing", async () => {
    const running = project.start(project.coldJob("app.ts::hangs"), { isolation });
    await running.message((message) => message.type === "output");
    running.process.kill("SIGKILL");
    await until(() => layers().length === 0);
    await until(() => readdirSync(join(project.cache, "containers")).length === 0);
  });
});

describe("by mounts", () => {
  it("absolute paths and the project's folder are part of the image, and not of the computer", async () => {
    expect(resultOf(await project.cold("app.ts::absolute"))).toEqual(["weights", "weights", "weights"]);
    expect(existsSync("/models")).toBe(false);
    expect(existsSync(join(project.folder, "built"))).toBe(false);
  });

  it("what the build removes is gone, and stays on the computer", async () => {
    expect(resultOf(await project.cold("app.ts::removes"))).toEqual([false, false, true]);
    expect(existsSync(join(project.folder, "gone.txt"))).toBe(true);
  });
});

it("a function without a build hook has no image", async () => {
  const run = await project.cold("app.ts::plain");
  expect(resultOf(run)).toBe("no build");
  expect(layerEvents(run)).toEqual([]);
});

it("a disk that is full is an environment that failed", async () => {
  const error = errorOf(await project.cold("app.ts::full"));
  expect(error).toMatchObject({ kind: "environment", stage: "build" });
  expect(error.message).toContain("free some space");
});

it("a build that exits is a lost container", async () => {
  expect(errorOf(await project.cold("app.ts::exits"))).toMatchObject({
    kind: "lost",
    stage: "build",
    exitCode: 9,
  });
});

it("two runs at once build once", async () => {
  const runs = await Promise.all([project.cold("app.ts::folders"), project.cold("app.ts::folders")]);
  for (const run of runs) expect(resultOf(run)).toEqual(["weights", "weights"]);
  expect(runs.flatMap(layerEvents).sort()).toEqual([
    "image.layer.built",
    "image.layer.cached",
    "image.layer.started",
  ]);
});

it("other environment variables are another image", async () => {
  await project.cold("app.ts::folders", {}, { env: { WEIGHTS: "a" } });
  const run = await project.cold("app.ts::folders", {}, { env: { WEIGHTS: "b" } });
  expect(layerEvents(run)).toEqual(["image.layer.started", "image.layer.built"]);
});
