// The platform on real containers: several inputs at once, cancellations, retries, versions, and how containers end.
import { describe, expect, it } from "vitest";
import { json } from "../../runtime/container/container.ts";
import { until } from "./harness.ts";
import { app, project, useApps } from "./platform.ts";

const HEAD = `import { App, currentInput, enter, exit, method } from "coldstart";
const app = new App("test");
const sleep = (ms: number) => new Promise<void>((resolve) => { setTimeout(resolve, ms); });
`;

const open = useApps("app.ts", HEAD);

const of = (input: string | undefined) => app.events.filter((event) => event.input === input);
const kind = (k: string) => ({ run: { kind: k } });

describe("a container", () => {
  it("takes as many inputs at once as its function says, and no more", async () => {
    await open(`
      let at = 0, most = 0;
      export const f = app.function({ allowConcurrentInputs: 3, maxContainers: 1 }, async () => {
        most = Math.max(most, ++at);
        await sleep(100);
        at--;
        return most;
      });`);
    const results = await Promise.all([1, 2, 3, 4, 5, 6].map(() => app.call("f")));
    expect(Math.max(...(results as number[]))).toBe(3);
    expect(app.count("container.spawned")).toBe(1);
  });

  it("stays warm when the code of a cancelled input heeds it", async () => {
    await open(`
      export const waits = app.function(async (ms: number) => {
        const { signal } = currentInput();
        await new Promise((resolve, reject) => {
          setTimeout(resolve, ms).unref();
          signal.addEventListener("abort", () => reject(signal.reason));
        });
        return process.pid;
      });`);
    const pid = await app.call("waits", [1]);
    const abort = new AbortController();
    const cancelled = app.call("waits", [60_000], abort.signal);
    await app.said("input.started", 2);
    abort.abort();
    await expect(cancelled).rejects.toMatchObject(kind("cancelled"));
    expect(await app.call("waits", [1])).toBe(pid);
    expect(app.count("container.spawned")).toBe(1);
  });

  it("is ended when the code of a cancelled input never yields; others boot meanwhile", async () => {
    await open(`
      export const spins = app.function((forever: boolean) => { while (forever); return process.pid; });`);
    const abort = new AbortController();
    const cancelled = app.call("spins", [true], abort.signal);
    await app.said("input.started");
    abort.abort();
    await expect(cancelled).rejects.toMatchObject(kind("cancelled"));
    // Its caller does not wait for that.
    expect(app.count("container.exited")).toBe(0);
    await app.call("spins", [false]);
    await app.said("container.exited");
    expect(app.count("container.spawned")).toBe(2);
    expect(app.count("input.failed")).toBe(1);
  });

  it("fails an input that takes too long, and goes on with the others that it has", async () => {
    await open(`
      export const f = app.function({ allowConcurrentInputs: 2, maxContainers: 1, timeout: 0.5 }, async (ms: number) => {
        await sleep(ms);
        return ms;
      });`);
    await app.call("f", [1]);
    const late = app.call("f", [60_000]);
    await expect(late).rejects.toMatchObject({ run: { kind: "timeout", name: "FunctionTimeoutError" } });
    expect(await app.call("f", [100])).toBe(100);
    expect(app.count("container.spawned")).toBe(1);
  });

  it("is lost when it exits in the middle of an input, also without an error", async () => {
    await open(`export const f = app.function(() => { process.exit(0); });`);
    await expect(app.call("f")).rejects.toMatchObject({
      run: { kind: "lost", exitCode: 0, message: expect.stringContaining("ended with exit code 0") },
    });
    expect(of(app.events[0]?.input).map(({ type }) => type)).toEqual([
      "input.queued",
      "input.started",
      "input.failed",
    ]);
  });

  it.each([
    ["text", `Buffer.from("hello, is there anybody? ".repeat(3))`],
    ["a frame that says nothing", `Buffer.from("\\x04\\0\\0\\0\\0\\0\\0\\0null")`],
    ["half a failure", `Buffer.from("\\x11\\0\\0\\0\\0\\0\\0\\0" + JSON.stringify({ type: "failed" }))`],
  ])(
    "is ended when it writes %s to the platform's descriptor, with an error that says so",
    async (_what, bytes) => {
      await open(`
      import { writeSync } from "node:fs";
      export const f = app.function(async () => { writeSync(3, ${bytes}); await sleep(60_000); });`);
      await expect(app.call("f")).rejects.toMatchObject({
        run: { name: "ProtocolError", message: expect.stringContaining("file descriptor 3") },
      });
      await app.said("container.exited");
    },
  );

  it("that is not ready within its own limit is given up", async () => {
    await open(`
      export const f = app.function({ startupTimeout: 1.5, enter: () => { for (;;); } }, () => 1);`);
    await expect(app.call("f")).rejects.toMatchObject({
      run: {
        kind: "timeout",
        stage: "enter",
        name: "BootTimeoutError",
        message: expect.stringContaining("1.5 s"),
      },
    });
    expect(app.count("container.spawned")).toBe(1);
  });

  it("is killed by something: one input is lost, and a new container takes the next", async () => {
    await open(
      `export const f = app.function(async (ms: number) => { await sleep(ms); return process.pid; });`,
    );
    const lost = app.call("f", [60_000]);
    await app.said("input.started");
    const first = app.events.find((event) => event.type === "container.spawned");
    if (first?.type === "container.spawned") process.kill(first.pid, "SIGKILL");
    await expect(lost).rejects.toMatchObject({ run: { kind: "lost", signal: "SIGKILL" } });
    expect(await app.call("f", [1])).not.toBe(first?.type === "container.spawned" && first.pid);
    expect(app.count("container.spawned")).toBe(2);
  });
});

describe("retries", () => {
  it("begin an input again under the same id, after a pause", async () => {
    await open(`
      import { existsSync, writeFileSync } from "node:fs";
      let n = 0;
      export const f = app.function({ retries: { maxRetries: 3, initialDelay: 0.01 } }, () => {
        if (++n < 3) throw new Error("not yet");
        return n;
      });
      export const never = app.function({ retries: 0 }, () => { throw new Error("never"); });`);
    expect(await app.call("f")).toBe(3);
    const types = of(app.events.find(({ type }) => type === "input.queued")?.input).map(({ type }) => type);
    expect(types).toEqual([
      "input.queued",
      "input.started",
      "input.started",
      "input.started",
      "input.finished",
    ]);
    await expect(app.call("never")).rejects.toMatchObject({ run: { message: "never" } });
  });
});

describe("the minimum", () => {
  it("stands before the first input, and again after a container was killed", async () => {
    await open(`export const f = app.function({ keepWarm: 2 }, () => process.pid);`);
    await app.said("container.ready", 2);
    const spawned = app.events.find((event) => event.type === "container.spawned");
    if (spawned?.type === "container.spawned") process.kill(spawned.pid, "SIGKILL");
    await app.said("container.ready", 3);
    expect(app.platform.figures(app.name("f"))).toEqual({ backlog: 0, containers: 2, running: 0, room: 2 });
    app.platform.configure(app.name("f"), { keepWarm: 3 });
    await app.said("container.ready", 4);
    expect(app.platform.figures(app.name("f")).containers).toBe(3);
  });

  it("that cannot be kept is told of, with what its containers printed", async () => {
    await open(`
      export const f = app.function({ keepWarm: 1, enter: () => { console.log("no weights here"); process.exit(3); } }, () => 1);`);
    await until(() => app.notes.some((note) => note.includes("cannot be kept warm")));
    expect(app.notes.join("\n")).toMatch(/app\.ts::f cannot be kept warm: .*exit code 3.*no weights here/s);
    expect(app.count("container.spawned")).toBe(3);
  });
});

describe("a new version", () => {
  it("takes new calls, while the one before ends what it has", async () => {
    const version = (n: number) => `
      export const inner = app.function({ keepWarm: 1 }, () => ${n});
      export const outer = app.function(async (ms: number) => { await sleep(ms); return [${n}, await inner.remote()]; });`;
    await open(version(1));
    await app.said("container.ready");
    const before = app.call("outer", [600]);
    await app.said("input.started");
    project.write({ "app.ts": HEAD + version(2) });
    await app.redeploy();
    expect(await app.call("outer", [0])).toEqual([2, 2]);
    expect(await before).toEqual([1, 1]);
    await until(() => app.count("container.exited") === 2);
  });
});

describe("calls between functions", () => {
  it("are cancelled with the container that made them; those that were spawned go on", async () => {
    await open(`
      export const slow = app.function(async (what: string) => { await sleep(400); console.log(what); return what; });
      export const dies = app.function(async () => {
        const { id } = await slow.spawn("spawned");
        void slow.remote("called").catch(() => {});
        await sleep(100);
        console.log("id " + id);
        await sleep(50);
        process.kill(process.pid, "SIGKILL");
        await sleep(1000);
      });`);
    await expect(app.call("dies")).rejects.toMatchObject(kind("lost"));
    await until(() => app.output().includes("spawned\n"));
    const id = /id (fc-\S+)/.exec(app.output())?.[1] ?? "";
    expect((await app.platform.result(id)).bytes.byteLength).toBeGreaterThan(0);
    const ends = app.events.filter(
      (event) => event.function === "app.ts::slow" && /input.f/.test(event.type),
    );
    expect(ends.map((event) => ("reason" in event ? event.reason : "finished")).sort()).toEqual([
      "cancelled",
      "finished",
    ]);
  });

  it("are cancelled with the input that made them, down to the last; those that were spawned go on", async () => {
    await open(`
      export const last = app.function(async (what: string) => { await sleep(what === "short" ? 1 : 600_000); return what; });
      export const middle = app.function(async (what: string) => last.remote(what));
      export const goesOn = app.function(async () => { await sleep(300); console.log("went on"); });
      export const first = app.function(async (what: string) => {
        await goesOn.spawn();
        await Promise.all([middle.remote(what), last.map(["short", what], { errors: "return" })]);
      });`);
    const abort = new AbortController();
    const cancelled = app.call("first", ["long"], abort.signal);
    // first, goesOn, middle, its last, and two of map.
    await app.said("input.started", 6);
    await app.said("input.finished");
    abort.abort();
    await expect(cancelled).rejects.toMatchObject(kind("cancelled"));
    await until(() => app.output().includes("went on\n"));
    await app.said("input.failed", 4);
    const failed = app.events.flatMap((event) => (event.type === "input.failed" ? [event] : []));
    expect(failed.map(({ reason }) => reason)).toEqual(Array(4).fill("cancelled"));
    // Their code has ended by itself where it waited for another's.
    expect(await app.call("middle", ["short"])).toBe("short");
    expect(app.count("container.spawned", "middle")).toBe(1);
  });

  it("are cancelled with their input alone where a container has several", async () => {
    await open(`
      export const slow = app.function(async (ms: number) => { await sleep(ms); return ms; });
      export const calls = app.function({ allowConcurrentInputs: 2, maxContainers: 1 }, async (ms: number) => slow.remote(ms));`);
    const abort = new AbortController();
    const cancelled = app.call("calls", [600_000], abort.signal);
    const kept = app.call("calls", [1500]);
    await app.said("input.started", 4);
    abort.abort();
    await expect(cancelled).rejects.toMatchObject(kind("cancelled"));
    await app.said("input.failed", 2);
    expect(await kept).toBe(1500);
  });

  it("reach as deep as they like, whatever the number of containers", async () => {
    await open(`
      export const depth = app.function(async (n: number): Promise<number> => (n === 0 ? 0 : 1 + (await depth.remote(n - 1))));`);
    expect(await app.call("depth", [35])).toBe(35);
  });

  it("carry large values, and the parent holds them once", async () => {
    await open(`
      export const make = app.function((size: number) => new Uint8Array(size));
      export const take = app.function(async () => (await make.remote(100_000_000)).length);`);
    let most = 0;
    const before = process.memoryUsage().arrayBuffers;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }, 5);
    expect(await app.call("take")).toBe(100_000_000);
    clearInterval(watch);
    // What has been copied out of the pipe's small pieces waits for the garbage collector.
    expect(most).toBeLessThan(190_000_000);
  });
});

it("methods of a class share containers and the object in them", async () => {
  await open(`
@app.cls({ keepWarm: 1 })
export class Both {
  #seen: string[] = [];
  @enter() load() { this.#seen.push("load"); }
  @method() one(n: number) { this.#seen.push("one " + n); return [process.pid, this.#seen]; }
  @method() async *two(n: number) { this.#seen.push("two " + n); yield process.pid; yield this.#seen; }
  @method() async asks() { return [process.pid, ...(await this.one.remote(3))]; }
  @method() fails() { throw new Error("two"); }
  @method() late() { return new Promise(() => setInterval(() => {}, 1000)); }
  @exit() leave() { console.log("left after", this.#seen.join()); }
}
`);
  const [pid] = (await app.call("Both.one", [1])) as [number];
  expect(await app.call("Both.two", [2])).toEqual([pid, ["load", "one 1", "two 2"]]);
  await expect(app.call("Both.fails")).rejects.toThrow("two");
  const [asker, other] = (await app.call("Both.asks")) as [number, number];
  // The one that asks has an input already.
  expect([asker, other === pid]).toEqual([pid, false]);
  expect(new Set(app.events.map((event) => event.class))).toEqual(new Set(["app.ts::Both"]));
  const late = app.platform.call(app.name("Both.late"), { args: json([]), answer: "json", timeout: 200 });
  await expect(late).rejects.toThrow("app.ts::Both.late did not end within its timeout of 200 ms");
  await app.platform.drain();
  expect(app.output()).toContain("left after load,one 3");
});
