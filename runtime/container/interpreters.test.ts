// Which Node runs containers.
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chooseNode } from "./interpreters.ts";

const real = realpathSync(process.execPath);
const electron = { execPath: process.execPath, electron: true };
let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "coldstart-node-")));
});
afterEach(() => rmSync(folder, { recursive: true }));

function script(path: string, body: string): string {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), `#!/bin/sh\n${body}\n`);
  chmodSync(join(folder, path), 0o755);
  return join(folder, path);
}

/** Answers as another Node would. */
const posing = (version: string, path = real) => `printf '["${path}","${version}","node"]'`;

describe("the interpreter", () => {
  it("is the configured one, led to through its shim", async () => {
    const shim = script("shims/node", `exec "${real}" "$@"`);
    expect(await chooseNode({ configured: shim, root: folder })).toEqual({
      name: "node",
      path: real,
      version: process.versions.node,
    });
  });

  it("is the project's own before ours", async () => {
    script("project/node_modules/.bin/node", posing("30.1.0"));
    mkdirSync(join(folder, "project", "deep"));
    const found = await chooseNode({ root: join(folder, "project", "deep"), path: "" });
    expect(found.version).toBe("30.1.0");
  });

  it("is asked in the project's folder, by which version managers choose", async () => {
    const shim = script("shims/node", `printf '["${real}","99.0.%s","node"]' "$(basename "$PWD")"`);
    mkdirSync(join(folder, "7"));
    expect((await chooseNode({ configured: shim, root: join(folder, "7") })).version).toBe("99.0.7");
  });

  it("is the one on the path inside of an editor, whose own is no Node", async () => {
    mkdirSync(join(folder, "bin"));
    symlinkSync(real, join(folder, "bin", "node"));
    expect(await chooseNode({ root: folder, path: join(folder, "bin"), own: electron })).toMatchObject({
      path: real,
    });
  });

  it("is none that is too old when there is a newer one", async () => {
    script("project/node_modules/.bin/node", posing("20.1.0"));
    expect(await chooseNode({ root: join(folder, "project") })).toMatchObject({ path: real });
  });
});

describe("without an interpreter", () => {
  it.each([
    ["20.19.0", "InterpreterTooOldError", "20.19.0"],
    ["22.14.9", "InterpreterTooOldError", "22.15"],
  ])("%s is too old", async (version, name, part) => {
    const configured = script("old/node", posing(version));
    const error = await chooseNode({ configured, root: folder }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name, run: { kind: "environment" } });
    expect(String((error as Error).message)).toContain(part);
  });

  it("says what to do when the path has none", async () => {
    await expect(chooseNode({ root: folder, path: folder, own: electron })).rejects.toThrow(
      "https://nodejs.org",
    );
  });

  it("names the configured one that does not start", async () => {
    const configured = script("broken/node", "exit 1");
    await expect(chooseNode({ configured, root: folder })).rejects.toThrow(configured);
  });
});
