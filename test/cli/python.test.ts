// Python on the command line: names, secrets, interpreters, profiles, comparisons, and the exit codes of what fails.
import { describe, expect, it } from "vitest";
import { project } from "./coldstart.ts";
import { errorDocument, read, runDocument, verifyDocument } from "./contract.ts";

const APP = `import os
import time
import modal

app = modal.App("numbers")

@app.function(secrets=[modal.Secret.from_name("hub")])
def token():
    return os.environ["HUB_TOKEN"]

@app.function()
def square(n):
    return n ** 2

@app.cls()
class Model:
    size: str = modal.parameter(default="small")

    @modal.enter()
    def load(self):
        time.sleep(0.02)

    @modal.method()
    def describe(self, n=1):
        return [self.size, n]

@app.function()
def fails():
    raise LookupError("no such number")

@app.function()
def lacks():
    import not_installed_at_all

def plain(event, context):
    return context.function_name

def slow():
    time.sleep(0.15)
    return "same"

def fast():
    return "same"

@app.local_entrypoint()
def main(n: int = 3):
    print("squared")
    return [square.remote(n), Model(size="large").describe.remote(2)]
`;

const json = ["--format", "json"];

describe("coldstart run of Python", () => {
  it.each<[string, string[], unknown]>([
    ["app.py::square", ["--input", "[7]"], 49],
    ["app.py::Model.describe", [], ["small", 1]],
    ['app.py::Model(size="large").describe', ["--input", "[2]"], ["large", 2]],
    ["app.py::plain", [], "app-plain"],
  ])("%s gives its result, and the Python that it ran with", async (name, args, result) => {
    const { code, stdout, stderr } = await project({ "app.py": APP }).coldstart(
      "run",
      name,
      ...args,
      ...json,
    );
    expect(stderr).not.toContain("defect");
    expect(code).toBe(0);
    expect(JSON.parse(stdout).where.interpreter.name).toBe("python");
    expect(read(runDocument, stdout).result).toEqual(result);
  });

  it("without a name is the local entry point", async () => {
    const { coldstart } = project({ "app.py": APP });
    const { code, stdout, stderr } = await coldstart("run", "app.py", ...json);
    expect(JSON.parse(stdout).result).toEqual([9, ["large", 2]]);
    const given = await coldstart("run", "app.py", "--input", "[5]", ...json);
    expect(JSON.parse(given.stdout).result).toEqual([25, ["large", 2]]);
    expect(stderr).toMatch(/\[app\.py \S+\] squared/);
    expect(code).toBe(0);
  });

  it("needs the secrets that its function names, and takes them from the config's env files", async () => {
    const { coldstart, write } = project({ "app.py": APP });
    const missing = await coldstart("run", "app.py::token", ...json);
    expect(missing.code).toBe(3);
    expect(read(errorDocument, missing.stdout).error).toMatchObject({ name: "SecretMissingError" });
    write({ "coldstart.config.json": '{"secrets": {"hub": "hub.env"}}', "hub.env": "HUB_TOKEN=t0\n" });
    const given = await coldstart("run", "app.py::token", ...json);
    expect(read(runDocument, given.stdout).result).toBe("t0");
  });

  it.each([
    ["app.py::fails", 1, "error", "no such number"],
    ["app.py::lacks", 3, "environment", "not_installed_at_all"],
    ["app.py::sqare", 2, "usage", "Did you mean app.py::square?"],
    ["nowhere.py::f", 2, "usage", "nowhere.py"],
  ])("%s exits with %i", async (name, expected, kind, message) => {
    const { code, stdout } = await project({ "app.py": APP }).coldstart("run", name, ...json);
    const { error } = read(errorDocument, stdout);
    expect(error.kind).toBe(kind);
    expect(error.message).toContain(message);
    expect(code).toBe(expected);
  });

  it("names the interpreter of the config that isn't there", async () => {
    const config = '{"python": "./no/python"}';
    const { coldstart } = project({ "app.py": APP, "coldstart.config.json": config });
    const { code, stdout } = await coldstart("run", "app.py::square", ...json);
    expect(code).toBe(3);
    expect(read(errorDocument, stdout).error.message).toContain("no/python");
  });
});

it("coldstart run --profile tells what the hooks import, by package", async () => {
  const app = [
    "import modal",
    'app = modal.App("app")',
    "@app.cls()",
    "class Model:",
    "    @modal.enter()",
    "    def load(self):",
    "        import slow.part",
    "        from slow import other",
    "    @modal.method()",
    "    def run(self):",
    "        return 1",
  ].join("\n");
  const part = "import time\ntime.sleep(0.02)\n";
  const { coldstart } = project({
    "app.py": `${app}\n`,
    "slow/__init__.py": "",
    "slow/part.py": part,
    "slow/other.py": part,
  });
  const { stdout } = await coldstart("run", "app.py::Model.run", "--profile", ...json);
  const within = read(runDocument, stdout).imports?.filter(({ stage }) => stage === "enter") ?? [];
  expect(within.map(({ specifier }) => specifier)).toEqual(["slow"]);
  expect(within[0]?.ms).toBeGreaterThanOrEqual(40);
  expect(within[0]?.imports?.map(({ specifier }) => specifier).toSorted()).toEqual([
    "slow.other",
    "slow.part",
  ]);
});

it("coldstart run --profile tells loads, and imports as a tree", async () => {
  const { coldstart } = project({
    "app.py":
      "import json, heavy\n\ndef handler(event, context):\n    with open(__file__) as file:\n        return len(file.read())\n",
    "heavy.py": "import inner\n",
    "inner.py": "import time\ntime.sleep(0.05)\n",
  });
  const { stdout } = await coldstart("run", "app.py::handler", "--profile", ...json);
  const heavy = read(runDocument, stdout).imports?.find(({ specifier }) => specifier === "heavy");
  expect(heavy?.imports?.map(({ specifier }) => specifier)).toEqual(["inner"]);
  const text = (await coldstart("run", "app.py::handler", "--profile")).stdout;
  expect(text).toMatch(/ms {2}heavy\n.*ms {4}inner\n/);
});

it("coldstart verify compares two functions of Python", async () => {
  const { coldstart } = project({ "app.py": APP });
  const against = ["--against", "app.py::fast", "--pairs", "5"];
  const { code, stdout } = await coldstart("verify", "app.py::slow", ...against, ...json);
  const { verdict, results } = read(verifyDocument, stdout);
  expect({ verdict, results, code }).toEqual({ verdict: "faster", results: "equal", code: 0 });
});

it("numbers go in and come out as they were written, however large", async () => {
  const { coldstart } = project({
    "large.py": "def large(n, *rest):\n    return [n + 1, 2**80, -(2**63), 1.5]\n",
  });
  const { stdout } = await coldstart(
    "run",
    "large.py::large",
    ...["--input", "[9007199254740993, 0, 0]", "--format", "json"],
  );
  expect(stdout).toContain('"result":[9007199254740994,1208925819614629174706176,-9223372036854775808,1.5]');
});
