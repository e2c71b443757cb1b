// The runtime's client against stand-ins for the runtime: messages, crashes, cancelling, no orphan.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RuntimeOptions } from "../../runtime/options.ts";
import { type Listener, runJob } from "./runtime-process.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "coldstart-client-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const options: RuntimeOptions = {
  ...{ version: 1, root: "/", cache: "/", env: {} },
  job: {
    kind: "cold",
    variants: [{ id: "a", file: "/a.ts", function: "f" }],
    steps: [{ variant: "a", input: [] }],
  },
};

/** Runs a stand-in: `say` writes one message, `read` gives the options. */
function play(script: string, listener: Listener = {}, signal?: AbortSignal) {
  const program = join(folder, "runtime.mjs");
  writeFileSync(
    program,
    `import { createInterface } from "node:readline";
const say = (message) => process.stdout.write(JSON.stringify(message) + "\\n");
const read = () => new Promise((done) => createInterface({ input: process.stdin }).once("line", (line) => done(JSON.parse(line))));
${script}`,
  );
  return runJob(options, listener, { program: [process.execPath, program], ...(signal && { signal }) });
}

const fine = "{ ok: true, result: options.job.kind, wall: 1, warm: [] }";

describe("the runtime's client", () => {
  it("hands over the options and folds the messages", async () => {
    const notes: string[] = [];
    const result = await play(
      `const options = await read(); say({ type: "note", text: "hello" }); say({ type: "outcome", step: 0, outcome: ${fine} }); process.exit(0);`,
      { note: (text) => notes.push(text) },
    );
    expect(notes).toEqual(["hello"]);
    expect(result).toEqual({ outcomes: [{ ok: true, result: "cold", wall: 1, warm: [] }] });
  });

  it("keeps a line whole that comes in pieces", async () => {
    const { outcomes } = await play(
      `const options = await read(); const text = JSON.stringify({ type: "outcome", step: 0, outcome: ${fine} });
       process.stdout.write(text.slice(0, 9), () => process.stdout.write(text.slice(9) + "\\n", () => process.exit(0)));`,
    );
    expect(outcomes).toHaveLength(1);
  });

  it("calls a runtime that ends without a word a defect, with what it wrote", async () => {
    const { error } = await play('console.error("out of cheese"); process.exit(7);');
    expect(error).toMatchObject({ kind: "defect", name: "RuntimeCrashed" });
    expect(error?.message).toContain("exit code 7");
    expect(error?.output).toContain("out of cheese");
  });

  it("tells of a runtime that was killed from outside as of its surroundings, and of one that crashed as a defect", async () => {
    const { error } = await play('process.kill(process.pid, "SIGKILL");');
    expect(error).toMatchObject({ kind: "environment", name: "RuntimeKilled", signal: "SIGKILL" });
    expect(error?.message).toContain("memory");
    const crashed = await play('process.kill(process.pid, "SIGABRT");');
    expect(crashed.error).toMatchObject({ kind: "defect" });
    expect(crashed.error?.message).toContain("SIGABRT");
  });

  it("cancels in good order", async () => {
    const abort = new AbortController();
    const result = await play(
      `process.on("SIGTERM", () => process.exit(130)); await read(); say({ type: "note", text: "ready" });`,
      { note: () => abort.abort() },
      abort.signal,
    );
    expect(result.error).toMatchObject({ kind: "cancelled" });
  });

  it("takes its whole group along, also what a crashed runtime left behind", async () => {
    const pidFile = join(folder, "pid");
    await play(
      `import { spawn } from "node:child_process"; import { writeFileSync } from "node:fs";
       const left = spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6)"], { stdio: "inherit" });
       writeFileSync(${JSON.stringify(pidFile)}, String(left.pid)); process.exit(1);`,
    );
    const pid = Number(readFileSync(pidFile, "utf8"));
    expect(pid).toBeGreaterThan(0);
    // The group was sent SIGKILL before the pipe could close, so nothing of it can answer any more.
    const state = () => {
      try {
        return readFileSync(`/proc/${pid}/stat`, "utf8").split(" ")[2];
      } catch {
        return "gone";
      }
    };
    await expect.poll(state, { timeout: 10_000 }).toMatch(/gone|Z/);
  });

  it("does not start at all when it was cancelled before", async () => {
    const result = await play('throw new Error("started")', {}, AbortSignal.abort());
    expect(result).toMatchObject({ outcomes: [], error: { kind: "cancelled" } });
  });
});
