// Python that goes wrong, on the command line: each ends with one clear error and the exit code that goes with it.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { project } from "./coldstart.ts";
import { errorDocument, read, runDocument } from "./contract.ts";

const json = ["--format", "json"];

const APP = `import os, signal, subprocess, sys, threading

def ends_all_at_once(): os._exit(0)
def crashes():
    import ctypes
    ctypes.string_at(0)
def killed(): os.kill(os.getpid(), signal.SIGKILL)
def wants_memory():
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (600_000_000, 600_000_000))
    return len(bytearray(2_000_000_000))
def writes():
    print("to standard output")
    print("to standard error", file=sys.stderr)
    os.write(1, b"past the buffer\\n")
    os.system("echo from a child")
    os.write(2, b"\\xff\\xfe no text\\n")
    return "written"
def threads():
    for _ in range(3): threading.Thread(target=threading.Event().wait).start()
    return "done"
def daemon():
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"], start_new_session=True)
    return process.pid
def deep(n=0): return deep(n + 1)
def closes():
    os.closerange(3, 20)
    return 1
`;

const MODAL = `import modal
image = modal.Image.debian_slim().pip_install("not_installed_at_all")
app = modal.App("app", image=image)
with image.imports():
    import not_installed_at_all
@app.function()
def f(): return 1
`;

const failing = async (files: Record<string, string>, name: string, env: Record<string, string> = {}) => {
  const { code, stdout } = await project(files, env).coldstart("run", name, ...json);
  return { code, error: read(errorDocument, stdout).error };
};

describe("a computer", () => {
  it("without Python is told so, and what to do", async () => {
    // The shell and its tools are there, Python is not.
    const { code, error } = await failing({ "app.py": APP }, "app.py::threads", {
      PATH: "/nowhere",
      HOME: "/nowhere",
    });
    expect(code).toBe(3);
    expect(error).toMatchObject({ kind: "environment" });
    expect(error.message).toMatch(/python/i);
  });

  it("with an environment that lacks the package names the package", async () => {
    const made = project({ "app.py": "import not_installed_at_all\ndef f(): pass\n" });
    const venv = spawnSync("python3", ["-m", "venv", "--without-pip", join(made.folder, ".venv")]);
    expect(venv.status).toBe(0);
    const { code, stdout } = await made.coldstart("run", "app.py::f", ...json);
    const { error, where } = read(errorDocument, stdout);
    expect([code, error.kind]).toEqual([3, "environment"]);
    expect(error.message).toContain("not_installed_at_all");
    expect(where?.interpreter.path).toContain(join(made.folder, ".venv"));
  });

  it("that lacks what the image has names it, for functions of that image", async () => {
    const { code, error } = await failing({ "app.py": MODAL }, "app.py::f");
    expect([code, error.kind]).toEqual([3, "environment"]);
    expect(error.message).toContain("not_installed_at_all");
  });

  it("with an older Python than the code is told which one read it", async () => {
    const { code, error } = await failing(
      { "app.py": "lazy import json from nowhere\ndef f(): pass\n" },
      "app.py::f",
    );
    expect([code, error.kind, error.stage]).toEqual([1, "error", "global"]);
    expect(error.message).toMatch(/app\.py, line 1, as Python 3\.\d+ reads it/);
  });
});

describe("a function that", () => {
  it.each<[string, object]>([
    ["ends_all_at_once", { kind: "lost", exitCode: 0 }],
    ["crashes", { kind: "lost", signal: "SIGSEGV" }],
    ["killed", { kind: "lost", signal: "SIGKILL" }],
    ["wants_memory", { kind: "error", name: "MemoryError", message: "(no message: memory ran out)" }],
    ["deep", { kind: "error", name: "RecursionError" }],
    ["closes", { kind: "lost" }],
  ])("%s fails as what it is", async (name, expected) => {
    const { code, error } = await failing({ "app.py": APP }, `app.py::${name}`);
    expect(code).toBe(1);
    expect(error).toMatchObject({ stage: "body", ...expected });
  });

  it("writes to all streams has them all passed on, and its result alone on standard output", async () => {
    const { code, stdout, stderr } = await project({ "app.py": APP }).coldstart(
      "run",
      "app.py::writes",
      ...json,
    );
    expect(code).toBe(0);
    expect(read(runDocument, stdout).result).toBe("written");
    for (const text of [
      "to standard output",
      "to standard error",
      "past the buffer",
      "from a child",
      "no text",
    ])
      expect(stderr).toContain(text);
  });

  it("leaves threads behind is done with them", async () => {
    const { code, stdout } = await project({ "app.py": APP }).coldstart("run", "app.py::threads", ...json);
    expect([code, read(runDocument, stdout).result]).toEqual([0, "done"]);
  });

  it("leaves a daemon behind leaves none", async () => {
    const { stdout } = await project({ "app.py": APP }).coldstart("run", "app.py::daemon", ...json);
    const pid = read(runDocument, stdout).result;
    const stat = `/proc/${pid}/stat`;
    expect(existsSync(stat) && !readFileSync(stat, "latin1").includes(") Z ")).toBe(false);
  });
});
