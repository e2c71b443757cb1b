// `coldstart fix --verified` as a process: what is proved is written, what is not stays, with the reason.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { project } from "./coldstart.ts";

const HANDLER = `import { load } from "tables";
export const handler = async (event) => {
  const users = await load("users");
  const items = await load("items");
  return [event?.id ?? 0, users, items];
};
`;
const BUSY = `import { compute } from "tables";
export const handler = async () => {
  const one = await compute("one");
  const two = await compute("two");
  return [one, two];
};
`;
const files = {
  "api.mjs": HANDLER,
  "busy.mjs": BUSY,
  "node_modules/tables/package.json": '{"name": "tables", "type": "module", "exports": "./index.js"}',
  "node_modules/tables/index.js": `import { setTimeout as delay } from "node:timers/promises";
export const load = async (name) => { await delay(500); return name.length; };
export const compute = async (name) => {
  for (const end = performance.now() + 60; performance.now() < end; );
  return name.length;
};
`,
  "coldstart.config.json":
    '{"loaders": [{"callee": "tables.load", "kind": "load"}, {"callee": "tables.compute", "kind": "load"}], "rules": {"body-amortized-work": "off"}}',
};

describe("coldstart fix --verified", () => {
  it("writes the fixes that make a function faster, and leaves the others with the reason", async () => {
    const { coldstart, folder } = project(files);
    const { code, stdout } = await coldstart(
      "fix",
      "api.mjs",
      "busy.mjs",
      "--verified",
      "--pairs",
      "3",
      "--format",
      "json",
    );
    const { version, applied, rejected } = JSON.parse(stdout);
    expect([code, version]).toEqual([1, 1]);
    expect(applied[0]).toMatchObject({
      file: "api.mjs",
      rule: "sequential-loads",
      function: "handler",
      metric: "wall",
      speedup: { median: expect.any(Number), ci: [expect.any(Number), expect.any(Number)] },
    });
    expect(rejected[0]).toMatchObject({
      file: "busy.mjs",
      rule: "sequential-loads",
      why: expect.stringContaining("no measurable difference"),
    });
    const text = readFileSync(join(folder, "api.mjs"), "utf8");
    expect(text).toMatch(/Promise\.all\(\[\s*load\("users"\),\s*load\("items"\)/);
    expect(readFileSync(join(folder, "busy.mjs"), "utf8")).toBe(BUSY);
  });

  it("leaves a file alone whose functions fail, and says what it needs", async () => {
    const broken = {
      ...files,
      "api.mjs": HANDLER.replace("return [event?.id ?? 0", "return [event.nothing.id"),
    };
    const { coldstart, folder } = project(broken);
    const { code, stdout } = await coldstart(
      "fix",
      "api.mjs",
      "--verified",
      "--pairs",
      "2",
      "--format",
      "json",
    );
    expect(code).toBe(1);
    const { rejected } = JSON.parse(stdout);
    expect(rejected.find(({ function: name }: { function: string }) => name === "handler").why).toContain(
      "undefined",
    );
    expect(readFileSync(join(folder, "api.mjs"), "utf8")).toBe(broken["api.mjs"]);
    expect((await coldstart("fix", "api.mjs")).code).toBe(2);
    expect((await coldstart("fix", "nothing.mjs", "--verified")).code).toBe(2);
  });
});
