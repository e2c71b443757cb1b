// `coldstart verify` as a process: proved fixes, moved work, other verdicts, comparisons with another function.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { project } from "./coldstart.ts";
import { errorDocument, read, verifyDocument } from "./contract.ts";

/** A package that loads tables in 240 ms each, any number of them at once. */
const TABLES = `import { setTimeout as delay } from "node:timers/promises";
export const load = async (name) => { await delay(240); return name.length; };
`;
const HANDLER = `import { load } from "tables";
export const handler = async (event) => {
  const users = await load("users");
  const items = await load("items");
  const tags = await load("tags");
  return [event.id, users, items, tags];
};
export const quick = async (event) => [event.id, 5, 5, 4];
export const other = async () => "something else";
`;
const files = {
  "api.mjs": HANDLER,
  "node_modules/tables/package.json": '{"name": "tables", "type": "module", "exports": "./index.js"}',
  "node_modules/tables/index.js": TABLES,
  "coldstart.config.json": '{"loaders": [{"callee": "tables.load", "kind": "load"}]}',
};
const arguments_ = ["--input", '[{"id": 1}]', "--pairs", "3", "--format", "json"];

describe("coldstart verify", () => {
  it("proves a fix, in memory alone", async () => {
    const { coldstart, folder } = project(files);
    const { code, stdout, stderr } = await coldstart(
      "verify",
      "api.mjs::handler",
      "--rule",
      "sequential-loads",
      ...arguments_,
    );
    const { verdict, metric, speedup, results, before, after, fixes } = read(verifyDocument, stdout);
    expect([code, verdict, metric, results]).toEqual([0, "faster", "wall", "equal"]);
    expect(speedup.ci[0]).toBeGreaterThan(1);
    expect(before.stages.body).toBeGreaterThan(after.stages.body + 300);
    expect([before.n, after.n]).toEqual([3, 3]);
    expect(fixes?.map((fix) => fix.rule)).toEqual(["sequential-loads"]);
    expect(stderr).toContain("api.mjs::handler and its fixed copy are going to run 8 times in all");
    expect(readFileSync(join(folder, "api.mjs"), "utf8")).toBe(HANDLER);
  });

  it("goes by the first body where work only moved out of it", async () => {
    const { coldstart } = project(files);
    const { code, stdout } = await coldstart(
      "verify",
      "api.mjs::handler",
      "--rule",
      "body-amortized-work",
      "--fix-unsafe",
      ...arguments_,
    );
    const { verdict, metric, before, after, results } = read(verifyDocument, stdout);
    expect([code, verdict, metric, results]).toEqual([0, "faster", "body", "equal"]);
    expect(after.stages.body).toBeLessThan(before.stages.body / 3);
  });

  it("compares with another function, and exits with 1 when results differ", async () => {
    const { coldstart } = project(files);
    const same = await coldstart("verify", "api.mjs::handler", "--against", "api.mjs::quick", ...arguments_);
    expect([same.code, read(verifyDocument, same.stdout)]).toMatchObject([
      0,
      { verdict: "faster", results: "equal" },
    ]);
    const other = await coldstart("verify", "api.mjs::handler", "--against", "api.mjs::other", ...arguments_);
    expect([other.code, read(verifyDocument, other.stdout)]).toMatchObject([
      1,
      { verdict: "faster", results: "different" },
    ]);
    const slower = await coldstart(
      "verify",
      "api.mjs::quick",
      "--against",
      "api.mjs::handler",
      ...arguments_,
    );
    expect([slower.code, read(verifyDocument, slower.stdout)]).toMatchObject([1, { verdict: "slower" }]);
  });

  it("draws both on one scale and says the verdict", async () => {
    const { coldstart } = project(files);
    const { stdout } = await coldstart(
      "verify",
      "api.mjs::handler",
      "--input",
      '[{"id": 1}]',
      "--pairs",
      "3",
      "--fix-unsafe",
    );
    expect(stdout.match(/^ {2}body /gm)).toHaveLength(2);
    expect(stdout).toMatch(/[\d.]+× faster here \(95 % CI [\d.]+–[\d.]+\).*, results equal/);
  });

  it("names the cause where overlapping brings nothing", async () => {
    const blocking = TABLES.replace(
      "await delay(240)",
      "const end = performance.now() + 60; while (performance.now() < end)",
    );
    const { coldstart } = project({ ...files, "node_modules/tables/index.js": blocking });
    const { code, stdout } = await coldstart(
      "verify",
      "api.mjs::handler",
      "--rule",
      "sequential-loads",
      ...arguments_,
    );
    const { verdict, cause, results } = read(verifyDocument, stdout);
    expect([code, results]).toEqual([1, "equal"]);
    expect(verdict).not.toBe("faster");
    expect(cause).toMatch(/block the event loop/);
  });

  it.each([
    [["verify", "api.mjs::quick"], /No fix applies to quick\..*--against/],
    [["verify", "api.mjs::handler", "--rule", "sequential-load"], /Did you mean sequential-loads\?/],
    [["verify", "api.mjs::handler", "--against", "api.mjs"], /names no function/],
    [["verify", "api.mjs::handler", "--against", "api.mjs::quick", "--fix-unsafe"], /nothing to apply to/],
  ])("refuses %j with exit code 2", async (args, message) => {
    const { code, stdout } = await project(files).coldstart(...args, "--format", "json");
    expect(code).toBe(2);
    expect(read(errorDocument, stdout).error).toMatchObject({
      kind: "usage",
      message: expect.stringMatching(message),
    });
  });

  it("gives no figure when a side fails, and says which", async () => {
    const broken = `${HANDLER}export const broken = async () => { throw new Error("not today"); };\n`;
    const { coldstart } = project({ ...files, "api.mjs": broken });
    const { code, stdout, stderr } = await coldstart(
      "verify",
      "api.mjs::quick",
      "--against",
      "api.mjs::broken",
      ...arguments_,
    );
    expect(code).toBe(1);
    expect(read(errorDocument, stdout).error).toMatchObject({ kind: "error", message: "not today" });
    expect(stderr).toContain("What fails is broken");
  });
});
