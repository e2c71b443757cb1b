// `coldstart build` as a process: its document, what it says meanwhile, its events, and wrong usage.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { project } from "./coldstart.ts";
import { buildDocument, errorDocument, read } from "./contract.ts";

const app = (command: string) => `
import { App, Image } from "coldstart";
const app = new App("app", { image: Image.node().runCommands("${command}") });
export const f = app.function({ build: () => console.log("hook") }, () => 1);
`;

/** A cache of its own, so that nobody's layers are pruned. */
const files = (command: string) => ({ "package.json": '{ "type": "module" }', "app.ts": app(command) });

it("builds, says why, and frees what nothing needs", async () => {
  const { coldstart, folder, write } = project(files("echo first"), { XDG_CACHE_HOME: "cache" });
  const first = await coldstart("build", "app.ts", "--format", "json", "--events", "events.jsonl");
  expect(first.code).toBe(0);
  expect(read(buildDocument, first.stdout).layers).toMatchObject([
    { name: "runCommands echo first", cached: false, reason: "no layer yet" },
    { name: "build of app.ts::f", cached: false, reason: "no layer yet" },
  ]);
  expect(first.stderr).toMatch(
    /building runCommands echo first \(no layer yet\).*built runCommands echo first in/s,
  );
  expect(first.stderr).toContain("hook");
  const events = readFileSync(join(folder, "events.jsonl"), "utf8").trim().split("\n");
  expect(events.map((line) => JSON.parse(line).type).filter((type) => type.startsWith("image."))).toEqual(
    ["started", "built", "started", "built"].map((what) => `image.layer.${what}`),
  );

  write({ "app.ts": app("echo second") });
  const second = await coldstart("build", "app.ts", "--prune", "--format", "json");
  const { layers, pruned, freed } = read(buildDocument, second.stdout);
  expect(layers[0]).toMatchObject({ cached: false, reason: "the commands changed" });
  expect(pruned?.map(({ name }) => name).sort()).toEqual(["build of app.ts::f", "runCommands echo first"]);
  expect(freed).toBeGreaterThan(0);

  const third = await coldstart("build", "app.ts");
  expect(third.stdout).toMatch(/runCommands echo second +stands already/);
});

it("ends with the error of a step", async () => {
  const { coldstart } = project(files("exit 3"), { XDG_CACHE_HOME: "cache" });
  const { code, stdout } = await coldstart("build", "app.ts", "--format", "json");
  expect(code).toBe(1);
  expect(read(errorDocument, stdout).error).toMatchObject({ name: "CommandFailedError", stage: "build" });
});

it("takes a file, and one that is there", async () => {
  const { coldstart } = project(files("echo a"));
  for (const target of ["app.ts::f", "none.ts"]) {
    const { code, stdout } = await coldstart("build", target, "--format", "json");
    expect(code).toBe(2);
    expect(read(errorDocument, stdout).error.kind).toBe("usage");
  }
});
