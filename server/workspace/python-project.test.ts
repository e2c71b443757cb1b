// Where a Python project begins, and which version of a package it uses.
import { describe, expect, it } from "vitest";
import { packageVersion, pythonRoot } from "./python-project.ts";

function version(
  files: Readonly<Record<string, string>>,
  folders: readonly string[] = [],
  interpreters: readonly string[] = [],
) {
  const list = (folder: string) => [
    ...new Set(
      folders
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1).split("/")[0] ?? ""),
    ),
  ];
  return packageVersion("/p", "modal", (path) => files[path], list, interpreters);
}

describe("the version of a package", () => {
  it.each([
    ["modal==0.62.181", "0.62.181"],
    ["fastapi\nmodal == 1.4.0 ; python_version > '3.9'\n", "1.4.0"],
    ["modal[api]==1.0.2", "1.0.2"],
    ["modal<1.0", "0.9999"],
    ["modal>=0.60,<0.70", "0.69.9999"],
    ["modal~=0.62.0", "0.62.9999"],
    ["modal>=1.0", undefined],
    ["modal", undefined],
    ["modal-client==0.50", undefined],
    ["# modal-like==1.0\nother==2", undefined],
  ])("of %j in requirements.txt is %s", (text, expected) => {
    expect(version({ "/p/requirements.txt": text })).toBe(expected);
  });

  it("is read from pyproject.toml, poetry's form too", () => {
    expect(version({ "/p/pyproject.toml": `dependencies = ["torch", "modal==1.1.4"]` })).toBe("1.1.4");
    expect(version({ "/p/pyproject.toml": `[tool.poetry.dependencies]\nmodal = "^0.73.5"` })).toBe(
      "0.73.9999",
    );
    expect(version({ "/p/pyproject.toml": `modal = { version = "1.2.0", extras = [] }` })).toBe("1.2.0");
  });

  it("is a lock file's before what the requirements allow", () => {
    const lock = `[[package]]\nname = "modal"\nversion = "1.0.5"\n`;
    expect(version({ "/p/uv.lock": lock, "/p/pyproject.toml": `dependencies = ["modal>=0.60,<2"]` })).toBe(
      "1.0.5",
    );
    expect(
      version({ "/p/Pipfile.lock": `{"default": {"modal": {"hashes": [], "version": "==0.64.1"}}}` }),
    ).toBe("0.64.1");
  });

  it("is that of the virtual environment where nothing pins it", () => {
    const folders = ["/p/.venv/lib/python3.12/site-packages/modal-1.6.4.dist-info/METADATA"];
    expect(version({ "/p/requirements.txt": "modal" }, folders)).toBe("1.6.4");
    expect(version({}, [])).toBeUndefined();
  });

  it("is that of the interpreter that was chosen before that of the project's environment", () => {
    const folders = [
      "/p/.venv/lib/python3.12/site-packages/modal-1.6.4.dist-info/METADATA",
      "/envs/old/lib/python3.10/site-packages/modal-0.62.0.dist-info/METADATA",
      "/usr/local/lib/python3.11/dist-packages/modal-1.1.0.dist-info/METADATA",
    ];
    expect(version({}, folders, ["/envs/old/bin/python3"])).toBe("0.62.0");
    expect(version({}, folders, ["/envs/old"])).toBe("0.62.0");
    expect(version({}, folders, ["/usr/bin/python3"])).toBe("1.1.0");
    expect(version({}, folders, ["/envs/empty/bin/python3", "/envs/old/bin/python3"])).toBe("0.62.0");
    expect(version({}, folders, ["/envs/empty/bin/python3"])).toBe("1.6.4");
    expect(version({ "/p/requirements.txt": "modal==1.4.0" }, folders, ["/envs/old"])).toBe("1.4.0");
  });
});

describe("the root of a project", () => {
  it("is the folder of the nearest file that says so", () => {
    const files = new Set(["/p/pyproject.toml", "/p/service/requirements.txt"]);
    expect(pythonRoot("/p/service/app/main.py", (path) => files.has(path))).toBe("/p/service");
    expect(pythonRoot("/p/lib/main.py", (path) => files.has(path))).toBe("/p");
    expect(pythonRoot("/q/main.py", (path) => files.has(path))).toBe("/q");
  });
});
