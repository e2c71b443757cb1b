// Images step by step, in real containers: what each step leaves, why it is built again, and what becomes of failures.
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { BuildResult } from "../../runtime/jobs/build.ts";
import type { RuntimeOptions } from "../../runtime/options.ts";
import { bundle, createProject, errorOf, type Project, type Run, resultOf, until } from "./harness.ts";

let dist: string;
let project: Project;
beforeAll(async () => {
  dist = await bundle();
});
const projects: Project[] = [];
beforeEach(() => {
  project = createProject(dist, { "package.json": '{ "type": "module" }', ...hello("greeting", "1.2.3") });
  projects.push(project);
});
afterAll(() => {
  for (const each of projects) each.remove();
});

/** A package of npm. */
const hello = (name: string, version: string, folder = name) => ({
  [`${folder}/package.json`]: JSON.stringify({ name, version, main: "index.js", bin: { [name]: "cli.js" } }),
  [`${folder}/index.js`]: `exports.version = ${JSON.stringify(version)};`,
  [`${folder}/cli.js`]: `#!/usr/bin/env node\nconsole.log("${name} ${version}");`,
});

const build = (file = "app.ts", more: Partial<RuntimeOptions> = {}, prune = false) =>
  project.start({ kind: "build", variant: { id: "it", file: join(project.folder, file) }, prune }, more)
    .ended;
const layersOf = (run: Run) => (resultOf(run) as BuildResult).layers;
const told = (run: Run) =>
  layersOf(run).map(({ name, cached, reason }) => [name, cached ? "cached" : reason]);
const standing = () => readdirSync(join(project.cache, "layers"));

const app = (image: string, handler: string, more = "") => `
  import { App, Image } from "coldstart";
  import { existsSync, readFileSync, writeFileSync } from "node:fs";
  import { execFileSync } from "node:child_process";
  const app = new App("app", { image: ${image} });
  export const f = app.function(${handler});
  ${more}
`;

describe.each(["mounts", "folders"] as const)("by %s", (isolation) => {
  it("a chain of steps is what containers begin with", async () => {
    project.write({
      "data/a.json": "[1]",
      "data/b/c.txt": "c",
      "app.ts": `import { version } from "greeting";${app(
        `Image.node().npmInstall("./greeting").env({ WHO: "you" }).addLocalFile("data/a.json", "~/file/")
          .addLocalDir("data", "~/data").runCommands("greeting > cli", "echo $WHO >> cli")
          .runFunction(function fetches() { writeFileSync(process.env.HOME + "/fetched", version + process.env.WHO); })`,
        `() => [version, process.env.WHO, ...["cli", "fetched", "file/a.json", "data/b/c.txt"].map((path) => readFileSync(process.env.HOME + "/" + path, "utf8")), String(execFileSync("greeting"))]`,
      )}`,
    });
    const run = await project.cold("app.ts::f", {}, { isolation });
    const cli = "greeting 1.2.3\n";
    expect(resultOf(run)).toEqual(["1.2.3", "you", `${cli}you\n`, "1.2.3you", "[1]", "c", cli]);
    const again = await build("app.ts", { isolation });
    expect(told(again)).toEqual([
      ["npmInstall ./greeting", "cached"],
      ["addLocalFile data/a.json ~/file/", "cached"],
      ["addLocalDir data ~/data", "cached"],
      ["runCommands greeting > cli; echo $WHO >> cli", "cached"],
      ["runFunction fetches", "cached"],
    ]);
  });
});

describe("by mounts", () => {
  it("a working folder is made, and containers start there; absolute paths are the image's alone", async () => {
    project.write({
      "app.ts": app(
        `Image.node().workdir("/srv/app").runCommands("echo made > here").workdir("deeper")`,
        `() => [process.cwd(), readFileSync("../here", "utf8")]`,
      ),
    });
    expect(resultOf(await project.cold("app.ts::f"))).toEqual(["/srv/app/deeper", "made\n"]);
  });
});

it("a layer is built again for what has changed, and says so", async () => {
  const write = (packages: string, who: string, body = "1") =>
    project.write({
      "app.ts": app(
        `Image.node().npmInstall(${packages}).env({ WHO: "${who}" }).runCommands("echo $WHO").runFunction(() => {})`,
        `() => ${body}`,
      ),
      ...hello("other", "1.0.0"),
    });
  write('"./greeting"', "you");
  expect(told(await build()).map(([, why]) => why)).toEqual(["no layer yet", "no layer yet", "no layer yet"]);
  write('"./greeting", "./other"', "you");
  expect(told(await build()).map(([, why]) => why)).toEqual([
    expect.stringMatching(/^the packages changed: \+ \.\/other; /),
    "the layer before changed",
    "app.ts changed",
  ]);
  write('"./greeting", "./other"', "me");
  expect(told(await build()).map(([, why]) => why)).toEqual([
    "cached",
    "the variable WHO changed",
    "app.ts changed; the variable WHO changed",
  ]);
  project.write({ "greeting/index.js": "exports.version = 2;" });
  expect(told(await build())[0]).toEqual(["npmInstall ./greeting ./other", "greeting/index.js changed"]);
});

it("functions share the layers of an image, and have their build hooks for themselves", async () => {
  project.write({
    "app.ts": app(
      `Image.node().runCommands("echo once").runFunction(() => console.log("baked"))`,
      "() => 1",
      `export const g = app.function({ build: () => console.log("own") }, () => 2);`,
    ),
  });
  const run = await build();
  expect(layersOf(run).map(({ name }) => name)).toEqual([
    "runCommands echo once",
    "runFunction function",
    "build of app.ts::g",
  ]);
  expect(run.output.match(/once|baked|own/g)).toEqual(["once", "baked", "own"]);
  expect(run.events.filter(({ type }) => type === "image.layer.cached")).toHaveLength(2);
});

it("methods of a class share its build hooks, which come after the image's steps", async () => {
  project.write({
    "app.ts": `
      import { App, build, Image, method } from "coldstart";
      import { readFileSync, writeFileSync } from "node:fs";
      const home = process.env.HOME;
      const app = new App("app");
      @app.cls({ image: Image.node().runCommands("echo step > ~/step") })
      export class Model {
        @build() fetch() { writeFileSync(home + "/built", readFileSync(home + "/step", "utf8") + "hook"); }
        @method() one() { return readFileSync(home + "/built", "utf8"); }
        @method() two() { return 2; }
      }
    `,
  });
  const names = ["runCommands echo step > ~/step", "build of app.ts::Model"];
  expect(layersOf(await build()).map(({ name }) => name)).toEqual(names);
  const run = await project.cold("app.ts::Model.one");
  expect(resultOf(run)).toBe("step\nhook");
  expect(run.events.filter(({ type }) => type === "image.layer.cached")).toHaveLength(2);
});

it("two builds at once build once", async () => {
  project.write({ "app.ts": app(`Image.node().runCommands("echo a").runCommands("echo b")`, "() => 1") });
  const runs = await Promise.all([build(), build()]);
  const built = runs.flatMap(({ events }) => events.filter(({ type }) => type === "image.layer.built"));
  expect(built).toHaveLength(2);
  for (const run of runs) expect(layersOf(run)).toHaveLength(2);
});

it.each(["SIGTERM", "SIGKILL"] as const)("a build that %s ends leaves whole layers alone", async (signal) => {
  project.write({
    "app.ts": app(
      `Image.node().runCommands("echo whole").runCommands("echo half > half; echo begun; sleep 1000")`,
      "() => 1",
    ),
  });
  const job = { kind: "build", variant: { id: "it", file: join(project.folder, "app.ts") } } as const;
  const running = project.start(job);
  await running.message((message) => message.type === "output" && message.text.includes("begun"));
  running.process.kill(signal);
  await running.ended;
  await until(() => standing().length === 1 && readdirSync(join(project.cache, "containers")).length === 0);
  expect(standing()[0]).toMatch(/^[0-9a-f]{40}$/);
});

describe("what fails", () => {
  const fails = async (image: string, more: Partial<RuntimeOptions> = {}) => {
    project.write({ "app.ts": app(image, "() => 1") });
    const run = await project.cold("app.ts::f", {}, more);
    expect(standing().filter((name) => !/^[0-9a-f]{40}$/.test(name))).toEqual([]);
    return errorOf(run);
  };

  it("is named: a command, with its output", async () => {
    const error = await fails(`Image.node().runCommands("echo fine", "echo why >&2; exit 7")`);
    expect(error).toMatchObject({ kind: "error", stage: "build", name: "CommandFailedError" });
    expect(error.message).toContain("`echo why >&2; exit 7` failed (exit code 7)");
    expect(error.output).toContain("why");
  });

  it("is named: a registry that does not answer", async () => {
    const error = await fails(`Image.node().npmInstall("not-to-be-had")`, {
      env: { npm_config_registry: "http://127.0.0.1:1/" },
    });
    expect(error).toMatchObject({ kind: "environment", stage: "build", name: "RegistryUnreachableError" });
    expect(error.message).toContain("not-to-be-had");
  });

  it("is named: a file that is not there", async () => {
    const error = await fails(`Image.node().addLocalFile("none.json", "/x")`);
    expect(error).toMatchObject({ kind: "usage", name: "LocalFileError" });
    expect(error.message).toContain(join(project.folder, "none.json"));
  });

  it("is named: packages of the system that this computer has not", async () => {
    const error = await fails(`Image.node().aptInstall("not-to-be-had")`);
    expect(error).toMatchObject({ kind: "environment", name: "AptUnavailableError" });
    expect(error.message).toContain("apt-get install not-to-be-had");
  });

  it("is named: a function of the image that throws", async () => {
    const error = await fails(`Image.node().runFunction(() => { throw new TypeError("no weights"); })`);
    expect(error).toMatchObject({ kind: "error", stage: "build", name: "TypeError", message: "no weights" });
    expect(error.stack).toContain("app.ts");
  });
});

describe("packages that the project has", () => {
  it("are taken in a fitting version, and nothing is installed", async () => {
    project.write({
      ...hello("zz-own", "2.1.0", "node_modules/zz-own"),
      "app.ts": `import { version } from "zz-own";${app('Image.node().npmInstall("zz-own@^2")', "() => version")}`,
    });
    const run = await project.cold("app.ts::f");
    expect(resultOf(run)).toBe("2.1.0");
    expect(run.notes.join()).toContain("the project's own zz-own 2.1.0 is taken");
    expect(standing()).toEqual([]);
  });

  it("give way to the image's in another version, for code of the project", async () => {
    project.write({
      ...hello("greeting", "9.0.0", "node_modules/greeting"),
      "app.ts": `import { version } from "greeting"; import { createRequire } from "node:module";${app(
        'Image.node().npmInstall("./greeting")',
        '() => [version, createRequire(import.meta.url)("greeting").version]',
      )}`,
    });
    expect(resultOf(await project.cold("app.ts::f"))).toEqual(["1.2.3", "1.2.3"]);
  });
});

describe("pruning", () => {
  const image = (text: string) => app(`Image.node().runCommands("echo ${text} > made")`, "() => 1");

  it("removes what no image has any more, and says what that frees", async () => {
    project.write({ "app.ts": image("first") });
    const [first] = layersOf(await build());
    project.write({ "app.ts": image("second") });
    const result = resultOf(await build("app.ts", {}, true)) as BuildResult;
    expect(result.pruned).toMatchObject([{ name: "runCommands echo first > made", hash: first?.hash }]);
    expect(result.freed).toBeGreaterThan(0);
    expect(standing()).toEqual(result.layers.map(({ hash }) => hash));
    expect(told(await build())).toEqual([["runCommands echo second > made", "cached"]]);
  });

  it("leaves what a container of another process uses", async () => {
    project.write({
      "app.ts": app(
        'Image.node().runCommands("echo used > ~/used")',
        `async () => { console.log("works"); await new Promise((r) => setTimeout(r, 1e6)); }`,
      ),
    });
    const running = project.start(project.coldJob("app.ts::f"));
    await running.message((message) => message.type === "output" && message.text.includes("works"));
    const [used] = standing();
    project.write({ "app.ts": image("second") });
    const result = resultOf(await build("app.ts", {}, true)) as BuildResult;
    expect(result.pruned).toEqual([]);
    expect(standing()).toContain(used);
    running.process.kill("SIGTERM");
    await running.ended;
    expect((resultOf(await build("app.ts", {}, true)) as BuildResult).pruned).toMatchObject([{ hash: used }]);
  });
});

it("without steps and hooks nothing is started", async () => {
  project.write({ "app.ts": app("Image.node()", "() => 1") });
  expect(told(await build())).toEqual([]);
  rmSync(join(project.cache, "apps"), { recursive: true });
  project.write({
    "app.ts": `import { App } from "coldstart"; export const f = new App("a").function(() => { throw 1; });`,
  });
  await project.cold("app.ts::f");
  expect(readdirSync(join(project.cache, "apps"))).toEqual([]);
});
