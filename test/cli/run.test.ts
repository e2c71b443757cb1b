// `coldstart run` and `measure` as processes: documents, inputs, environment, events, failures, interruption.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { project } from "./coldstart.ts";
import {
  entrypointDocument,
  errorDocument,
  lintDocument,
  measureDocument,
  read,
  runDocument,
} from "./contract.ts";

const FUNCTIONS = `
console.log("loading");
export const handler = async (event) => { console.log("asked for", event.q); return { q: event.q, env: process.env.TOKEN ?? null }; };
export const fails = async () => { throw new TypeError("no such product"); };
export const silent = async () => { throw new RangeError(); };
export const exits = async () => process.exit(7);
export const hangs = async () => { setInterval(() => {}, 1000); await new Promise(() => {}); };
`;
const APP = `import { App } from "coldstart";
const app = new App("numbers");
export const square = app.function({}, (n: number) => n ** 2);
app.localEntrypoint(async (n = 3) => [await square.remote(n), await square.remote(4)]);
`;
const sum = (stages: Readonly<Record<string, number>>) =>
  Object.values(stages).reduce((all, ms) => all + ms, 0);

describe("coldstart run", () => {
  it("gives result, stages that add up to the wall time, and where", async () => {
    const { coldstart } = project({ "api.mjs": FUNCTIONS });
    const { code, stdout, stderr } = await coldstart(
      "run",
      "api.mjs::handler",
      "--input",
      '[{"q": "tea"}]',
      "--format",
      "json",
    );
    expect(code).toBe(0);
    const { result, stages, wall } = read(runDocument, stdout);
    expect(result).toEqual({ q: "tea", env: null });
    expect(sum(stages)).toBeCloseTo(wall, 3);
    expect(stderr).toContain("is going to run once on this machine");
    expect(stderr).toMatch(/\[api\.mjs::handler \S+\] asked for tea/);
  });

  it("draws the stages for people, in 100 columns", async () => {
    const { stdout } = await project({ "api.mjs": FUNCTIONS }).coldstart(
      "run",
      "api.mjs::handler",
      "--input",
      '[{"q": 1}]',
    );
    for (const stage of ["queue", "boot", "global", "enter", "body"])
      expect(stdout).toMatch(new RegExp(`^  ${stage} +[\\d.]+`, "m"));
    expect(stdout).toContain("█");
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  it("takes inputs from a file and from the config, variables from flags, files and secrets", async () => {
    const { coldstart } = project(
      {
        "api.mjs": FUNCTIONS,
        "q.json": '[{"q": "file"}]',
        "t.env": "TOKEN=secret",
        "coldstart.config.json":
          '{"inputs": {"api.mjs::handler": [[{"q": "config"}]]}, "secrets": {"hub": "t.env"}}',
      },
      { TOKEN: "own" },
    );
    const run = async (...args: string[]) =>
      read(runDocument, (await coldstart("run", "api.mjs::handler", "--format", "json", ...args)).stdout)
        .result;
    expect(await run()).toEqual({ q: "config", env: "secret" });
    expect(await run("--input", "@q.json", "--env", "TOKEN")).toEqual({ q: "file", env: "own" });
    expect(await run("--env", "TOKEN=flag")).toEqual({ q: "config", env: "flag" });
  });

  it("runs the local entry point of an app", async () => {
    const { coldstart } = project({ "app.ts": APP });
    const { code, stdout } = await coldstart("run", "app.ts", "--format", "json");
    expect(code).toBe(0);
    expect(read(entrypointDocument, stdout).result).toEqual([9, 16]);
    const given = await coldstart("run", "app.ts", "--input", "[5]", "--format", "json");
    expect(read(entrypointDocument, given.stdout).result).toEqual([25, 16]);
  });

  it("writes events and a trace, and keeps the result in the project", async () => {
    const { coldstart, folder } = project({ "lib/api.mjs": FUNCTIONS });
    await coldstart(
      "run",
      "lib/api.mjs::handler",
      "--input",
      '[{"q": 1}]',
      "--events",
      "e.jsonl",
      "--trace",
      "t.json",
    );
    const events = readFileSync(join(folder, "e.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const types = events.map((event) => event.type);
    expect(types).toEqual(
      expect.arrayContaining([
        "input.queued",
        "container.spawned",
        "container.ready",
        "input.finished",
        "container.exited",
      ]),
    );
    expect(events.every((event) => event.v === 1 && event.function === "lib/api.mjs::handler")).toBe(true);
    expect(JSON.parse(readFileSync(join(folder, "t.json"), "utf8")).traceEvents.length).toBeGreaterThan(4);
    const kept = readFileSync(join(folder, ".coldstart/results.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(kept).toMatchObject([{ v: 1, kind: "run", function: "lib/api.mjs::handler", runs: 1 }]);
  });

  it("profiles what hooks and handlers import while they run", async () => {
    const { coldstart } = project({
      "app.ts": `import { App } from "coldstart";
const app = new App("app");
export const f = app.function(
  { enter: async () => ({ n: (await import("./enter.ts")).n }) },
  async ({ n }, x: number) => n + x + (await import("./body.ts")).n,
);
export const g = app.function({}, async () => (await import("./other.ts")).n);
`,
      ...Object.fromEntries(
        ["enter", "body", "other"].map((name) => [`${name}.ts`, "export const n = 1;\n"]),
      ),
    });
    const { stdout } = await coldstart("run", "app.ts::f", "--profile", "--input", "[2]", "--format", "json");
    const { result, imports } = read(runDocument, stdout);
    expect(result).toBe(4);
    expect(imports?.map(({ specifier, stage }) => [specifier, stage])).toEqual([
      ["coldstart", undefined],
      ["./enter.ts", "enter"],
      ["./body.ts", "body"],
    ]);
  });

  it("profiles the loads, and lint tells their times from then on", async () => {
    const { coldstart } = project({
      "api.mjs":
        'import { load } from "tables";\nexport const handler = async () => {\n  const a = await load("a");\n  const b = await load("b");\n  return a + b;\n};\n',
      "node_modules/tables/package.json": '{"name": "tables", "type": "module", "exports": "./index.js"}',
      "node_modules/tables/index.js":
        "export const load = (name) => new Promise((done) => setTimeout(done, 30, name.length));",
      "coldstart.config.json": '{"loaders": [{"callee": "tables.load", "kind": "load"}]}',
    });
    const { spans, imports } = read(
      runDocument,
      (await coldstart("run", "api.mjs::handler", "--profile", "--format", "json")).stdout,
    );
    expect(spans?.map((span) => [span.file, span.line, span.column, span.label])).toEqual([
      ["api.mjs", 3, 19, 'load("a")'],
      ["api.mjs", 4, 19, 'load("b")'],
    ]);
    for (const span of spans ?? []) expect(span.ms).toBeGreaterThan(20);
    expect(imports?.map((each) => each.specifier)).toContain("tables");
    const { findings } = read(lintDocument, (await coldstart("lint", "--format", "json")).stdout);
    for (const finding of findings) {
      expect(finding.measured).toBe(spans?.find((span) => span.line === finding.line)?.ms);
      expect(finding.expected).toBeGreaterThan(20);
      expect(finding.expected).toBeLessThan(60);
    }
  });

  it.each([
    ["api.mjs::fails", 1, { kind: "error", stage: "body", name: "TypeError", message: "no such product" }],
    ["api.mjs::silent", 1, { kind: "error", stage: "body", name: "RangeError", message: "(no message)" }],
    ["bad.mjs::f", 1, { stage: "global", message: expect.stringMatching(/bad\.mjs:2:11: Unexpected token/) }],
    ["api.mjs::exits", 1, { kind: "lost", exitCode: 7 }],
    [
      "api.mjs::handlr",
      2,
      { kind: "usage", message: expect.stringMatching(/Did you mean api\.mjs::handler\?.*api\.mjs::fails/) },
    ],
    ["none.mjs::f", 2, { kind: "usage", message: "There is no file none.mjs." }],
  ])("tells how %s fails, with exit code %i", async (name, exit, error) => {
    const files = { "api.mjs": FUNCTIONS, "bad.mjs": "export const f = 1;\nconst a = ;\n" };
    const { code, stdout } = await project(files).coldstart("run", name, "--format", "json");
    expect(code).toBe(exit);
    expect(read(errorDocument, stdout).error).toMatchObject(error);
  });

  it("lists missing secrets before anything runs", async () => {
    const { coldstart } = project({
      "api.mjs": FUNCTIONS,
      "coldstart.config.json": '{"secrets": {"hub": "hub.env"}}',
    });
    const { code, stdout, stderr } = await coldstart("run", "api.mjs::handler", "--format", "json");
    expect(code).toBe(3);
    expect(read(errorDocument, stdout).error).toMatchObject({ kind: "environment", name: "SecretMissing" });
    expect(stderr).not.toContain("is going to run");
  });

  it("ends with its containers at Ctrl-C", async () => {
    const { coldstart, folder } = project({ "api.mjs": FUNCTIONS });
    const running = coldstart("run", "api.mjs::hangs", "--format", "json", "--events", "e.jsonl");
    await expect.poll(() => text(join(folder, "e.jsonl")), { timeout: 30_000 }).toContain("input.started");
    running.child.kill("SIGINT");
    const { code, stdout } = await running;
    expect(code).toBe(130);
    expect(read(errorDocument, stdout).error.kind).toBe("cancelled");
    const spawned = JSON.parse(
      text(join(folder, "e.jsonl"))
        .split("\n")
        .find((line) => line.includes("container.spawned")) ?? "{}",
    );
    expect(existsSync(`/proc/${spawned.pid}`)).toBe(false);
  });
});

describe("coldstart measure", () => {
  it("gives distributions of cold starts and warm calls", async () => {
    const { coldstart, folder } = project({ "api.mjs": FUNCTIONS });
    const { code, stdout, stderr } = await coldstart(
      ...[
        "measure",
        "api.mjs::handler",
        "--input",
        '[{"q": 1}]',
        "--cold",
        "3",
        "--warm",
        "4",
        "--format",
        "json",
      ],
    );
    expect(code).toBe(0);
    const { cold, warm } = read(measureDocument, stdout);
    expect([cold.n, warm?.n]).toEqual([3, 4]);
    expect(cold.median).toBeGreaterThan(warm?.median ?? 0);
    expect(stderr).toContain("is going to run 7 times");
    expect(text(join(folder, ".coldstart/results.jsonl"))).toContain('"kind":"measure"');
  });

  it.each([
    [["measure", "api.mjs"], /names no function/],
    [["measure", "api.mjs::handler", "--cold", "0"], /--cold 0: needs a whole number from 1/],
    [["measure", "api.mjs::handler", "--warm", "many"], /--warm many: needs a whole number/],
    [["measure", "api.mjs::handler", "--input", "{}"], /an object, not an array/],
  ])("refuses %j", async (args, message) => {
    const { code, stderr } = await project({ "api.mjs": FUNCTIONS }).coldstart(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

function text(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
