// Images of Modal apps, in real containers: their steps are carried out here, as far as a computer that is not Modal's can.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { BuildResult } from "../../runtime/jobs/build.ts";
import type { RuntimeOptions } from "../../runtime/options.ts";
import { bundle, createProject, errorOf, type Project, type Run, resultOf } from "./harness.ts";
import { tiny } from "./tiny.ts";

let dist: string;
let project: Project;
const projects: Project[] = [];
beforeAll(async () => {
  dist = await bundle();
});
beforeEach(() => {
  project = createProject(dist, tiny);
  projects.push(project);
});
afterAll(() => {
  for (const each of projects) each.remove();
});

const build = (more: Partial<RuntimeOptions> = {}) =>
  project.start({ kind: "build", variant: { id: "it", file: join(project.folder, "app.py") } }, more).ended;
const told = (run: Run) =>
  (resultOf(run) as BuildResult).layers.map(({ name, cached, reason }) => [name, cached ? "cached" : reason]);
const standing = () => readdirSync(join(project.cache, "layers"));

describe.each(["mounts", "folders"] as const)("by %s", (isolation) => {
  it("a chain of steps is what containers begin with, packages of module scope among it", async () => {
    project.write({
      "a.json": "[1]",
      "app.py": `
import os
import modal
import tinypkg
from pathlib import Path

def bake(size, *, name):
    Path("/root" if os.getuid() == 0 and ${isolation === "mounts" ? "True" : "False"} else "~").expanduser().joinpath("weights").write_text(tinypkg.NAME + size + name + str(modal.is_local()))

image = (
    modal.Image.debian_slim()
    .pip_install("./tiny")
    .env({"WHO": "you"})
    .add_local_file("a.json", "/root/files/")
    .run_commands("tiny-cli > ~/said", "python -c 'import tinypkg; print(tinypkg.NAME)' >> ~/said")
    .run_function(bake, args=("large",), kwargs={"name": "w"})
)
app = modal.App("app", image=image)

@app.function()
def f():
    home = Path("~").expanduser()
    weights = next(p for p in (Path("/root/weights"), home / "weights") if p.exists())
    return [tinypkg.NAME, os.environ["WHO"], weights.read_text(), (home / "said").read_text(), (home / "files/a.json").read_text()]
`,
    });
    const run = await project.cold("app.py::f", {}, { isolation });
    expect(resultOf(run)).toEqual(["tiny", "you", "tinylargewFalse", "said by tiny\ntiny\n", "[1]"]);
    expect(told(await build({ isolation }))).toEqual([
      ["pip_install ./tiny", "cached"],
      ["add_local_file a.json /root/files/", "cached"],
      [expect.stringMatching(/^run_commands tiny-cli/), "cached"],
      ["run_function bake", "cached"],
    ]);
  });
});

const app = (image: string, before = "") => `
import modal
from pathlib import Path
${before}
image = modal.Image.debian_slim()${image}
app = modal.App("app", image=image)

@app.function()
def f():
    return "ran"
`;

it("packages that the Python at hand has are not installed again", async () => {
  project.write({
    "requirements.txt": "# what we need\npip>=1  # any\n",
    "app.py": app('.pip_install("pip>=1", "pip").pip_install_from_requirements("requirements.txt")'),
  });
  const run = await project.cold("app.py::f");
  expect(resultOf(run)).toBe("ran");
  expect(run.notes.join("\n")).toMatch(/pip_install pip>=1 pip: nothing is installed, since .* has it all/);
  expect(standing()).toEqual([]);
});

it("a list of requirements is an input", async () => {
  project.write({
    "requirements.txt": "./tiny\n",
    "app.py": app('.pip_install_from_requirements("requirements.txt")'),
  });
  expect(told(await build())).toEqual([["pip_install -r requirements.txt", "no layer yet"]]);
  project.write({ "requirements.txt": "./tiny\npip\n" });
  expect(told(await build())).toEqual([["pip_install -r requirements.txt", "requirements.txt changed"]]);
});

describe("an index that does not answer", () => {
  const offline = app('.pip_install("not-to-be-had", index_url="http://127.0.0.1:1/simple")');

  it("leaves the packages out of runs, which say so, and try again after a while only", async () => {
    project.write({ "app.py": offline });
    const first = await project.cold("app.py::f");
    expect(resultOf(first)).toBe("ran");
    expect(first.notes.join("\n")).toContain("not-to-be-had cannot be installed");
    expect(first.events.filter(({ type }) => type === "image.layer.started")).toHaveLength(1);
    const second = await project.cold("app.py::f");
    expect(second.notes.join("\n")).toContain("not-to-be-had cannot be installed");
    expect(second.events.filter(({ type }) => type === "image.layer.started")).toHaveLength(0);
  });

  it("is an environment that failed, for those who build", async () => {
    project.write({ "app.py": offline });
    const error = errorOf(await build());
    expect(error).toMatchObject({ kind: "environment", stage: "build", name: "RegistryUnreachableError" });
    expect(error.message).toContain("not-to-be-had");
  });
});

it("functions of the build have their volumes and secrets", async () => {
  project.write({
    "app.py": app(
      '.run_function(fetch, volumes={"/root/kept": kept}, secrets=[modal.Secret.from_dict({"TOKEN": "t"})])',
      `
import os
kept = modal.Volume.from_name("kept", create_if_missing=True)
def fetch():
    Path("/root/kept/file").write_text(os.environ["TOKEN"])
`,
    ),
  });
  expect(told(await build())).toEqual([["run_function fetch", "no layer yet"]]);
  expect(readFileSync(join(project.cache, "volumes/kept/file"), "utf8")).toBe("t");
});
