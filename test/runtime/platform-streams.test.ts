// Answers of real containers that come in parts: values of generators, and responses to requests.
import { describe, expect, it } from "vitest";
import type { WireRequest } from "../../runtime/child/messages.ts";
import { json } from "../../runtime/container/container.ts";
import { until } from "./harness.ts";
import { app, text, useApps } from "./platform.ts";

const open = useApps("app.ts", `import { App } from "coldstart";\nconst app = new App("test");\n`);
const kind = (k: string) => ({ run: { kind: k } });

describe("a generator", () => {
  it("gives its values as they come, and is ended by who stops reading", async () => {
    await open(`
      export const count = app.function(async function* (n: number) {
        try { for (let i = 0; i < n; i++) yield i; } finally { console.log("ended"); }
      });`);
    const input = { args: json([1_000_000]), answer: "json" } as const;
    const seen: number[] = [];
    for await (const bytes of app.platform.values(app.name("count"), input)) {
      seen.push(Number(text(bytes)));
      if (seen.length === 40) break;
    }
    expect(seen).toEqual([...Array(40).keys()]);
    await until(() => app.output().includes("ended"));
    expect(app.events.filter(({ type }) => type === "input.failed")).toMatchObject([{ reason: "cancelled" }]);
    const all: string[] = [];
    const few = { args: json([3]), answer: "json" } as const;
    for await (const bytes of app.platform.values(app.name("count"), few)) all.push(text(bytes));
    expect(all).toEqual(["0", "1", "2"]);
    expect(app.count("container.spawned")).toBe(1);
  });
});

describe("a request", () => {
  const request = (more: Partial<WireRequest> = {}): WireRequest => ({
    method: "POST",
    url: "/",
    headers: [["content-type", "application/octet-stream"]],
    base: "http://127.0.0.1:1/f/web",
    client: ["127.0.0.1", 1],
    ...more,
  });
  const ECHO = `
    export const web = app.function({ webEndpoint: { method: "POST" } }, async (request: Request) =>
      new Response(request.body, { status: 201, headers: { "x-seen": "yes" } }));`;

  it("streams in and out, the head first, as fast as either side takes it", async () => {
    await open(ECHO);
    let read = 0;
    const go = Promise.withResolvers<void>();
    async function* body() {
      yield Buffer.from("first");
      await go.promise;
      for (let i = 0; i < 100; i++) {
        read++;
        yield Buffer.alloc(65_536, 7);
      }
    }
    const response = await app.platform.fetch(app.name("web"), { request: request(), body: body() });
    expect(response.status).toBe(201);
    expect(new Map(response.headers).get("x-seen")).toBe("yes");
    if (response.body instanceof Uint8Array) throw new Error("nothing was to come whole");
    const reader = response.body[Symbol.asyncIterator]();
    expect(text((await reader.next()).value)).toBe("first");
    go.resolve();
    let bytes = 0;
    let next = await reader.next();
    // Nobody takes more: what is read of the body stays bounded.
    expect(read).toBeLessThan(100);
    for (; !next.done; next = await reader.next()) bytes += next.value.byteLength;
    expect(bytes).toBe(6_553_600);
    expect(app.count("input.finished")).toBe(1);
  });

  it("is cancelled by a client that goes away, and its container lives on", async () => {
    await open(`
      export const web = app.function({ webEndpoint: true }, async (request: Request) => {
        if (new URL(request.url).pathname.endsWith("/pid")) return process.pid;
        await new Promise((resolve, reject) => request.signal.addEventListener("abort", () => reject(request.signal.reason)));
      });`);
    const abort = new AbortController();
    const gone = app.platform.fetch(app.name("web"), { request: request({ method: "GET" }) }, abort);
    await app.said("input.started");
    abort.abort();
    await expect(gone).rejects.toMatchObject(kind("cancelled"));
    const { body } = await app.platform.fetch(app.name("web"), {
      request: request({ method: "GET", url: "/pid" }),
    });
    expect(body).toBeInstanceOf(Uint8Array);
    expect(Number(text(body as Uint8Array))).toBeGreaterThan(0);
    expect(app.count("container.spawned")).toBe(1);
  });

  it("ends with its body, when that breaks off", async () => {
    await open(ECHO);
    const go = Promise.withResolvers<void>();
    async function* body() {
      yield Buffer.from("first");
      await go.promise;
      throw new Error("the client is gone");
    }
    const response = await app.platform.fetch(app.name("web"), { request: request(), body: body() });
    go.resolve();
    const read = async () => {
      for await (const _ of response.body);
    };
    await expect(read()).rejects.toMatchObject(kind("cancelled"));
    expect(app.events.filter(({ type }) => type === "input.failed")).toMatchObject([{ reason: "cancelled" }]);
  });
});
