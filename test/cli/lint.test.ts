// `coldstart lint` as a process: documents, exit codes, fixing in place, configs, bad input.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { project } from "./coldstart.ts";
import { errorDocument, lintDocument, read } from "./contract.ts";

const HANDLER = `import { readFile } from "node:fs/promises";

const table = async (name) => JSON.parse(await readFile("/opt/tables/" + name + ".json", "utf8"));

// Looks two things up.
export const handler = async (event) => {
  const users = await table("users");
  const items = await table("items"); // the large one
  return [users[event.id], items[event.id]];
};
`;
const CLEAN = `export const handler = async (event) => ({ statusCode: 200, body: event.id });\n`;

describe("coldstart lint", () => {
  it("reports by the contract and exits with 1", async () => {
    const { coldstart } = project({
      "src/lookup.mjs": HANDLER,
      "src/clean.mjs": CLEAN,
      "src/other.ts": "export {}",
    });
    const { code, stdout } = await coldstart("lint", "--format", "json");
    const { findings, summary } = read(lintDocument, stdout);
    expect(code).toBe(1);
    expect(summary).toMatchObject({ files: 3, parsed: 2, findings: 4, fixed: 0 });
    expect(findings.map((each) => [each.file, each.line, each.rule])).toEqual([
      ["src/lookup.mjs", 7, "sequential-loads"],
      ["src/lookup.mjs", 7, "body-amortized-work"],
      ["src/lookup.mjs", 8, "sequential-loads"],
      ["src/lookup.mjs", 8, "body-amortized-work"],
    ]);
    expect(findings[0]).toMatchObject({ column: 23, endLine: 7, function: "handler", phase: "body" });
    expect(findings[0]?.related).toMatchObject([{ file: "src/lookup.mjs", line: 3 }]);
  });

  it("looks at files whose app is another file's", async () => {
    const { coldstart } = project({
      "service/__init__.py": "",
      "service/common.py": `import modal\n\napp = modal.App("x")\n`,
      "service/main.py": `from .common import app\n\n\n@app.function(keep_warm=2)\ndef f(x):\n    return x\n`,
      "shared.ts": `import { App } from "coldstart";\nexport const app = new App("x");\n`,
      "square.ts": `import { app } from "./shared.ts";\nexport const square = app.function({ keepWarm: -1 }, (n: number) => n ** 2);\n`,
    });
    const { stdout } = await coldstart("lint", "--format", "json");
    expect(read(lintDocument, stdout).findings.map((each) => [each.file, each.rule])).toEqual([
      ["service/main.py", "outdated-setting"],
      ["square.ts", "warm-pool-settings"],
    ]);
  });

  it("exits with 0 where nothing is wrong, and where there is nothing", async () => {
    const { coldstart } = project({ "clean.mjs": CLEAN });
    expect(await coldstart("lint")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("No findings."),
    });
    expect((await project({}).coldstart("lint", "--format", "json")).code).toBe(0);
  });

  it("shows people the code, the mark under it and what can be done", async () => {
    const { stdout } = await project({ "lookup.mjs": HANDLER }).coldstart("lint", "lookup.mjs");
    expect(stdout).toContain("lookup.mjs:7:23 warning sequential-loads");
    expect(stdout).toMatch(/7 │ {3}const users = await table\("users"\);\n +│ +━{14}\n/);
    expect(stdout).toMatch(/fix: /);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it("leaves a file alone that is not UTF-8, and says so", async () => {
    const { coldstart, folder } = project({ "lookup.mjs": HANDLER });
    const path = join(folder, "lookup.mjs");
    const bytes = Buffer.concat([Buffer.from("// caf\xe9\n", "latin1"), readFileSync(path)]);
    writeFileSync(path, bytes);
    const { code, stderr } = await coldstart("lint", "--fix");
    expect(code).toBe(1);
    expect(stderr).toContain("note: lookup.mjs is not UTF-8");
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it("fixes in place, keeps comments, and has nothing left to do then", async () => {
    const { coldstart, folder } = project({ "lookup.mjs": HANDLER });
    const { code, stdout } = await coldstart("lint", "--fix", "--fix-unsafe", "--format", "json");
    const { findings, summary } = read(lintDocument, stdout);
    expect([code, findings, summary.fixed]).toEqual([0, [], 4]);
    const fixed = readFileSync(join(folder, "lookup.mjs"), "utf8");
    expect(fixed).toContain("Promise.all");
    expect(fixed).toContain("// Looks two things up.");
    expect(fixed).toContain("// the large one");
    await coldstart("lint", "--fix-unsafe");
    expect(readFileSync(join(folder, "lookup.mjs"), "utf8")).toBe(fixed);
  });

  it("obeys the nearest config and the comments in the code", async () => {
    const { coldstart, write } = project({
      "a/coldstart.config.json": '{"rules": {"body-amortized-work": "off", "sequential-loads": "hint"}}',
      "a/lookup.mjs": HANDLER,
    });
    const { code, stdout } = await coldstart("lint", "--format", "json");
    expect(code).toBe(0);
    expect(read(lintDocument, stdout).findings.map((each) => each.severity)).toEqual(["hint", "hint"]);
    write({ "a/lookup.mjs": `// coldstart-disable sequential-loads -- tried\n${HANDLER}` });
    expect(read(lintDocument, (await coldstart("lint", "--format", "json")).stdout).findings).toEqual([]);
  });

  it("finds a handler that only a deployment file names", async () => {
    const template =
      "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: src\n      Handler: main.start\n";
    const text = HANDLER.replace("const handler", "const start").replace("event", "input");
    const { coldstart, write } = project({ "src/main.mjs": text.replaceAll("event", "input") });
    expect(read(lintDocument, (await coldstart("lint", "--format", "json")).stdout).findings).toEqual([]);
    write({ "template.yaml": template });
    expect(read(lintDocument, (await coldstart("lint", "--format", "json")).stdout).findings).toHaveLength(4);
  });

  it("analyses a broken file as far as it parses, and says so", async () => {
    const { coldstart } = project({ "lookup.mjs": `${HANDLER}\nexport const broken = (` });
    const { stdout, stderr } = await coldstart("lint", "--format", "json");
    expect(read(lintDocument, stdout).findings).toHaveLength(4);
    expect(stderr).toMatch(/lookup\.mjs:12:24 .*as far as it parses/);
  });

  it.each([
    [["lint", "missing"], /There is no file or folder missing/],
    [["lint", "package.json"], /no Python, TypeScript or JavaScript file/],
    [["lint", "--fixx"], /unknown option '--fixx'/],
    [["lint", "--format", "xml"], /Allowed choices are text, json/],
    [["lnt"], /unknown command 'lnt'[\s\S]*lint/],
  ])("refuses %j with one clear message", async (args, message) => {
    const { coldstart } = project({});
    const { code, stdout, stderr } = await coldstart(...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
  });

  it("refuses a bad config by the contract", async () => {
    const { coldstart } = project({
      "coldstart.config.json": '{"rules": {"slow": "off"}}',
      "lookup.mjs": HANDLER,
    });
    const { code, stdout } = await coldstart("lint", "--format", "json");
    expect(code).toBe(2);
    expect(read(errorDocument, stdout).error).toMatchObject({
      kind: "usage",
      message: expect.stringMatching(/^coldstart\.config\.json: `rules\.slow` is not known here/),
    });
  });

  it("does not mind a reader that leaves", async () => {
    const files = Array.from({ length: 60 }, (_, at) => [`f${at}.mjs`, HANDLER]);
    const running = project(Object.fromEntries(files)).coldstart("lint");
    running.child.stdout?.once("data", () => running.child.stdout?.destroy());
    expect(await running).toMatchObject({ code: 1, stderr: "" });
  });

  it("tells a Node that is too old in one line", async () => {
    const older =
      'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.1.0" } })';
    const { coldstart } = project(
      {},
      { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(older)}` },
    );
    const { code, stdout, stderr } = await coldstart("lint", "--format", "json");
    expect(code).toBe(3);
    expect(read(errorDocument, stdout).error).toMatchObject({ kind: "environment", name: "NodeTooOld" });
    expect(stderr).toMatch(/^coldstart needs Node 22\.15 or newer; this is 20\.1\.0 .*\n$/);
  });

  it("prints version and help", async () => {
    const { coldstart } = project({});
    expect(await coldstart("--version")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    expect(await coldstart("--help")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("coldstart verify"),
    });
    expect(await coldstart()).toMatchObject({ code: 2, stdout: "" });
  });
});
