// The façade over real projects in temporary folders: reports, fixing until nothing changes, hashes, suppression.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLinter, type Linter } from "./lint.ts";

let folder = "";
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "coldstart-lint-"))).replaceAll("\\", "/");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const APP = `import { App } from "coldstart";
import { table } from "./tables.ts";

const app = new App("shop");

export const search = app.function({ timeout: 60 }, async (query: string) => {
  const users = await table("users");
  const items = await table("items");
  return [users[query], items[query]];
});

export const words = app.function({}, (query: string) => query.split(" "));
`;
const TABLES = `import { readFile } from "node:fs/promises";
export const table = async (name: string) => JSON.parse(await readFile("/opt/tables/" + name + ".json", "utf8"));
`;

async function project(files: Readonly<Record<string, string>>): Promise<Linter> {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const linter = createLinter();
  await linter.prepare([at("app.ts")]);
  return linter;
}

const at = (path: string) => `${folder}/${path}`;
const shop = (app = APP, more: Readonly<Record<string, string>> = {}) =>
  project({ "package.json": '{"type": "module"}', "app.ts": app, "tables.ts": TABLES, ...more });
const rulesOf = (linter: Linter) => linter.lint(at("app.ts")).findings.map((finding) => finding.rule);

describe("a report", () => {
  it("holds one finding a load and rule, through a helper of another file", async () => {
    const linter = await shop();
    expect(rulesOf(linter).sort()).toEqual([
      ...["body-amortized-work", "body-amortized-work", "sequential-loads", "sequential-loads"],
    ]);
    expect(linter.dependents(at("tables.ts"))).toContain(at("app.ts"));
  });

  it("follows the opened text, then what is on disk again", async () => {
    const linter = await shop();
    linter.open(at("tables.ts"), TABLES.replace("await readFile", "await Promise.resolve"));
    expect(rulesOf(linter)).toEqual([]);
    linter.close(at("tables.ts"));
    expect(rulesOf(linter)).toHaveLength(4);
  });

  it("is empty, without parsing, for files that can hold no function", async () => {
    const linter = await shop();
    expect(linter.lint(at("tables.ts"))).toMatchObject({ parsed: false, findings: [] });
  });

  it("takes a broken file as far as it parses", async () => {
    const report = (await shop(`${APP}\nexport const broken = (`)).lint(at("app.ts"));
    expect(report.findings).toHaveLength(4);
    expect(report.syntaxErrors.length).toBeGreaterThan(0);
  });

  it("has the config's severities, and none of what is off, excluded or of another platform", async () => {
    const config = (text: string) => shop(APP, { "coldstart.config.json": text });
    const severe = (
      await config('{"rules": {"sequential-loads": "error", "body-amortized-work": "off"}}')
    ).lint(at("app.ts"));
    expect(severe.findings.map((finding) => finding.severity)).toEqual(["error", "error"]);
    expect(rulesOf(await config('{"exclude": ["app.ts"]}'))).toEqual([]);
    expect(rulesOf(await config('{"platforms": ["lambda"]}'))).toEqual([]);
  });

  it("knows loaders of the config", async () => {
    const app = APP.replace("./tables.ts", "@acme/tables");
    expect(rulesOf(await shop(app))).toEqual([]);
    const loaders = '{"loaders": [{"callee": "@acme/tables.table", "kind": "load"}]}';
    expect(rulesOf(await shop(app, { "coldstart.config.json": loaders }))).toContain("sequential-loads");
  });

  it("leaves out what a comment suppresses, and reports comments that suppress nothing", async () => {
    const disabled = APP.replace(
      "  const items",
      "  // coldstart-disable-next-line sequential-loads -- small\n  const items",
    );
    expect(rulesOf(await shop(disabled)).filter((rule) => rule === "sequential-loads")).toHaveLength(1);
    const idle = APP.replace("const app", "// coldstart-disable-next-line sequential-loads\nconst app");
    const unused = (await shop(idle))
      .lint(at("app.ts"))
      .findings.filter((each) => each.rule === "unused-suppression");
    expect(unused).toMatchObject([{ severity: "hint" }]);
  });

  it("names configs that can't be used", async () => {
    const linter = await shop(APP, { "coldstart.config.json": '{"rule": 1}' });
    expect(rulesOf(linter)).toHaveLength(4);
    expect(linter.configProblems()).toMatchObject([{ path: at("coldstart.config.json") }]);
  });
});

describe("fixing everything", () => {
  it("ends with no finding and touches nothing but its own copy", async () => {
    const linter = await shop();
    const { texts, applied } = linter.fixAll([at("app.ts")], { unsafe: true });
    expect(applied.map((each) => each.kind)).toEqual(["concurrently", "move-to-enter"]);
    expect(linter.text(at("app.ts"))).toBe(APP);
    const fixed = linter.fork();
    for (const [path, text] of texts) fixed.open(path, text);
    expect(rulesOf(fixed)).toEqual([]);
    expect(fixed.fixAll([at("app.ts")], { unsafe: true }).applied).toEqual([]);
  });

  it("keeps to the rules and the function that were asked for", async () => {
    const linter = await shop();
    const only = linter.fixAll([at("app.ts")], { unsafe: true, rules: ["sequential-loads"] });
    expect(only.applied.map((each) => each.rule)).toEqual(["sequential-loads"]);
    expect(linter.fixAll([at("app.ts")], { unsafe: true, function: "words" }).applied).toEqual([]);
  });

  it("knows which of several functions does the work, through methods that they share", async () => {
    const load = (name: string) => `        self.${name} = AutoModel.from_pretrained("shop/${name}")\n`;
    const app = (name: string, methods: readonly string[]) => `@app.cls()
class ${name}:
    @modal.enter()
    def load(self):
${load("a")}${load("b")}
${methods.map((method) => `    @modal.method()\n    def ${method}(self, n):\n        return n\n`).join("\n")}

`;
    const head = "import modal\nfrom transformers import AutoModel\n\napp = modal.App()\n\n\n";
    const linter = await project({ "app.py": `${head}${app("One", ["x", "y"])}${app("Two", ["z"])}` });
    await linter.prepare([at("app.py")]);
    for (const name of ["One.x", "One.y", "Two.z"]) {
      const { texts } = linter.fixAll([at("app.py")], { unsafe: false, function: name });
      const [before, after] = texts.get(at("app.py"))?.split("class Two") ?? [];
      expect([before?.includes("with Thread"), after?.includes("with Thread")]).toEqual(
        name === "Two.z" ? [false, true] : [true, false],
      );
    }
  });

  it.each([
    ["fetched", `    s3.download_file("bucket", "model", "/tmp/model")\n`],
    [
      "fetched once",
      `    if not os.path.exists("/tmp/model"):\n        s3.download_file("bucket", "model", "/tmp/model")\n`,
    ],
  ])("leaves the load of a file behind the line by which it is %s", async (_name, fetched) => {
    const head = 'import os\nimport boto3\nimport joblib\n\ns3 = boto3.client("s3")\n\n\n';
    const body = `    model = joblib.load("/tmp/model")\n    return model.predict([event["x"]])\n`;
    const text = `${head}def lambda_handler(event, context):\n${fetched}${body}`;
    const linter = await project({ "handler.py": text });
    await linter.prepare([at("handler.py")]);
    expect(linter.fixAll([at("handler.py")], { unsafe: false }).texts.size).toBe(0);
    const after = linter.fixAll([at("handler.py")], { unsafe: true }).texts.get(at("handler.py")) ?? "";
    expect(after.split("download_file").length).toBe(2);
    expect(after.indexOf("download_file")).toBeLessThan(after.indexOf("joblib.load"));
  });

  it("writes for each input what the handler writes, though a load may read it", async () => {
    const linter = await project({
      "handler.py": `import joblib


def handler(event, context):
    with open("/tmp/table", "w") as stream:
        stream.write("1")
    return joblib.load("/tmp/table").get(event["key"])
`,
    });
    await linter.prepare([at("handler.py")]);
    expect(linter.fixAll([at("handler.py")], { unsafe: true }).applied).toEqual([]);
  });

  it("opens nothing that the handler alone would close", async () => {
    const linter = await project({
      "handler.py": `import boto3
import psycopg2
from functools import lru_cache


@lru_cache(maxsize=1)
def secret():
    return boto3.client("secretsmanager").get_secret_value(SecretId="s")["SecretString"]


def connect():
    return psycopg2.connect(secret())


def handler(event, context):
    conn = connect()
    try:
        return conn.cursor().execute("select 1")
    finally:
        conn.close()
`,
    });
    await linter.prepare([at("handler.py")]);
    expect(linter.fixAll([at("handler.py")], { unsafe: true }).applied).toEqual([]);
  });

  it("lets files follow that call a function which becomes a class, or look it up", async () => {
    const files = {
      "app.py": `import modal

app = modal.App("captions")


@app.function()
def caption(text: str):
    import joblib

    model = joblib.load("/m.joblib")
    return model.predict(text)
`,
      "run.py": `from app import app, caption\n\nwith app.run():\n    print(caption.remote("x"))\n`,
      "client.py": `import modal
from modal import Function

mine = modal.Function.from_name("captions", "caption")
other = modal.Function.from_name("others", "caption")
named = Function.from_name("captions", "caption")
`,
    };
    const linter = await project(files);
    await linter.prepare(await linter.scan(Object.keys(files).map(at)));
    const { texts } = linter.fixAll([at("app.py")], { unsafe: true });
    expect(texts.get(at("app.py"))).toContain("class Caption:");
    expect(texts.get(at("run.py"))).toBe(
      `from app import app, Caption\n\nwith app.run():\n    print(Caption().caption.remote("x"))\n`,
    );
    // A name of its own for what is looked up is left to its author.
    expect(texts.get(at("client.py"))).toBe(
      files["client.py"].replace(
        'modal.Function.from_name("captions", "caption")',
        'modal.Cls.from_name("captions", "Caption")().caption',
      ),
    );
  });

  it("gives no edits for a text that has changed since", async () => {
    const linter = await shop();
    const [fix] = linter.lint(at("app.ts")).findings.flatMap((finding) => finding.fixes);
    if (!fix) throw new Error("no fix");
    expect(linter.edits(fix).length).toBeGreaterThan(0);
    linter.open(at("app.ts"), `\n${APP}`);
    expect(linter.edits(fix)).toEqual([]);
  });
});

describe("a source's hash", () => {
  const hash = (linter: Linter, name = "search") => linter.sourceHash(at("app.ts"), name);

  it("changes with the function and with what it imports", async () => {
    const linter = await shop();
    const before = hash(linter);
    linter.open(at("tables.ts"), TABLES.replace("utf8", "utf-8"));
    const after = hash(linter);
    expect(after).not.toBe(before);
    linter.open(at("app.ts"), APP.replace("users[query]", "users[query.trim()]"));
    expect(hash(linter)).not.toBe(after);
  });

  it("does not change with neighbours, comments and blank lines", async () => {
    const linter = await shop();
    const before = hash(linter);
    linter.open(
      at("app.ts"),
      APP.replace('split(" ")', 'split(",")').replace("const app", "\n// the app\nconst app"),
    );
    expect(hash(linter)).toBe(before);
    expect(hash(linter, "words")).not.toBe(before);
  });
});
