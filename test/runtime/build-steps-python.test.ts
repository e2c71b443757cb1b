// Options of Modal's image steps, in real containers: each is carried out, or named with what it means.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { BuildResult } from "../../runtime/jobs/build.ts";
import { bundle, createProject, errorOf, type Project, type Run, resultOf } from "./harness.ts";
import { tiny } from "./tiny.ts";

let dist: string;
let project: Project;
const projects: Project[] = [];
beforeAll(async () => {
  dist = await bundle();
});
beforeEach(() => {
  project = createProject(dist, {});
  projects.push(project);
});
afterAll(() => {
  for (const each of projects) each.remove();
});

const build = () =>
  project.start({ kind: "build", variant: { id: "it", file: join(project.folder, "app.py") } }).ended;
const told = (run: Run) =>
  (resultOf(run) as BuildResult).layers.map(({ name, cached, reason }) => [name, cached ? "cached" : reason]);

const app = (image: string, body: string, before = "") => `
import modal, os
from pathlib import Path
${before}
image = ${image}
app = modal.App("app", image=image)

@app.function()
def f():
    return ${body}
`;

const filesBelow = (folder: string) =>
  `sorted(str(p.relative_to("${folder}")) for p in Path("${folder}").rglob("*") if p.is_file())`;

describe("commands", () => {
  const commands = (token: string) =>
    app(
      `(modal.Image.debian_slim()
    .run_commands("echo $WHO > ~/said", env={"WHO": "you"})
    .run_commands("echo $TOKEN $WHAT > ~/told", "cat /root/kept/file >> ~/told", secrets=[modal.Secret.from_dict({"TOKEN": "${token}"})], volumes={"/root/kept": kept}, env={"WHAT": "x"}))`,
      `[Path("~/said").expanduser().read_text(), Path("~/told").expanduser().read_text()]`,
      'kept = modal.Volume.from_name("kept")\nif kept: (Path(kept.folder()) / "file").write_text("of the volume\\n")',
    );

  it("see the variables, secrets and volumes that they are given, which nobody else keeps", async () => {
    project.write({ "app.py": commands("of-a-secret") });
    const run = await project.cold("app.py::f");
    expect(resultOf(run)).toEqual(["you\n", "of-a-secret x\nof the volume\n"]);
    const kept = readdirSync(join(project.cache, "apps")).map((name) =>
      readFileSync(join(project.cache, "apps", name), "utf8"),
    );
    expect(kept.join()).not.toContain("of-a-secret");
    project.write({ "app.py": commands("another") });
    expect(told(await build())).toEqual([
      ["run_commands echo $WHO > ~/said", "cached"],
      [expect.stringContaining("run_commands echo $TOKEN"), "the secrets, variables and volumes changed"],
    ]);
  });

  it("that fail are named, and so is a secret that nobody has", async () => {
    const secret = (text: string) =>
      app(`modal.Image.debian_slim().run_commands("exit 3", secrets=[${text}])`, "1");
    project.write({ "app.py": secret("modal.Secret.from_dict({'A': 'b'})") });
    expect(errorOf(await build()).message).toContain("`exit 3` failed (exit code 3)");
    project.write({ "app.py": secret("modal.Secret.from_name('nobody-has-it')") });
    expect(errorOf(await build())).toMatchObject({ kind: "environment", name: "SecretMissingError" });
  });
});

describe("packages of a project", () => {
  it.each([
    [
      "pip_install_from_pyproject",
      '"sub/pyproject.toml", optional_dependencies=["more"]',
      "[project]\ndependencies = []\n[project.optional-dependencies]\nmore = [TINY]\n",
    ],
    [
      "uv_sync",
      '"sub", extras=["more"], groups=["own"]',
      "[project]\nname = 'x'\n[project.optional-dependencies]\nmore = []\n[dependency-groups]\nown = [TINY]\n",
    ],
    [
      "poetry_install_from_file",
      '"sub/pyproject.toml"',
      "[tool.poetry.dependencies]\npython = '^3.9'\ntinypkg = { url = URL }\n",
    ],
  ])("are installed by %s, anew when its file changes", async (step, args, text) => {
    const url = `file://${join(project.folder, "tiny")}`;
    const toml = text.replace("TINY", `"tinypkg @ ${url}"`).replace("URL", `"${url}"`);
    project.write({
      ...tiny,
      "sub/pyproject.toml": toml,
      "app.py": app(`modal.Image.debian_slim().${step}(${args})`, '__import__("tinypkg").NAME'),
    });
    expect(resultOf(await project.cold("app.py::f"))).toBe("tiny");
    project.write({ "sub/pyproject.toml": `${toml}# more\n` });
    expect(told(await build())).toEqual([["pip_install sub/pyproject.toml", "sub/pyproject.toml changed"]]);
  });

  it("are asked for at the versions of a lock file", async () => {
    project.write({
      "pyproject.toml": '[project]\nname = "x"\ndependencies = ["nowhere-to-be-had"]\n',
      "uv.lock":
        '[[package]]\nname = "nowhere-to-be-had"\nversion = "7.8.9"\n[[package]]\nname = "below"\nversion = "1"\n',
      "app.py": app(
        `modal.Image.debian_slim().uv_sync(env={"PIP_INDEX_URL": "http://127.0.0.1:1/simple", "UV_DEFAULT_INDEX": "http://127.0.0.1:1/simple"})`,
        "1",
      ),
    });
    expect(errorOf(await build()).message).toContain("nowhere-to-be-had==7.8.9");
  });

  it("that cannot be read are named with the file", async () => {
    project.write({
      "pyproject.toml": "[tool.x]\n",
      "app.py": app('modal.Image.debian_slim().pip_install_from_pyproject("pyproject.toml")', "1"),
    });
    expect(errorOf(await build())).toMatchObject({ kind: "usage", name: "ProjectFileError" });
  });
});

describe("a local folder", () => {
  const files = { "data/a.txt": "1", "data/b.log": "2", "data/sub/c.log": "3", "data/sub/d[1].txt": "4" };

  it.each([
    ['["**/*.log"]', ["a.txt", "sub/d[1].txt"]],
    ['["sub", "!sub/c.log"]', ["a.txt", "b.log", "sub/c.log"]],
    ['~modal.FilePatternMatcher("**/*.log")', ["b.log", "sub/c.log"]],
    ["lambda path: path.name.startswith('d')", ["a.txt", "b.log", "sub/c.log"]],
  ])("comes without what ignore=%s says", async (ignore, left) => {
    project.write({
      ...files,
      "app.py": app(
        `modal.Image.debian_slim().add_local_dir("data", "/root/data", ignore=${ignore})`,
        filesBelow("/root/data"),
      ),
    });
    expect(resultOf(await project.cold("app.py::f"))).toEqual(left);
  });

  it("is looked through again at each run: what is left out does not count", async () => {
    project.write({
      ...files,
      "app.py": app(
        'modal.Image.debian_slim().add_local_dir("data", "/root/data", ignore=["*.log"])',
        filesBelow("/root/data"),
      ),
    });
    await project.cold("app.py::f");
    project.write({ "data/b.log": "changed", "data/new.log": "new" });
    const again = await project.cold("app.py::f");
    expect(resultOf(again)).toEqual(["a.txt", "sub/c.log", "sub/d[1].txt"]);
    expect(again.events.filter(({ type }) => type === "image.layer.started")).toEqual([]);
  });
});

describe("commands of a Dockerfile", () => {
  it("are carried out as far as a process can; the others are named", async () => {
    project.write({
      "context/a.txt": "copied",
      Dockerfile: "FROM scratch as first\nRUN exit 1\nFROM ubuntu:24.04\nENV FROM_FILE=yes\n",
      "app.py": app(
        `modal.Image.from_dockerfile("Dockerfile").dockerfile_commands(
    ["ENV A=1 B='2 3'", "WORKDIR /work", "COPY a.txt .", "RUN echo $A \\\\", "  $B > said"],
    "USER nobody", context_dir="context", force_build=True, gpu="A10G")`,
        `[os.environ["FROM_FILE"], os.environ["B"], Path("/work/said").read_text(), Path("/work/a.txt").read_text(), os.getcwd()]`,
      ),
    });
    const run = await project.cold("app.py::f");
    expect(resultOf(run)).toEqual(["yes", "2 3", "1 2 3\n", "copied", "/work"]);
    const notes = run.notes.join("\n");
    expect(notes).toMatch(/not carried out here: dockerfile_commands USER nobody/);
    expect(notes).toMatch(/begins as from_registry ubuntu:24.04: what that holds is not here/);
    expect(notes).toMatch(/dockerfile_commands: force_build has no effect here/);
    expect(notes).toMatch(/dockerfile_commands: gpu has no effect here/);
  });
});

describe("a function of the build that lies in a module of its own", () => {
  it("runs again when that module, what it imports, or its arguments change, and for nothing else", async () => {
    const of = (more: string) =>
      app(
        `modal.Image.debian_slim().run_function(fetch, args=("a", Sized()))${more}`,
        `Path("~/fetched").expanduser().read_text()`,
        "from prepare.fetch import fetch\nclass Sized: pass",
      );
    project.write({
      "app.py": of(""),
      "prepare/__init__.py": "",
      "prepare/names.py": 'NAME = "one"\n',
      "prepare/fetch.py": `from pathlib import Path
from .names import NAME
def fetch(what, sized):
    Path("~/fetched").expanduser().write_text(what + NAME)
`,
    });
    expect(resultOf(await project.cold("app.py::f"))).toBe("aone");
    project.write({ "app.py": `${of("")}\n# said otherwise\n` });
    expect(told(await build())).toEqual([["run_function fetch", "cached"]]);
    project.write({ "prepare/names.py": 'NAME = "two"\n' });
    expect(told(await build())).toEqual([["run_function fetch", "prepare/names.py changed"]]);
    project.write({ "app.py": of("").replace('"a"', '"b"') });
    expect(told(await build())).toEqual([["run_function fetch", "the function changed"]]);
    expect(resultOf(await project.cold("app.py::f"))).toBe("btwo");
  });
});
