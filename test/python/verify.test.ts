// Fixes of Python proved by cold starts: real models over a slow hub, loads that only wait, and loads that hold the lock.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Hub, startHub } from "../../fixtures/hub/hub.ts";
import { project } from "../cli/coldstart.ts";
import { read, verifyDocument } from "../cli/contract.ts";
import { captions } from "./captions.ts";
import { hubModels, pythonEnvironment } from "./environment.ts";

let hub: Hub;
beforeAll(async () => {
  hub = await startHub({ folder: hubModels(), speed: 5_000_000, latency: 20 });
});
afterAll(() => hub.close());

describe("coldstart verify, on two models of transformers in four parts", { timeout: 400_000 }, () => {
  it("proves that their files come faster together, and that all of them are the same", async () => {
    const { coldstart } = project({
      "app.py": captions("enter"),
      "coldstart.config.json": JSON.stringify({ python: pythonEnvironment() }),
    });
    const env = ["--env", `HF_ENDPOINT=${hub.url}`];
    const { stdout, stderr } = await coldstart(
      ...["verify", "app.py::Captions.describe", "--pairs", "3", "--format", "json", ...env],
    );
    const { verdict, metric, results, cause, fixes } = read(verifyDocument, stdout);
    expect({ metric, results }).toEqual({ metric: "wall", results: "equal" });
    expect(fixes).toMatchObject([{ rule: "sequential-loads" }]);
    // Where other programs make starts vary by seconds, a profile still sees the files come sooner.
    expect({ verdict, cause }, stderr).toEqual(
      verdict === "faster"
        ? { verdict, cause: undefined }
        : {
            verdict,
            cause: expect.stringMatching(/^Fetched together, the files take \d+ instead of \d+ ms/),
          },
    );
  });
});

/** Loads of 200 ms each, by a package that lies beside the app. */
const TABLES = `import asyncio
import time


def wait(name):
    time.sleep(0.2)
    return name


def compute(name):
    end = time.thread_time() + 0.2
    while time.thread_time() < end:
        pass
    return name


async def block(name):
    time.sleep(0.2)
    return name
`;

const app = (loader: string) => `import sys

sys.path.append(__file__.replace("app.py", "packages"))

import tables


${loader === "block" ? "async " : ""}def handler(event, context):
    users = ${loader === "block" ? "await " : ""}tables.${loader}("users")
    items = ${loader === "block" ? "await " : ""}tables.${loader}("items")
    tags = ${loader === "block" ? "await " : ""}tables.${loader}("tags")
    return [users, items, tags]
`;

describe("coldstart verify, on loads in threads and on an event loop", { timeout: 200_000 }, () => {
  async function verified(loader: string) {
    const loaders = ["wait", "compute", "block"].map((name) => ({ callee: `tables.${name}`, kind: "load" }));
    const { coldstart } = project({
      "app.py": app(loader),
      "packages/tables.py": TABLES,
      "coldstart.config.json": JSON.stringify({ loaders }),
    });
    const options = ["--rule", "sequential-loads", "--pairs", "3", "--format", "json"];
    const { stdout } = await coldstart("verify", "app.py::handler", ...options);
    return read(verifyDocument, stdout);
  }

  it("proves what waits, and gives no cause", async () => {
    const { verdict, results, cause } = await verified("wait");
    expect(results).toBe("equal");
    expect({ verdict, cause }).toEqual(
      verdict === "faster"
        ? { verdict, cause: undefined }
        : { verdict, cause: expect.stringMatching(/^The loads do overlap, and take \d+ instead of \d+ ms/) },
    );
  });

  it("names the interpreter lock where threads compute", async () => {
    const { verdict, results, cause } = await verified("compute");
    expect(verdict).not.toBe("faster");
    expect(results).toBe("equal");
    expect(cause).toMatch(
      /interpreter lock \(GIL\).*\d+ of \d+ ms, one at a time|^Other programs kept|^The loads compute, and there are too few/,
    );
  });

  it("names the event loop where coroutines don't give it back", async () => {
    const { verdict, results, cause } = await verified("block");
    expect(verdict).not.toBe("faster");
    expect(results).toBe("equal");
    expect(cause).toMatch(/block the event loop: each one starts only when/);
  });
});
