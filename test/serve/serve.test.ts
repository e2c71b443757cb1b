// What a served app does beyond calls: endpoints, schedules, changes of its code, its endings, and what it refuses.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { serve } from "./in-test.ts";
import { lives, of } from "./served.ts";

const cli = resolve(import.meta.dirname, "../../dist/cli.js");

function coldstart(folder: string, ...args: readonly string[]) {
  const env = { ...process.env, NO_COLOR: "1" };
  return spawnSync(process.execPath, [cli, ...args], { cwd: folder, env, encoding: "utf8" });
}

function childrenOf(pid: number | undefined): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
}

const APP = `import { App } from "coldstart";
const app = new App("web");
const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));

export const hello = app.function({ keepWarm: 1, webEndpoint: true }, () => ({ hello: "world" }));
export const echo = app.function({ webEndpoint: { method: "POST" } }, async (request: Request) => {
  const url = new URL(request.url);
  return { path: url.pathname, query: url.search, body: await request.text(), mark: request.headers.get("x-mark") };
});
export const ticks = app.function({ webEndpoint: true }, async function* () {
  for (let i = 0; i < 3; i++) {
    yield \`tick \${i}\\n\`;
    await sleep(50);
  }
});
export const fails = app.function({ webEndpoint: true }, () => {
  throw new Error("the password is 1234");
});
export const slow = app.function({ webEndpoint: true }, async (request: Request) => {
  await new Promise((done) => request.signal.addEventListener("abort", done));
  return "late";
});
export const square = app.function((n: number) => n ** 2);
`;

describe("endpoints", () => {
  it("answer requests, with bodies and streams both ways", async () => {
    const served = await serve({ "web.ts": APP }, "web.ts");
    const { url } = served;
    const hello = await fetch(`${url}/f/hello`);
    expect([hello.status, await hello.json()]).toEqual([200, { hello: "world" }]);
    const sent = { method: "POST", body: "text", headers: { "x-mark": "m" } };
    const echo = await fetch(`${url}/f/echo/a/b?q=1`, sent);
    expect(await echo.json()).toEqual({ path: "/f/echo/a/b", query: "?q=1", body: "text", mark: "m" });
    expect(await (await fetch(`${url}/f/ticks`)).text()).toBe("tick 0\ntick 1\ntick 2\n");
    const [wrong, none] = [await fetch(`${url}/f/echo`), await fetch(`${url}/f/square`)];
    expect([wrong.status, none.status]).toEqual([405, 404]);
    const fails = await fetch(`${url}/f/fails`);
    expect([fails.status, await fails.text()]).toEqual([500, expect.not.stringContaining("1234")]);
    await served.said(/web\.ts::fails: Error: the password is 1234\n\s+at .*web\.ts:\d+/);
  });

  it("cancel the input of a client that goes away, and keep its container", async () => {
    const served = await serve({ "web.ts": APP }, "web.ts");
    const leave = new AbortController();
    const request = fetch(`${served.url}/f/slow`, { signal: leave.signal }).catch(() => "gone");
    await served.until((events) => of(events, "input.started", "slow").length === 1);
    leave.abort();
    expect(await request).toBe("gone");
    const events = await served.until((all) => of(all, "input.failed", "slow").length === 1);
    expect(of(events, "input.failed", "slow")[0]?.reason).toBe("cancelled");
    expect(of(events, "container.exited", "slow")).toHaveLength(0);
  });
});

describe("a schedule", () => {
  it("runs a function that sets the warm pool by the time of day", async () => {
    const peak = `import { App, Cron } from "coldstart";
const app = new App("day");
export const square = app.function((n: number) => n ** 2);
export const adjust = app.function({ schedule: new Cron("0 * * * *") }, async () => {
  const hour = new Date().getUTCHours();
  await square.keepWarm(hour >= 6 && hour < 18 ? 2 : 0);
  return hour;
});
export const built = app.function({ build: () => undefined }, () => 1);
`;
    const served = await serve({ "day.ts": peak }, "day.ts", { args: ["--at", "2026-03-01T05:59:57Z"] });
    const events = await served.until((all) => of(all, "container.ready", "square").length === 2);
    expect(of(events, "input.queued", "adjust")).toHaveLength(1);
    const { functions } = await served.snapshot();
    expect(functions.find(({ name }) => name === "day.ts::adjust")?.schedule).toEqual({
      text: "0 * * * * (UTC)",
      next: "2026-03-01T07:00:00.000Z",
    });
    // Another time of day is no other image.
    await served.stop();
    const { folder } = served;
    const again = await serve({}, "day.ts", { folder, args: ["--at", "2026-03-01T12:00:00Z"] });
    expect(of(served.events(), "image.layer.built")).toHaveLength(1);
    expect(of(again.events(), "image.layer.built")).toHaveLength(0);
  });

  it("tells of runs that fail", async () => {
    const broken = `import { App, Period } from "coldstart";
const app = new App("broken");
export const tick = app.function({ schedule: new Period({ seconds: 1 }) }, () => {
  throw new Error("no such table");
});
`;
    const served = await serve({ "broken.ts": broken }, "broken.ts");
    await served.said(/the scheduled run of broken\.ts::tick failed: Error: no such table/);
  });
});

describe("a change of the code", () => {
  const app = (answer: string) => `import { App } from "coldstart";
import { word } from "./word.ts";
const app = new App("changing");
export const say = app.function(async (ms = 0) => {
  await new Promise((done) => setTimeout(done, ms));
  return \`${answer} \${word}\`;
});
`;
  const word = (text: string) => `export const word = ${JSON.stringify(text)};\n`;

  it("is taken on while inputs run, which end with the code that they began with", async () => {
    const served = await serve({ "say.ts": app("old"), "word.ts": word("one") }, "say.ts");
    const before = served.call("say", 2000);
    await served.until((events) => of(events, "input.started").length === 1);
    served.write({ "word.ts": word("two") });
    await served.said("serving the changed code");
    const [old, fresh] = await Promise.all([before, served.call("say")]);
    expect([old.result, fresh.result]).toEqual(["old one", "old two"]);
    await served.until((events) => of(events, "container.exited").length === 1);
  });

  it("is one of a file in the image as well, and of no other file", async () => {
    const app = (more = "") => `import { App, Image } from "coldstart";
import { readFileSync } from "node:fs";
const image = Image.node().addLocalDir("data", "~/data").addLocalFile("one.txt", "~/one.txt");
const app = new App("local", { image });
const read = (name: string) => readFileSync(process.env.HOME + "/" + name, "utf8");
export const reads = app.function(() => [read("data/sub/a.txt"), read("one.txt")]);
${more}`;
    const files = { "app.ts": app(), "data/sub/a.txt": "a", "one.txt": "1", "other/b.txt": "b" };
    const served = await serve(files, "app.ts");
    expect((await served.call("reads")).result).toEqual(["a", "1"]);
    const again = () => served.stderr().match(/serving the changed code/g)?.length ?? 0;
    const before = again();
    served.write({ "data/sub/a.txt": "anew" });
    await expect.poll(again, { timeout: 20_000 }).toBe(before + 1);
    expect((await served.call("reads")).result).toEqual(["anew", "1"]);
    // What does not count is looked at, and changes nothing.
    served.write({ "other/b.txt": "c", "beside.txt": "new", "data/sub/a.txt": "anew" });
    served.write({ "one.txt": "2" });
    await expect.poll(again, { timeout: 20_000 }).toBe(before + 2);
    expect((await served.call("reads")).result).toEqual(["anew", "2"]);
    const layers = served.events().filter(({ type }) => type === "image.layer.built");
    served.write({ "data/more/b.txt": "b" });
    await expect.poll(again, { timeout: 20_000 }).toBe(before + 3);
    // Two at first, both for the folder, which comes first, and the file alone.
    expect(layers).toHaveLength(5);
  });

  it("that is broken leaves the app as it was, says why, and is taken on once it is mended", async () => {
    const served = await serve({ "say.ts": app("old"), "word.ts": word("one") }, "say.ts");
    served.write({ "say.ts": `${app("new")}\nthis is no code` });
    await served.said("the changed code is not served");
    expect((await served.snapshot()).problem).toContain("say.ts");
    expect((await served.call("say")).result).toBe("old one");
    served.write({ "say.ts": app("new") });
    await served.said("serving the changed code");
    expect((await served.call("say")).result).toBe("new one");
    expect((await served.snapshot()).problem).toBeUndefined();
  });
});

describe("an ending", () => {
  const waits = `import { App } from "coldstart";
const app = new App("waits");
export const wait = app.function({ keepWarm: 1 }, (ms: number) => new Promise((done) => setTimeout(done, ms, "done")));
`;
  const leftovers = (folder: string) =>
    existsSync(join(folder, "cache/containers")) ? readdirSync(join(folder, "cache/containers")) : [];

  it("by one Ctrl-C lets inputs end and takes no more; by two it ends at once", async () => {
    const served = await serve({ "waits.ts": waits }, "waits.ts");
    const long = served.call("wait", 600_000).catch(() => "broken off");
    await served.until((events) => of(events, "input.started").length === 1);
    served.process.kill("SIGINT");
    await served.said("again to end at once");
    await expect
      .poll(
        async () => (await fetch(`${served.url}/api/call/wait`).catch(() => undefined))?.status ?? "closed",
      )
      .toSatisfy((status) => status === 503 || status === "closed");
    const { code } = await served.stop("SIGINT");
    expect(code).toBe(130);
    await long;
    expect(of(served.events(), "input.failed")).toMatchObject([{ reason: "cancelled" }]);
    for (const { pid = 0 } of of(served.events(), "container.spawned")) expect(lives(pid)).toBe(false);
    expect(leftovers(served.folder)).toEqual([]);
  });

  it("by kill -9 of the command leaves nothing that runs", async () => {
    const served = await serve({ "waits.ts": waits }, "waits.ts");
    await served.until((events) => of(events, "container.ready").length === 1);
    const pids = of(served.events(), "container.spawned").map(({ pid = 0 }) => pid);
    served.process.kill("SIGKILL");
    await expect.poll(() => pids.filter(lives), { timeout: 20_000 }).toEqual([]);
    await expect.poll(() => leftovers(served.folder), { timeout: 20_000 }).toEqual([]);
  });

  it("by kill -9 of the runtime tells of that, and leaves nothing that runs", async () => {
    const served = await serve({ "waits.ts": waits }, "waits.ts");
    const events = await served.until((all) => of(all, "container.ready").length === 1);
    const pids = of(events, "container.spawned").map(({ pid = 0 }) => pid);
    const [runtime = 0] = childrenOf(served.process.pid);
    process.kill(runtime, "SIGKILL");
    const { code, stderr } = await served.ended;
    expect([code, stderr]).toEqual([3, expect.stringMatching(/ended from outside by SIGKILL.*memory/)]);
    await expect.poll(() => pids.filter(lives), { timeout: 20_000 }).toEqual([]);
  });
});

describe("the command", () => {
  it("prints one line on standard output, and serves no other address than its own unless told to", async () => {
    const served = await serve({ "web.ts": APP }, "web.ts");
    expect(served.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const { stdout } = await served.stop();
    expect(stdout).toBe(`listening on ${served.url}\n`);
  });

  it("names a port that is taken, an app that cannot start, and what is no app", async () => {
    const files = { "broken.ts": 'throw new Error("no table");\n', "empty.ts": "export const rows = 3;\n" };
    const served = await serve({ "web.ts": APP, ...files }, "web.ts");
    const taken = coldstart(served.folder, "serve", "web.ts", "--port", new URL(served.url).port);
    expect([taken.status, taken.stderr]).toEqual([3, expect.stringContaining("is taken")]);
    const broken = coldstart(served.folder, "serve", "broken.ts", "--port", "0", "--format", "json");
    expect(broken.status).toBe(1);
    expect(JSON.parse(broken.stdout)).toMatchObject({
      version: 1,
      error: { kind: "error", stage: "global" },
    });
    expect(coldstart(served.folder, "serve", "nothing.ts").status).toBe(2);
    const empty = coldstart(served.folder, "serve", "empty.ts", "--port", "0");
    expect([empty.status, empty.stderr]).toEqual([2, expect.stringContaining("nothing to serve")]);
    expect(coldstart(served.folder, "serve", "web.ts", "--port", "x").status).toBe(2);
  });

  it("call sends an input and tells what a run tells", async () => {
    const served = await serve({ "web.ts": APP }, "web.ts");
    const { port } = new URL(served.url);
    const call = (...args: readonly string[]) =>
      coldstart(served.folder, "call", ...args, "--format", "json");
    const done = call(port, "square", "--input", "[4]");
    expect(done.status).toBe(0);
    expect(JSON.parse(done.stdout)).toMatchObject({
      version: 1,
      result: 16,
      stages: { queue: expect.any(Number), boot: expect.any(Number), body: expect.any(Number) },
      wall: expect.any(Number),
      where: { interpreter: { path: expect.any(String) } },
    });
    const failed = call(served.url, "fails");
    expect(failed.status).toBe(1);
    expect(JSON.parse(failed.stdout)).toMatchObject({
      error: { message: "the password is 1234" },
      stages: { queue: expect.any(Number), boot: expect.any(Number), body: expect.any(Number) },
      where: { interpreter: { path: expect.any(String) } },
    });
    expect(call(port, "nobody").status).toBe(2);
    expect(call(port, "square", "--input", "{}").status).toBe(2);
    expect(call("http://127.0.0.1:1", "square").status).toBe(3);
  });
});
