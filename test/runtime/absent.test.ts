// Programs are asked for their images while packages are missing that only the image will have.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { BuildResult } from "../../runtime/jobs/build.ts";
import { bundle, createProject, type Project, resultOf } from "./harness.ts";

let project: Project;
beforeAll(async () => {
  project = createProject(await bundle(), { "package.json": '{ "type": "module" }' });
});
afterAll(() => project.remove());

const built = async (file: string) => {
  const variant = { id: "it", file: `${project.folder}/${file}` };
  const run = await project.start({ kind: "build", variant }).ended;
  return (resultOf(run) as BuildResult).layers.map(({ name }) => name);
};

const app = `
import { App, Image } from "coldstart";
const app = new App("app", { image: Image.node().runCommands("echo built") });
`;

it.each([
  [
    "names and a default",
    'import it, { a, type B, c as d } from "zz-absent"; a.b(d).c; new it(); await a();',
  ],
  [
    "a namespace",
    'import * as ns from "@zz/absent/deep"; class X extends ns.Base {} new X(); ns.make({ n: ns.number() });',
  ],
  ["what is passed on", 'export { a, b as c } from "zz-absent";'],
  [
    "a call of require",
    'import { createRequire } from "node:module"; const { z } = createRequire(import.meta.url)("zz-absent"); z.object({}); String(z); [...z];',
  ],
])("by %s", async (_, text) => {
  project.write({ "app.ts": `${text}${app}export const f = app.function(() => 1);` });
  expect(await built("app.ts")).toEqual(["runCommands echo built"]);
});

it("a file of the project that is missing is no package, and is told of", async () => {
  project.write({ "app.ts": `import "./missing.js";${app}export const f = app.function(() => 1);` });
  await expect(built("app.ts")).rejects.toThrow("missing.js");
});

it("a program that cannot be asked says so, and runs as it is", async () => {
  project.write({
    "app.ts": `${app}if (process.env.HOME) throw new Error("not here");export const f = app.function(() => 1);`,
  });
  const run = await project.cold("app.ts::f");
  expect(run.notes.join("\n")).toContain(
    "app.ts has is not known, since it fails when it is asked: Error: not here",
  );
  expect(run.outcomes).toMatchObject([{ ok: false, error: { stage: "global", message: "not here" } }]);
});

it("modules of Python", async () => {
  project.write({
    "app.py": `
import modal
import zz_absent.deep as zz
from zz_absent import Base, decorate
from zz_absent.other import thing
try:
    import json
except ImportError:
    raise

class Model(Base, zz.More):
    x: thing.Type | None = None

@decorate
def plain(): ...

routes = thing.router("/x")
with thing.opened() as opened:
    values = [each for each in opened]
app = modal.App("app", image=modal.Image.debian_slim().run_commands("echo built"))

@app.function()
@zz.wraps(retry=3)
def f(a: zz.Type = zz.default[0]): return 1
`,
  });
  expect(await built("app.py")).toEqual(["run_commands echo built"]);
});
