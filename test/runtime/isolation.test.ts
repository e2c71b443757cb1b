// What containers share and what they don't, by either kind of isolation.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundle, createProject, type Project, resultOf } from "./harness.ts";

let project: Project;
beforeAll(async () => {
  project = createProject(await bundle(), {
    "write.mjs": `
      import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
      import { homedir, tmpdir } from "node:os";
      export const first = (path) => {
        const file = path.replace("HOME", homedir()).replace("TMP", tmpdir());
        if (existsSync(file)) return "was there";
        mkdirSync(file.slice(0, file.lastIndexOf("/")), { recursive: true });
        writeFileSync(file, "written");
        return "written";
      };
      export const read = (path) => readFileSync(path, "utf8");
      export const append = (path) => { writeFileSync(path, "changed"); return readFileSync(path, "utf8"); };
      export const places = () => ({ home: homedir(), temp: tmpdir() });
    `,
    "data.txt": "as it was",
    "node_modules/dep/index.js": "module.exports = 'from node_modules';",
    "dep.cjs": "exports.handler = () => require('dep');",
  });
});
afterAll(() => project.remove());

const twice = (target: string, input: unknown) => ({
  kind: "cold" as const,
  variants: [
    {
      id: "it",
      file: join(project.folder, target.split("::")[0] ?? ""),
      function: target.split("::")[1] ?? "",
    },
  ],
  steps: [
    { variant: "it", input: [input] },
    { variant: "it", input: [input] },
  ],
});

describe.each(["mounts", "folders"] as const)("isolation by %s", (isolation) => {
  it("says what it is", async () => {
    const run = await project.cold("write.mjs::places", {}, { isolation });
    expect(run.where?.isolation).toBe(isolation);
  });

  it.each(["HOME/.cache/model.bin", "TMP/model.bin"])(
    "keeps %s of one container from the next",
    async (path) => {
      const run = await project.start(twice("write.mjs::first", path), { isolation }).ended;
      expect([resultOf(run, 0), resultOf(run, 1)]).toEqual(["written", "written"]);
    },
  );

  it("finds packages as ever", async () => {
    expect(resultOf(await project.cold("dep.cjs::handler", {}, { isolation }))).toBe("from node_modules");
  });

  it("leaves nothing behind", async () => {
    await project.cold("write.mjs::first", { input: ["TMP/left.bin"] }, { isolation });
    expect(readdirSync(join(project.cache, "containers"))).toEqual([]);
  });
});

describe("isolation by mounts", () => {
  it("has a place for home and temp that is the same in every container", async () => {
    const run = await project.cold("write.mjs::places");
    expect(resultOf(run)).toEqual({ home: "/coldstart/home", temp: "/tmp" });
  });

  it.each(["/models/weights.bin", "/opt/cold/weights.bin"])(
    "keeps the absolute path %s from the next container and from the computer",
    async (path) => {
      const run = await project.start(twice("write.mjs::first", path)).ended;
      expect([resultOf(run, 0), resultOf(run, 1)]).toEqual(["written", "written"]);
      expect(existsSync(path)).toBe(false);
    },
  );

  it("begins with an empty temp folder", async () => {
    const file = join("/tmp", `coldstart-seen-${process.pid}`);
    writeFileSync(file, "");
    const run = await project
      .cold("write.mjs::first", { input: [file] })
      .finally(() => import("node:fs").then((fs) => fs.rmSync(file)));
    expect(resultOf(run)).toBe("written");
  });

  it("shows the project, and keeps what is written to it from the computer", async () => {
    const file = join(project.folder, "data.txt");
    expect(resultOf(await project.cold("write.mjs::read", { input: [file] }))).toBe("as it was");
    expect(resultOf(await project.cold("write.mjs::append", { input: [file] }))).toBe("changed");
    expect(readFileSync(file, "utf8")).toBe("as it was");
  });
});
