// Apps with the real `modal` and FastAPI installed: today's names, names that it has given up, and its import as boot.
import { describe, expect, it } from "vitest";
import { project } from "../cli/coldstart.ts";
import { read, runDocument } from "../cli/contract.ts";
import { pythonEnvironment } from "./environment.ts";

const TODAY = `import sys

loaded = "modal.client" in sys.modules

import modal
from fastapi import FastAPI

app = modal.App("today", image=modal.Image.debian_slim().pip_install("fastapi"))


@app.function(min_containers=1, scaledown_window=300)
def is_loaded():
    return loaded


@app.function()
@modal.asgi_app()
def web():
    served = FastAPI()

    @served.get("/greet/{name}")
    def greet(name: str, times: int = 1):
        return {"hello": name * times}

    return served
`;

/** What the guide of some years ago writes; today's package refuses each of these names. */
const BEFORE = `import modal

stub = modal.Stub("before", image=modal.Image.debian_slim().pip_install("fastapi"))


@stub.function(keep_warm=3, container_idle_timeout=300, concurrency_limit=5, allow_concurrent_inputs=2)
def greeting():
    return {"hello": "world"}


@stub.function(keep_warm=3)
@modal.web_endpoint()
def my_warm_greeting():
    return {"hello": "web"}


@stub.cls()
class Model:
    @modal.build()
    def fetch(self):
        pass

    @modal.enter()
    def load(self):
        self.word = "entered"

    @modal.method()
    def say(self):
        return self.word
`;

describe("with the real packages installed", () => {
  async function run(name: string, ...args: readonly string[]) {
    const { coldstart } = project({
      "today.py": TODAY,
      "before.py": BEFORE,
      "coldstart.config.json": JSON.stringify({ python: pythonEnvironment() }),
    });
    const { stdout, stderr, code } = await coldstart("run", name, "--format", "json", ...args);
    if (code !== 0) throw new Error(stdout + stderr);
    return read(runDocument, stdout);
  }

  it("the package is imported before the module, so that this counts as boot", async () => {
    expect((await run("today.py::is_loaded")).result).toBe(true);
  });

  it("routes of FastAPI answer", async () => {
    const { result } = await run("today.py::web", "--input", '["/greet/cold?times=2"]');
    expect(result).toMatchObject({ status: 200, body: { hello: "coldcold" } });
  });

  it.each([
    ["before.py::greeting", { hello: "world" }],
    ["before.py::my_warm_greeting", { hello: "web" }],
    ["before.py::Model.say", "entered"],
  ])("%s runs under its old names", async (name, expected) => {
    expect((await run(name)).result).toEqual(expected);
  });
});
