// Analysis of Python: what is a function, in which phase its work stands, and that no text makes it stumble.
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyse } from "../../server/analysis/index.ts";
import type { FunctionFacts, WorkItem } from "../../server/facts/function.ts";
import { detect } from "../../server/rules/index.ts";
import { marksFor, platformsFor } from "../../server/workspace/report.ts";
import { rowsFor } from "../../server/workspace/rows.ts";
import { ROOT } from "./cases.ts";
import { project } from "./memory.ts";

async function functionsOf(
  files: Readonly<Record<string, string>>,
  path = Object.keys(files)[0] ?? "",
): Promise<readonly FunctionFacts[]> {
  const file = join(ROOT, path);
  const workspace = await project(files);
  const found = analyse(file, workspace, platformsFor({}, path), rowsFor({}, path));
  // What can be found has to be looked for.
  expect(found.length === 0 || workspace.mayHoldFunctions(file, marksFor({}, file))).toBe(true);
  return found;
}

const work = (items: readonly WorkItem[] = []) => items.map((item) => `${item.kind} ${item.callee}`);

const LOAD = `joblib.load("/m.joblib")`;

describe("functions of Modal", () => {
  const body = `def f(x):\n    import joblib\n    return ${LOAD}.predict(x)\n`;

  it.each([
    ["of an app", `import modal\napp = modal.App()\n@app.function()\n${body}`],
    ["of an app under an alias", `import modal as m\na = m.App("x")\n@a.function(cpu=2)\n${body}`],
    ["of an app by its name", `from modal import App\napp = App("x")\n@app.function()\n${body}`],
    ["of a stub", `from modal import Stub\nstub = Stub()\n@stub.function()\n${body}`],
    [
      "with an endpoint",
      `import modal\napp = modal.App()\n@app.function()\n@modal.fastapi_endpoint()\n${body}`,
    ],
    [
      "under a condition",
      `import modal\napp = modal.App()\nif True:\n    @app.function()\n    ${body.replaceAll("\n", "\n    ")}`,
    ],
    [
      "of an app that a package brings",
      `import modal\nfrom serving.shared import app\n@app.function()\n${body}`,
    ],
    ["that wait", `import modal\napp = modal.App()\n@app.function()\nasync ${body}`],
  ])("are found %s", async (_form, text) => {
    const [found, ...others] = await functionsOf({ "app.py": text });
    expect([found?.platform, found?.name, others]).toEqual(["modal", "f", []]);
    expect(work(found?.work.body)).toEqual(["load joblib.load"]);
  });

  it("are found where the app stands in another file", async () => {
    const files = {
      "service/main.py": `from .common import app\n@app.function()\n${body}`,
      "service/common.py": `import modal\napp = modal.App("x")\n`,
      "service/__init__.py": "",
    };
    expect((await functionsOf(files)).map((each) => each.name)).toEqual(["f"]);
  });

  it.each([
    ["a local entry point", `import modal\napp = modal.App()\n@app.local_entrypoint()\n${body}`],
    ["another decorator", `import modal\napp = modal.App()\n@app.other()\n${body}`],
    ["another package's app", `import modal\nfrom web import App\napp = App()\n@app.function()\n${body}`],
    ["a plain function", `import modal\n${body}`],
  ])("are not found in %s", async (_form, text) => {
    expect(await functionsOf({ "app.py": text })).toEqual([]);
  });

  it("have hooks in the order in which they run, those of the snapshot first", async () => {
    const text = `import joblib
import modal
import numpy as np
app = modal.App()
@app.cls()
class C:
    @modal.enter()
    def second(self):
        self.b = np.load("/b.npy")
    @modal.enter(snap=True)
    def first(self):
        self.a = ${LOAD}
    @modal.exit()
    def last(self):
        self.c = ${LOAD}
    @modal.method()
    def run(self, x):
        return self.a, self.b, x
    @modal.method()
    def other(self, x):
        return x
`;
    const found = await functionsOf({ "app.py": text });
    expect(found.map((each) => each.name)).toEqual(["C.run", "C.other"]);
    for (const each of found) expect(work(each.work.enter)).toEqual(["load joblib.load", "load numpy.load"]);
  });

  it("know what a hook has left on the instance", async () => {
    const text = `import joblib
import modal
app = modal.App()
@app.cls()
class C:
    path: str = modal.parameter(default="/m.joblib")
    @modal.enter()
    def load(self):
        self.model = joblib.load(self.path)
        self.more = None
    @modal.method()
    def run(self, x):
        if not hasattr(self, "model"):
            self.model = joblib.load(self.path)
        return self.model.predict(x)
`;
    const [found] = await functionsOf({ "app.py": text });
    expect(found?.work.body).toEqual([]);
  });

  it("have one image's build for all that name it", async () => {
    const text = `import modal
def fetch():
    from huggingface_hub import snapshot_download
    snapshot_download("org/m")
base = modal.Image.debian_slim().run_function(fetch)
image = base.pip_install("x").env({"A": "1"})
app = modal.App(image=image)
@app.function()
def f(x):
    return x
`;
    const [found] = await functionsOf({ "app.py": text });
    expect(work(found?.work.build)).toEqual(["download huggingface_hub.snapshot_download"]);
    expect(found?.spelling.build.kind).toBe("step");
  });

  it("of an application are its routes, behind the code that makes it", async () => {
    const text = `import joblib
import modal
from fastapi import FastAPI
app = modal.App()
@app.function()
@modal.asgi_app()
def web():
    first = joblib.load("/1.joblib")
    api = FastAPI()
    @api.get("/")
    def route(q: str):
        second = joblib.load("/2.joblib")
        return first, second, q
    return api
`;
    const [found] = await functionsOf({ "app.py": text });
    expect(found?.work.enter.map((item) => item.target)).toEqual(["/1.joblib"]);
    expect(found?.work.body.map((item) => item.target)).toEqual(["/2.joblib"]);
  });
});

describe("names that `import *` brings", () => {
  const app = (...stars: readonly string[]) =>
    `import modal\n${stars.map((each) => `from ${each} import *\n`).join("")}app = modal.App()
@app.function()
def f(x):
    return load(), AutoModel.from_pretrained("org/m"), x
`;
  const files = { "a.py": "other = 1\n", "b.py": `import joblib\ndef load():\n    return ${LOAD}\n` };

  it.each([
    ["one file of the project", ["b"], ["load joblib.load"]],
    ["two files", ["b", "a"], ["load joblib.load"]],
    [
      "a file and a package",
      ["transformers", "b"],
      ["load joblib.load", "download transformers.AutoModel.from_pretrained"],
    ],
    ["two packages: nobody knows which", ["transformers", "diffusers", "b"], ["load joblib.load"]],
  ])("are those of %s", async (_form, stars, expected) => {
    const [found] = await functionsOf({ "app.py": app(...stars), ...files });
    expect(work(found?.work.body)).toEqual(expected);
  });
});

describe("functions of Lambda", () => {
  const client = `import boto3\ndef NAME(event, context):\n    return boto3.client("s3")\n`;

  it.each(["lambda_handler", "handler"])("are found as %s", async (name) => {
    const [found] = await functionsOf({ "app.py": client.replace("NAME", name) });
    expect([found?.platform, found?.name, work(found?.work.body)]).toEqual([
      "lambda",
      name,
      ["client boto3.client"],
    ]);
  });

  it.each([
    ["serverless.yml", "functions:\n  a:\n    handler: src/app.go\n"],
    ["serverless.yml", "functions:\n  a:\n    handler: src.app.go\n"],
    [
      "template.yaml",
      "Resources:\n  A:\n    Type: AWS::Serverless::Function\n    Properties: {CodeUri: src/, Handler: app.go}\n",
    ],
  ])("are found under any name that %s gives: %j", async (name, text) => {
    const files = { "src/app.py": client.replace("NAME", "go"), [name]: text };
    expect((await functionsOf(files)).map((each) => each.name)).toEqual(["go"]);
    expect(await functionsOf({ "src/app.py": client.replace("NAME", "go") })).toEqual([]);
  });

  it("are found under the name that a program gives which deploys them", async () => {
    const stack = `Function(self, "F", code=Code.from_asset("src"), handler="app.go")\n`;
    const files = { "cdk.json": "{}", "infra/stack.py": stack };
    const found = await functionsOf({ "src/app.py": client.replace("NAME", "go"), ...files });
    expect(found.map((each) => each.name)).toEqual(["go"]);
  });
});

describe("the name of a model", () => {
  const head = [
    "import os",
    "from dataclasses import dataclass, field",
    "from enum import Enum",
    "from typing import NamedTuple",
    "import modal",
    "from pydantic import BaseModel, Field",
    "from pydantic_settings import BaseSettings",
    "from transformers import AutoModel",
    'BASE = "org"',
    'TABLE = {"base": {"name": f"{BASE}/table"}}',
    "@dataclass",
    "class Options:",
    "    owner: str",
    '    model: str = "org/option"',
    '    other: str = field(default="org/field")',
    "class Settings(BaseSettings):",
    '    model: str = "org/setting"',
    "class Given(BaseModel):",
    '    model: str = Field("org/given")',
    "class Pair(NamedTuple):",
    '    model: str = "org/pair"',
    "class Names:",
    '    MODEL = "org/names"',
    "class Kind(Enum):",
    '    BASE = "org/kind"',
    'options = Options("org")',
    "settings = Settings()",
    "app = modal.App()",
    "@app.cls()",
    "class Models:",
    '    model: str = modal.parameter(default="org/parameter")',
    "    free: str = modal.parameter()",
    '    own = "org/own"',
    "    current = None",
    "    @modal.method()",
    "    def run(self, x):",
    "        self.current = x",
  ].join("\n");
  const loaded = async (name: string) => {
    const body = `        return AutoModel.from_pretrained(${name})(x)\n`;
    const [found] = await functionsOf({ "app.py": `${head}\n${body}` });
    return found?.work.body.find(({ callee }) => callee.endsWith(".from_pretrained"));
  };

  it.each([
    ['f"{BASE}/model"', "org/model"],
    ['"%s/%s" % (BASE, "model")', "org/model"],
    ['"{}/{name}".format(BASE, name="model")', "org/model"],
    ['"/".join([BASE, "model"])', "org/model"],
    ['TABLE["base"]["name"]', "org/table"],
    ['os.environ.get("MODEL", "org/variable")', "org/variable"],
    ['os.getenv("MODEL", default="org/variable")', "org/variable"],
    ['os.environ.get("MODEL") or "org/variable"', "org/variable"],
    ["options.model", "org/option"],
    ["options.other", "org/field"],
    ['f"{options.owner}/model"', "org/model"],
    ['Options("org", model="org/other").model', "org/other"],
    ["settings.model", "org/setting"],
    ["Given().model", "org/given"],
    ["Pair().model", "org/pair"],
    ["Names.MODEL", "org/names"],
    ["Kind.BASE.value", "org/kind"],
    ["self.model", "org/parameter"],
    ["self.own", "org/own"],
    ["self.free", undefined],
  ])("is read in %s", async (name, target) => {
    const item = await loaded(name);
    expect([item?.kind, item?.target, item?.dependsOn.input]).toEqual(["download", target, false]);
  });

  it.each([
    "x",
    'f"{BASE}/{x}"',
    '"%s/model" % x',
    '"{}/model".format(x)',
    '"/".join([BASE, x])',
    "TABLE[x]",
    'os.environ.get("MODEL", x)',
    "Options(x).owner",
    "Options(BASE, model=x).model",
    "Options(**x).model",
    "Given(model=x).model",
    "Kind[x].value",
    "self.current",
  ])("is the input's in %s", async (name) => {
    expect((await loaded(name))?.dependsOn.input).toBe(true);
  });
});

describe("files that a call of the same hook has fetched", () => {
  const hook = async (...lines: readonly string[]) => {
    const text = `import modal, torch\nfrom huggingface_hub import snapshot_download, hf_hub_download\nfrom transformers import AutoModel\napp = modal.App()\n@app.cls()\nclass C:\n    @modal.enter()\n    def load(self):\n${lines.map((line) => `        ${line}\n`).join("")}    @modal.method()\n    def run(self, x):\n        return x\n`;
    return (await functionsOf({ "app.py": text }))[0];
  };

  it("are loaded from disk by their path", async () => {
    const found = await hook('path = snapshot_download("org/a")', "self.a = AutoModel.from_pretrained(path)");
    expect(found?.work.enter.map(({ kind }) => kind)).toEqual(["download", "load"]);
  });

  it("are downloaded where the path is of something else", async () => {
    const found = await hook('snapshot_download("org/a")', 'self.b = AutoModel.from_pretrained("org/b")');
    expect(found?.work.enter.map(({ kind }) => kind)).toEqual(["download", "download"]);
  });

  it("may be fetched together, though each is loaded where it is fetched", async () => {
    const found = await hook(
      'self.a = torch.load(hf_hub_download("org/a", "w.bin"))',
      'self.b = torch.load(hf_hub_download("org/b", "w.bin"))',
    );
    const [group, ...others] = found?.groups ?? [];
    expect(others).toEqual([]);
    expect(group?.items.map((item) => found?.work.enter[item]?.label)).toEqual([
      'hf_hub_download("org/a", "w.bin")',
      'hf_hub_download("org/b", "w.bin")',
    ]);
  });
});

describe("the message about work in the body", () => {
  const messageOf = async (call: string, options = "") => {
    const text = `import modal, joblib, urllib.request\nfrom functools import cache\nfrom huggingface_hub import snapshot_download\nfrom transformers import AutoModel\napp = modal.App()\nkept = modal.Volume.from_name("kept")\n@cache\ndef get():\n    return AutoModel.from_pretrained("org/m")\n@app.function(${options})\ndef f(x):\n    return (${call}, x)\n`;
    return detect(await functionsOf({ "app.py": text })).find(({ rule }) => rule === "body-amortized-work")
      ?.message;
  };
  const volume = 'volumes={"/root/.cache/huggingface": kept}';

  it.each([
    [
      "a model whose files stay in the container",
      'AutoModel.from_pretrained("org/m")',
      "",
      "^The first input of each new container waits while .* fetches its files, and every input loads them again;",
    ],
    [
      "files that stay in the container",
      'snapshot_download("org/m")',
      "",
      "^The first input of each new container waits while .* fetches its files; fetch them earlier,",
    ],
    [
      "a model on a volume",
      'AutoModel.from_pretrained("org/m")',
      volume,
      "loads the same data for every input;",
    ],
    ["what a getter keeps", "get()", "", "^The first input of each new container waits for `get\\(\\)`;"],
    ["a file of the disk", 'joblib.load("/m.joblib")', "", "loads the same data for every input;"],
    [
      "a file that is fetched whether or not it is there",
      'urllib.request.urlretrieve("https://h/m.bin", "/tmp/m.bin")',
      "",
      "downloads the same files for every input;",
    ],
  ])("says which inputs pay for %s", async (_what, call, options, said) => {
    expect(await messageOf(call, options)).toMatch(new RegExp(said));
  });
});

describe("names that Modal has replaced", () => {
  it("are named by the function and the phase that they stand in", async () => {
    const text = [
      'app = modal.Stub("x")',
      "@app.function(keep_warm=1)",
      "def first(x):",
      "    return x",
      "@app.function()",
      "def plain(x):",
      "    first.keep_warm(2)",
      "@app.cls(container_idle_timeout=300)",
      "class C:",
      "    @modal.build()",
      "    def fetch(self):",
      "        return 1",
      "    @modal.method()",
      "    def run(self, x):",
      "        return x",
      "    @modal.web_endpoint()",
      "    def web(self, x):",
      "        first.keep_warm(3)",
      "    @modal.enter()",
      "    def start(self):",
      "        first.keep_warm(4)",
      "@app.local_entrypoint()",
      "def main():",
      "    first.keep_warm(5)",
    ].join("\n");
    const found = detect(await functionsOf({ "app.py": `import modal\n${text}\n` }));
    expect(found.map(({ range, function: name, phase }) => [range.start, name, phase])).toEqual(
      (
        [
          ["modal.Stub", "first", "global"],
          ["keep_warm=1", "first", "global"],
          ["keep_warm(2)", "plain", "body"],
          ["container_idle_timeout", "C.run", "global"],
          ["modal.build", "C.run", "global"],
          ["modal.web_endpoint", "C.web", "global"],
          ["keep_warm(3)", "C.web", "body"],
          ["keep_warm(4)", "C.run", "enter"],
          ["keep_warm(5)", "first", "global"],
        ] as const
      ).map(([code, name, phase]) => ["import modal\n".length + text.indexOf(code), name, phase]),
    );
  });
});

describe("any text", () => {
  const pieces = [
    "import modal",
    "app = modal.App()",
    "@app.function(keep_warm=2, volumes={})",
    "@app.cls()",
    "@modal.enter()",
    "def f(self, x):",
    "class C:",
    "    global m",
    `    m = ${LOAD}`,
    "    if m is None:",
    "    with open(x) as f, g() as h:",
    "    return [i for i in f(x)]",
    "    self.a = self.b = f(self)",
    "    yield from (await x)",
    "image = modal.Image.debian_slim().run_function(f).env({x: y})",
    ")",
    '"""',
  ];

  it("is not looked at where it is data, and followed behind that", async () => {
    const data = `NUMBERS = [${"1, ".repeat(150_000)}]\nNAMES = {${'"a": NUMBERS, '.repeat(6000)}}\n`;
    const app = `import modal\napp = modal.App()\n@app.function()\ndef f(x):\n    import joblib\n`;
    const [found] = await functionsOf({ "app.py": `${data}${app}    return ${LOAD}.predict(x)\n` });
    expect(work(found?.work.body)).toEqual(["load joblib.load"]);
  });

  it("is analysed without a stumble", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...pieces), { maxLength: 24 }), async (lines) => {
        const functions = await functionsOf({ "app.py": lines.join("\n") });
        expect(detect(functions)).toBeDefined();
      }),
      { numRuns: 300 },
    );
  });
});
