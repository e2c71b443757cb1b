// Which Python runs containers.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { choosePython, compileChild } from "./python.ts";

const ask = "import sys; print(sys.executable, '%d.%d.%d' % sys.version_info[:3])";
const [real = "", version = ""] = execFileSync("python3", ["-c", ask], { encoding: "utf8" })
  .trim()
  .split(" ");
let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "coldstart-python-")));
});
afterEach(() => rmSync(folder, { recursive: true }));

function script(path: string, body: string): string {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), `#!/bin/sh\n${body}\n`);
  chmodSync(join(folder, path), 0o755);
  return join(folder, path);
}

/** Answers as another Python would. */
const posing = (name: string, version: string) =>
  `printf '["/${name}/python","${version}",["/${name}"],"cpython-x"]'`;

const choose = (options: Partial<Parameters<typeof choosePython>[0]> = {}) =>
  choosePython({ from: join(folder, "project"), path: "", active: "", ...options });

beforeEach(() => mkdirSync(join(folder, "project", "src"), { recursive: true }));

describe("the Python", () => {
  it("is the configured one, led to through its shim", async () => {
    const shim = script("shims/python3", `exec "${real}" "$@"`);
    expect(await choose({ configured: shim })).toMatchObject({ name: "python", path: real, version });
    expect(await choose({ path: join(folder, "shims") })).toMatchObject({ path: real });
  });

  it("may be configured by its environment's folder", async () => {
    script("env/bin/python", posing("env", "3.12.1"));
    expect((await choose({ configured: join(folder, "env") })).path).toBe("/env/python");
  });

  it("is the nearest environment of the project, before the active one and the path", async () => {
    script("bin/python3", posing("path", "3.10.0"));
    const path = join(folder, "bin");
    expect((await choose({ path })).path).toBe("/path/python");
    script("active/bin/python", posing("active", "3.10.0"));
    const active = join(folder, "active");
    expect((await choose({ path, active })).path).toBe("/active/python");
    script("project/venv/bin/python", posing("venv", "3.10.0"));
    expect((await choose({ path, active, from: join(folder, "project", "src") })).path).toBe("/venv/python");
    script("project/src/.venv/bin/python", posing("nearest", "3.10.0"));
    expect((await choose({ path, active, from: join(folder, "project", "src") })).path).toBe(
      "/nearest/python",
    );
  });

  it("stays in its environment, though its executable is a link out of it", async () => {
    execFileSync(real, ["-m", "venv", "--without-pip", join(folder, "project", ".venv")]);
    const found = await choose();
    expect(found.path).toBe(join(folder, "project", ".venv", "bin", "python"));
    expect(found.folders).toContain(join(folder, "project", ".venv"));
    expect(found.folders.length).toBeGreaterThan(1);
  });

  it("is asked in the project's folder, by which version managers choose", async () => {
    const shim = script("shims/python3", `printf '["/%s/python","3.11.0",[],"x"]' "$(basename "$PWD")"`);
    expect((await choose({ configured: shim })).path).toBe("/project/python");
  });

  it("is none that is too old when there is a newer one", async () => {
    script("project/.venv/bin/python", posing("old", "3.8.9"));
    script("bin/python3", posing("new", "3.9.0"));
    expect((await choose({ path: join(folder, "bin") })).path).toBe("/new/python");
    await expect(choose()).rejects.toThrow("is Python 3.8.9, and running functions needs 3.9 or newer");
  });

  it("that is missing, or is none, is named", async () => {
    await expect(choose()).rejects.toThrow("there is no Python on the path");
    const broken = script("broken", "exit 3");
    await expect(choose({ configured: broken })).rejects.toThrow(`${broken} is no Python that starts`);
    await expect(choose({ configured: "no-such-python" })).rejects.toThrow("no-such-python");
  });
});

describe("the container's program", () => {
  it("is compiled once for each Python, whole or not at all", async () => {
    const source = join(folder, "source");
    cpSync(join(import.meta.dirname, "../child/python"), source, { recursive: true });
    writeFileSync(join(source, "_coldstart", "container.py"), "def main():\n    print('compiled')\n");
    const python = await choose({ configured: real });
    const target = join(folder, "compiled");
    const [first, second] = await Promise.all([
      compileChild(python, source, target, "key"),
      compileChild(python, source, target, "key"),
    ]);
    expect(first).toBe(second);
    rmSync(source, { recursive: true });
    expect(execFileSync(real, [first], { encoding: "utf8" })).toBe("compiled\n");
    expect(await compileChild(python, source, target, "key")).toBe(first);
    mkdirSync(source);
    writeFileSync(join(source, "main.py"), "def (");
    await expect(compileChild(python, source, target, "other")).rejects.toThrow();
    expect(readdirSync(target)).toHaveLength(1);
  });
});
