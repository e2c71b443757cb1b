import { describe, expect, it } from "vitest";
import { versionsOf } from "./poetry.ts";
import { packagesOf } from "./pyproject.ts";

const PROJECT = `
[project]
name = "my-app"
dependencies = ["torch>=2", "Fast_API[standard]", "my.app[gpu]", "odd; python_version < '3'"]
[project.optional-dependencies]
gpu = ["triton", "torch>=2"]
[dependency-groups]
dev = ["pytest", { include-group = "lint" }]
lint = ["ruff"]
docs = ["sphinx"]
`;

const LOCK = `
[[package]]
name = "torch"
version = "2.3.1"
source = { registry = "https://pypi.org/simple" }
[[package]]
name = "fast-api"
version = "0.9"
[[package]]
name = "numpy"
version = "1.26"
[[package]]
name = "numpy"
version = "2.1"
[[package]]
name = "my-app"
version = "0.1"
source = { virtual = "." }
`;

describe("a project's packages", () => {
  it("are its dependencies and the optional ones that are asked for", () => {
    const { requirements, constraints } = packagesOf("pyproject", PROJECT, undefined, { extras: ["gpu"] });
    expect(requirements).toEqual(["torch>=2", "Fast_API[standard]", "odd; python_version < '3'", "triton"]);
    expect(constraints).toEqual([]);
  });

  it("come at the versions of the lock file, where that has one", () => {
    const { requirements, constraints } = packagesOf("uv", PROJECT, LOCK, { groups: ["docs"] });
    expect(requirements).toEqual([
      "torch==2.3.1",
      "Fast_API[standard]==0.9",
      "odd; python_version < '3'",
      "pytest",
      "ruff",
      "sphinx",
    ]);
    expect(constraints).toEqual(["torch==2.3.1", "fast-api==0.9"]);
  });

  it("say what they lack", () => {
    const read = (text: string, extras: readonly string[] = []) =>
      packagesOf("pyproject", text, undefined, { extras });
    expect(() => read("[tool.x]")).toThrow("[project] dependencies");
    expect(() => read(PROJECT, ["cuda"])).toThrow("no optional dependencies cuda");
    expect(() => read("[project")).toThrow("no TOML");
    expect(() => packagesOf("uv", PROJECT, undefined, { groups: ["x"] })).toThrow("no dependency group x");
    const ring = '[dependency-groups]\na = [{ include-group = "b" }]\nb = [{ include-group = "a" }]';
    expect(() => packagesOf("uv", ring, undefined, { groups: ["a"] })).toThrow("holds itself");
  });
});

describe("Poetry's packages", () => {
  const poetry = `
[tool.poetry.dependencies]
python = "^3.11"
torch = "^2.1"
fast-api = { version = "~0.8", extras = ["all"], markers = "sys_platform == 'linux'" }
tool = { git = "https://example.com/tool.git", rev = "abc" }
near = { path = "../near" }
rare = { version = "1", optional = true }
[tool.poetry.dev-dependencies]
pytest = "*"
[tool.poetry.group.train]
optional = true
[tool.poetry.group.train.dependencies]
wandb = ">=0.16, <1"
`;

  it("are said in the words of all installers", () => {
    expect(packagesOf("poetry", poetry, undefined, {}).requirements).toEqual([
      "torch>=2.1,<3",
      "fast-api[all]>=0.8,<0.9; (sys_platform == 'linux')",
      "tool @ git+https://example.com/tool.git@abc",
      "pytest",
    ]);
  });

  it("belong to groups", () => {
    const of = (choice: object) => packagesOf("poetry", poetry, LOCK, choice).requirements;
    expect(of({ groups: ["train"], without: ["dev"] })).toEqual([
      "torch==2.3.1",
      "fast-api[all]==0.9; (sys_platform == 'linux')",
      "tool @ git+https://example.com/tool.git@abc",
      "wandb>=0.16,<1",
    ]);
    expect(of({ only: ["dev"] })).toEqual(["pytest"]);
  });

  it.each([
    ["^1.2.3", ">=1.2.3,<2"],
    ["^0.2.3", ">=0.2.3,<0.3"],
    ["^0.0.3", ">=0.0.3,<0.0.4"],
    ["^0", ">=0,<1"],
    ["~1.2.3", ">=1.2.3,<1.3"],
    ["~1", ">=1,<2"],
    ["~=1.4", "~=1.4"],
    ["1.2.*", "==1.2.*"],
    ["1.2", "==1.2"],
    [">= 1, != 1.5", ">=1,!=1.5"],
    ["*", ""],
    ["^1 || ^2", ""],
  ])("%s is %s", (poetrys, others) => {
    expect(versionsOf(poetrys)).toBe(others);
  });
});
