// However a run ends, nothing of it goes on: no process, no folder, no input without an end.
import { mkdirSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundle, createProject, errorOf, type Project, type Running, resultOf, until } from "./harness.ts";

let project: Project;
beforeAll(async () => {
  project = createProject(await bundle(), {
    "long.mjs": `
      import { spawn } from "node:child_process";
      const forever = "setInterval(() => {}, 1000)";
      export const waits = () => { console.log("at work"); return new Promise(() => setInterval(() => {}, 1000)); };
      export const spins = () => { console.log("at work"); for (;;); };
      export const escapes = () => {
        const child = spawn(process.execPath, ["-e", forever], { detached: true, stdio: "inherit" });
        child.unref();
        return child.pid;
      };
      // Without the variables that mark it, too.
      export const hides = () => {
        const child = spawn(process.execPath, ["-e", forever], { detached: true, stdio: "ignore", env: {} });
        child.unref();
        return child.pid;
      };
      export const escapesAndWaits = () => { escapes(); hides(); return waits(); };
    `,
    "enter.ts": `
      import { App } from "coldstart";
      const app = new App("app");
      export const stuck = app.function({ enter: () => { console.log("at work"); for (;;); } }, () => 1);
    `,
  });
});
afterAll(() => project.remove());

/** A zombie is only the system's memory of a process. */
function isAlive(pid: unknown): boolean {
  try {
    return !/ Z /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

/** Processes that see the project's folder as theirs, or carry a mark of the run. */
function ofContainers(): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid) || !isAlive(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/mountinfo`, "latin1").includes(project.cache);
    } catch {
      return false;
    }
  });
}

const boxes = () => readdirSync(join(project.cache, "containers"));

const atWork = (running: Running) =>
  running.message((message) => message.type === "output" && message.text.includes("at work"));

describe.each(["waits", "spins", "escapesAndWaits"])("a body that %s", (name) => {
  it.each(["SIGTERM", "SIGINT"] as const)("ends with %s, and its input is cancelled", async (signal) => {
    const running = project.start(project.coldJob(`long.mjs::${name}`));
    await atWork(running);
    running.process.kill(signal);
    const run = await running.ended;
    expect(run.code).toBe(130);
    expect(errorOf(run)).toMatchObject({ kind: "cancelled" });
    const ends = run.events.filter(({ type }) => type === "input.failed" || type === "input.finished");
    expect(ends).toMatchObject([{ type: "input.failed", reason: "cancelled" }]);
    expect(ofContainers()).toEqual([]);
    expect(boxes()).toEqual([]);
  });

  it("ends when the runtime is killed", async () => {
    const running = project.start(project.coldJob(`long.mjs::${name}`));
    await atWork(running);
    running.process.kill("SIGKILL");
    await until(() => ofContainers().length === 0 && boxes().length === 0);
  });
});

it("an enter that never yields ends with its run", async () => {
  const running = project.start(project.coldJob("enter.ts::stuck"));
  await atWork(running);
  running.process.kill("SIGTERM");
  expect(errorOf(await running.ended)).toMatchObject({ kind: "cancelled" });
  expect(ofContainers()).toEqual([]);
});

it("the end of its input tells the runtime that whoever started it is gone", async () => {
  const running = project.start(project.coldJob("long.mjs::waits"));
  await atWork(running);
  running.process.stdin?.end();
  expect((await running.ended).code).toBe(130);
  expect(ofContainers()).toEqual([]);
});

it("a reader that goes away ends the run", async () => {
  const running = project.start(project.coldJob("long.mjs::waits", { warm: 1000 }));
  await atWork(running);
  running.process.stdout?.destroy();
  running.process.kill("SIGTERM");
  await new Promise((resolve) => running.process.once("exit", resolve));
  await until(() => ofContainers().length === 0 && boxes().length === 0);
});

describe.each(["mounts", "folders"] as const)(
  "what takes itself out of the process group (by %s)",
  (isolation) => {
    it("ends with its container", async () => {
      const run = await project.cold("long.mjs::escapes", {}, { isolation });
      const pid = resultOf(run);
      expect(isAlive(pid)).toBe(false);
    });
  },
);

it("what sheds its marks as well ends with its mounts", async () => {
  const pid = resultOf(await project.cold("long.mjs::hides", {}, { isolation: "mounts" }));
  expect(isAlive(pid)).toBe(false);
});

it("what a killed run left behind is removed by the next", async () => {
  const left = join(project.cache, "containers", deadOwner());
  mkdirSync(join(left, "c-1", "layer"), { recursive: true });
  await project.cold("long.mjs::escapes");
  expect(boxes()).toEqual([]);
});

/** A run of this computer whose process is no more: the id is ours, the time of its begin is not. */
function deadOwner(): string {
  const namespace = readlinkSync("/proc/self/ns/pid").replaceAll(/\D/g, "");
  return `${namespace}-${process.pid}-1`;
}

describe("an app whose functions are at work, wait and keep warm", () => {
  const APP = `
    import { App } from "coldstart";
    const app = new App("app");
    const forever = () => new Promise<void>(() => { setInterval(() => {}, 1000); });
    export const busy = app.function({ maxContainers: 2 }, async () => { console.log("at work"); await forever(); });
    export const warm = app.function({ keepWarm: 2, exit: () => console.log("exit hook") }, () => 1);
    export const spins = app.function(() => { for (;;); });
    app.localEntrypoint(async () => {
      void spins.remote().catch(() => {});
      await warm.remote();
      await Promise.all([1, 2, 3, 4].map(() => busy.remote()));
    });`;
  const begin = async () => {
    project.write({ "app.ts": APP });
    const variant = { id: "it", file: join(project.folder, "app.ts") };
    const running = project.start({ kind: "entrypoint", variant });
    await atWork(running);
    return running;
  };

  it.each(["SIGTERM", "SIGINT"] as const)(
    "ends with %s: each input once, and no process is left",
    async (signal) => {
      const running = await begin();
      running.process.kill(signal);
      const run = await running.ended;
      expect(run.code).toBe(130);
      const queued = run.events.flatMap(({ type, input }) => (type === "input.queued" ? [input] : []));
      expect(queued).toHaveLength(6);
      for (const input of queued) {
        const ends = run.events.filter((e) => e.input === input && /^input\.f/.test(e.type));
        expect(ends, String(input)).toHaveLength(1);
      }
      expect(ofContainers()).toEqual([]);
      expect(boxes()).toEqual([]);
    },
  );

  it("ends when the runtime is killed", async () => {
    const running = await begin();
    running.process.kill("SIGKILL");
    await until(() => ofContainers().length === 0 && boxes().length === 0);
  });
});
