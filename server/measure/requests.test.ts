// Inputs and variables: where they come from, what wins, and what is refused before anything runs.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readEnvironment } from "./environment.ts";
import { readInput } from "./inputs.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "coldstart-requests-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

describe("an input", () => {
  const read = (given: string | undefined, inputs = {}) =>
    readInput(
      given,
      { path: join(folder, "coldstart.config.json"), inputs },
      join(folder, "src/a.ts"),
      "f",
      folder,
    );

  it("is given as a JSON array, or as a file of one", () => {
    write("q.json", '["from a file"]');
    expect(read('["q", 2]')).toEqual({ ok: true, args: ["q", 2], from: "given" });
    expect(read("@q.json")).toEqual({ ok: true, args: ["from a file"], from: "given" });
  });

  it("comes from the config, whose names are relative to it, else there is none", () => {
    expect(read(undefined, { "src/a.ts::f": [["kept"], ["other"]] })).toEqual({
      ok: true,
      args: ["kept"],
      from: "config",
    });
    expect(read(undefined, { "a.ts::f": [["elsewhere"]] })).toEqual({ ok: true, args: [], from: "none" });
    expect(read("[1]", { "src/a.ts::f": [["kept"]] })).toMatchObject({ args: [1] });
  });

  it.each([
    ['{"a": 1}', /an object, not an array/],
    ["null", /null, not an array/],
    ["green tea", /no JSON/],
    ["@missing.json", /no such file/],
  ])("is refused as %s", (given, message) => {
    const result = read(given);
    if (result.ok) throw new Error("accepted");
    expect(result.error.kind).toBe("usage");
    expect(result.error.message).toMatch(message);
  });
});

describe("the environment", () => {
  const read = (
    request: { env?: string[]; envFiles?: string[] },
    config: Parameters<typeof readEnvironment>[1] = {},
    own: Record<string, string> = {},
  ) =>
    readEnvironment(
      { env: [], envFiles: [], cwd: folder, ...request },
      { path: join(folder, "c.json"), ...config },
      own,
    );

  it("holds what was asked for and nothing else", () => {
    expect(read({ env: ["A", "B=x=y"] }, {}, { A: "1", SECRET: "no" })).toEqual({
      ...{ ok: true, values: { A: "1", B: "x=y" }, unset: [] },
    });
  });

  it("lets what is nearer to the user win", () => {
    write("secret.env", "A=secret\nB=secret\nC=secret\nD=secret");
    write("some.env", 'C=file\nD="file"');
    const result = read(
      { env: ["D=flag"], envFiles: ["some.env"] },
      { secrets: { s: "secret.env" }, env: { B: "config" } },
    );
    expect(result).toMatchObject({ values: { A: "secret", B: "config", C: "file", D: "flag" } });
  });

  it("names variables that are not set here", () => {
    expect(read({ env: ["GONE"] }, { env: ["LOST", "A=1"] })).toMatchObject({
      values: { A: "1" },
      unset: ["LOST", "GONE"],
    });
  });

  it("lists secrets whose files are missing", () => {
    const result = read({}, { secrets: { hub: "hub.env", db: "db.env" } });
    if (result.ok) throw new Error("accepted");
    expect(result.error).toMatchObject({ kind: "environment", name: "SecretMissing" });
    expect(result.error.message).toMatch(/hub \(hub\.env\), db \(db\.env\)/);
  });

  it("refuses bad names and missing files as wrong usage", () => {
    expect(read({ env: ["1A=x"] })).toMatchObject({ ok: false, error: { kind: "usage" } });
    expect(read({ envFiles: ["none.env"] })).toMatchObject({ ok: false, error: { kind: "usage" } });
  });
});
