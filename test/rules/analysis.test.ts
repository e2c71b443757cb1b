// Analysis over real facts: what is a function, where work comes from, and that no text makes it stumble.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyse } from "../../server/analysis/index.ts";
import { catalogue } from "../../server/catalogue/index.ts";
import type { FunctionFacts, WorkItem } from "../../server/facts/function.ts";
import type { Platform } from "../../server/facts/project.ts";
import { platforms } from "../../server/platforms/index.ts";
import { detect } from "../../server/rules/index.ts";
import { marksFor } from "../../server/workspace/report.ts";
import { ROOT } from "./cases.ts";
import { project } from "./memory.ts";

async function functionsOf(
  files: Readonly<Record<string, string>>,
  path = Object.keys(files)[0] ?? "",
  data: Readonly<Record<string, number>> = {},
): Promise<readonly FunctionFacts[]> {
  const file = join(ROOT, path);
  const workspace = await project(files, data);
  const found = analyse(file, workspace, platforms, catalogue);
  // What can be found has to be looked for.
  expect(found.length === 0 || workspace.mayHoldFunctions(file, marksFor({}, file))).toBe(true);
  return found;
}

describe("functions of Lambda", () => {
  const client = `import { S3Client } from "@aws-sdk/client-s3";`;
  const body = "{ return new S3Client({}).config; }";

  it.each([
    ["an arrow", "a.ts", `${client} export const handler = async (event: any) => ${body};`],
    ["a function", "a.ts", `${client} export async function handler(event: any, context: any) ${body}`],
    ["a default parameter", "a.mjs", `${client} export const handler = async (event = {}) => ${body};`],
    ["no parameter", "a.mjs", `${client} export const handler = async () => ${body};`],
    [
      "exports.handler",
      "a.js",
      `const { S3Client } = require("@aws-sdk/client-s3"); exports.handler = async (event) => ${body};`,
    ],
    [
      "module.exports",
      "a.js",
      `const { S3Client } = require("@aws-sdk/client-s3"); const handler = async (event) => ${body}; module.exports = { handler };`,
    ],
    [
      "a callback",
      "a.js",
      `const { S3Client } = require("@aws-sdk/client-s3"); exports.handler = function (event, context, callback) ${body};`,
    ],
    [
      "another local name",
      "a.ts",
      `${client} const main = async (event: any) => ${body}; export { main as handler };`,
    ],
    [
      "middy around it",
      "a.ts",
      `${client} import middy from "@middy/core"; export const handler = middy(async (event: any) => ${body}).use({});`,
    ],
    [
      "middy before it",
      "a.ts",
      `${client} import middy from "@middy/core"; export const handler = middy().use({}).handler(async (event: any) => ${body});`,
    ],
    [
      "a wrapper of its own",
      "a.ts",
      `${client} const wrap = (f: any) => (e: any) => f(e); export const handler = wrap(async (event: any) => ${body});`,
    ],
    [
      "a bound method",
      "a.ts",
      `${client} class Api { async handle(event: any) ${body} } const api = new Api(); export const handler = api.handle.bind(api);`,
    ],
  ])("are found as %s", async (_form, path, text) => {
    const functions = await functionsOf({ [path]: text });
    expect(functions.map((each) => [each.platform, each.name])).toEqual([["lambda", "handler"]]);
    expect(functions[0]?.work.body.map((item) => item.kind)).toEqual(["client"]);
  });

  it("are found behind a re-export, with the work in the file that defines them", async () => {
    const files = {
      "index.ts": `export { main as handler } from "./main.ts";`,
      "main.ts": `${client} export const main = async (event: any) => ${body};`,
    };
    const [found] = await functionsOf(files);
    expect(found?.name).toBe("handler");
    expect(found?.work.body[0]?.place.file).toBe(join(ROOT, "main.ts"));
  });

  it.each([
    [
      "serverless.yml",
      `service: x\nprovider: { name: aws, runtime: nodejs22.x }\nfunctions:\n  list:\n    handler: a.list\n`,
    ],
    [
      "template.yaml",
      `Resources:\n  List:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: a.list\n`,
    ],
  ])("are found under any name that %s gives", async (name, text) => {
    const code = `${client} export const list = async (anything: any) => ${body};`;
    expect((await functionsOf({ "a.ts": code, [name]: text })).map((each) => each.name)).toEqual(["list"]);
    expect(await functionsOf({ "a.ts": code })).toEqual([]);
  });

  it.each([
    ["a request and a response", `export const handler = async (req: any, res: any) => ${body};`],
    [
      "a framework beside it",
      `import express from "express"; export const handler = async (event: any) => ${body};`,
    ],
    ["no export", `const handler = async (event: any) => ${body}; button.onclick = handler;`],
    ["a route", `export async function GET(event: any) ${body}`],
    ["an object", `export const handler = { run: async (event: any) => ${body} };`],
    ["a command", `export const command = "x"; export const handler = async (args: any) => ${body};`],
  ])("are not found in %s", async (_form, text) => {
    expect(await functionsOf({ "a.ts": `${client} ${text}` })).toEqual([]);
  });
});

describe("functions of the SDK", () => {
  const head = `import { App } from "coldstart"; import * as sdk from "coldstart"; const app = new App("x");`;

  it.each([
    ["exported", `export const f = app.function((n: number) => n);`, "f"],
    ["exported later", `const f = app.function({}, (n: number) => n); export { f };`, "f"],
    ["exported under another name", `const g = app.function({}, (n: number) => n); export { g as f };`, "f"],
    ["by default", `export default app.function({ name: "f" }, (n: number) => n);`, "f"],
    ["named by its options", `app.function({ name: "f" }, (n: number) => n);`, "f"],
    [
      "of a namespace",
      `const other = new sdk.App("y"); export const f = other.function((n: number) => n);`,
      "f",
    ],
    [
      "with a handler by name",
      `function run(n: number) { return n; } export const f = app.function(run);`,
      "f",
    ],
    [
      "with options by name",
      `const options = { timeout: 5 }; export const f = app.function(options, (n: number) => n);`,
      "f",
    ],
  ])("are found %s", async (_form, text, name) => {
    const functions = await functionsOf({ "a.ts": `${head} ${text}` });
    expect(functions.map((each) => [each.platform, each.name])).toEqual([["coldstart", name]]);
  });

  it("are found in CommonJS", async () => {
    const text = `const { App } = require("coldstart"); const app = new App("x"); exports.f = app.function((n) => n);`;
    expect((await functionsOf({ "a.cjs": text })).map((each) => each.name)).toEqual(["f"]);
  });

  it("are found where the app stands in another file, exported or named", async () => {
    const files = {
      "main.ts": `import { app } from "./app.ts"; export const f = app.function((n) => n); const g = app.function({ name: "h" }, () => 1);`,
      "app.ts": `import { App } from "coldstart"; export const app = new App("x");`,
    };
    expect((await functionsOf(files)).map((each) => each.name)).toEqual(["f", "h"]);
  });

  it("know their settings, and nothing of values that are no constants", async () => {
    const [found] = await functionsOf({
      "a.ts": `${head} export const f = app.function({ keepWarm: 2, timeout: t() }, () => 1);`,
    });
    expect(found?.settings.map(({ name, value }) => [name, value])).toEqual([
      ["keepWarm", 2],
      ["timeout", undefined],
    ]);
  });

  it("are not made by another package's App", async () => {
    const text = `import { App } from "aws-cdk-lib"; const app = new App(); export const f = app.function(() => 1);`;
    expect(await functionsOf({ "a.ts": text })).toEqual([]);
  });
});

describe("work", () => {
  const handler = (code: string) => `${code}\nexport const handler = async (event: any) => { ITEM; };`;
  const bodyOf = async (imports: string, item: string, data = {}): Promise<readonly WorkItem[]> => {
    const [found] = await functionsOf({ "a.ts": handler(imports).replace("ITEM", item) }, "a.ts", data);
    return found?.work.body ?? [];
  };

  it.each([
    [`import { readFile } from "node:fs/promises";`, `await readFile("x.bin")`],
    [`import { readFile as r } from "fs/promises";`, `await r("x.bin")`],
    [`import fs from "fs";`, `await fs.promises.readFile("x.bin")`],
    [`import * as fs from "node:fs";`, `await fs.promises["readFile"]("x.bin")`],
    [`import { promises } from "fs";`, `await promises.readFile("x.bin")`],
    [`const fs = require("fs").promises;`, `await fs.readFile("x.bin")`],
    [`const { promises: { readFile } } = require("fs");`, `await readFile("x.bin")`],
    [
      `import fs from "fs"; import { promisify } from "util"; const read = promisify(fs.readFile);`,
      `await read("x.bin")`,
    ],
    [`import fs from "fs/promises"; const { readFile: load } = fs;`, `await load("x.bin")`],
    [`import fs from "fs/promises"; const load = fs.readFile; const again = load;`, `await again("x.bin")`],
    ["", `await (await import("node:fs/promises")).readFile("x.bin")`],
  ])("is known through %s", async (imports, item) => {
    const items = await bodyOf(imports, item);
    expect(items.map((each) => [each.callee, each.target, each.awaited])).toEqual([
      ["node:fs/promises.readFile", join(ROOT, "x.bin"), true],
    ]);
  });

  it.each([
    [`join(__dirname, "data", "..", "x.bin")`, join(ROOT, "x.bin")],
    [`join(import.meta.dirname, "x.bin")`, join(ROOT, "x.bin")],
    [`new URL("./data/x.bin", import.meta.url)`, join(ROOT, "data/x.bin")],
    [`fileURLToPath(new URL("x.bin", import.meta.url))`, join(ROOT, "x.bin")],
    ["`/models/$" + "{NAME}.bin`", "/models/clip.bin"],
    [`"/models/" + NAME + ".bin"`, "/models/clip.bin"],
    [`resolve("/a/b", "../c.bin")`, "/a/c.bin"],
    [`join(homedir(), ".cache", "x.bin")`, "$HOME/.cache/x.bin"],
    [`join(process.env.MODELS, "x.bin")`, "$MODELS/x.bin"],
    ["paths.table", "/tables/a.bin"],
    ["unknown()", undefined],
  ])("has its target from %s", async (path, target) => {
    const imports = `
      import { readFile } from "node:fs/promises";
      import { homedir } from "node:os";
      import { join, resolve } from "node:path";
      import { fileURLToPath } from "node:url";
      const NAME = "clip";
      const paths = { table: "/tables/a.bin" };`;
    expect((await bodyOf(imports, `await readFile(${path})`)).map((each) => each.target)).toEqual([target]);
  });

  it("is not what a local name of a known call does", async () => {
    expect(
      await bodyOf(
        `const fetch = async (x: string) => x; const readFile = fetch;`,
        `await fetch("u"); await readFile("p")`,
      ),
    ).toEqual([]);
  });

  it("knows its way through helpers", async () => {
    const files = {
      "a.ts": `import { table } from "./b.ts";\nexport const handler = async (event: any) => { const rows = await table("users"); return rows; };`,
      "b.ts": `import { readFile } from "node:fs/promises";\nconst read = (p: string) => readFile(p);\nexport const table = (n: string) => read(\`/data/\${n}.json\`);`,
    };
    const [found] = await functionsOf(files);
    const [item] = found?.work.body ?? [];
    expect(item).toMatchObject({
      label: `table("users")`,
      target: "/data/users.json",
      defines: ["rows"],
      awaited: true,
    });
    expect(item?.via.map((each) => each.file)).toEqual([join(ROOT, "b.ts"), join(ROOT, "b.ts")]);
  });

  it("ends in recursion, not in a loop", async () => {
    const code = `import { readFile } from "node:fs/promises"; async function load(n: number): Promise<any> { await readFile("/x.bin"); return n > 0 ? load(n - 1) : n; }`;
    expect(await bodyOf(code, "await load(3)")).toHaveLength(1);
  });
});

describe("any text", () => {
  it.each([
    ["calls", (n: number) => `${"f(".repeat(n)}1${")".repeat(n)}`],
    ["branches", (n: number) => `${"if (event) {".repeat(n)}1${"}".repeat(n)}`],
    ["arrows", (n: number) => `${"() => ".repeat(n)}1`],
    ["members", (n: number) => `event${".a".repeat(n)}`],
    ["sums", (n: number) => `1${" + 1".repeat(n)}`],
  ])("may nest %s by the thousand", async (_what, nest) => {
    const text = `export const handler = async (event: any) => { ${nest(3000)}; };`;
    expect(await functionsOf({ "a.ts": text })).toBeDefined();
  });

  /** Takes every function of a file for one that is deployed. */
  const every: Platform = {
    id: "every",
    language: "typescript",
    marks: [],
    functions: (module) =>
      module.functions.slice(1, 30).map(({ range }, index) => ({
        name: `f${index}`,
        range,
        nameRange: range,
        settings: [],
        phases: { build: [], enter: [], body: [{ file: module.path, function: index + 1 }] },
        stateParameters: 0,
        spelling: { platform: "every", enter: { kind: "none" }, build: { kind: "none", say: "" } },
      })),
  };
  const sources = globSync("{server,runtime,fixtures/apps}/**/*.ts", {
    cwd: join(import.meta.dirname, "../.."),
  })
    .slice(0, 60)
    .map((file) => readFileSync(join(import.meta.dirname, "../..", file), "utf8"));

  it("is analysed without a stumble, also when it is cut and mixed up", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...sources),
        fc.nat(),
        fc.nat(),
        fc.constantFrom(...sources),
        async (a, from, to, b) => {
          const text = a.slice(0, from % a.length) + b.slice(to % b.length);
          const functions = analyse(join(ROOT, "a.ts"), await project({ "a.ts": text }), [every], catalogue);
          for (const { range } of detect(functions)) expect(range.end).toBeLessThanOrEqual(text.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});
