import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { app, failure, folder, functions, post, ran, raw, site, snapshot, useWeb, web } from "./fakes.ts";
import { openWeb } from "./server.ts";

useWeb();

describe("a call", () => {
  it("answers as a run does", async () => {
    functions.square = {
      call: async (args) => {
        const [n] = JSON.parse(Buffer.from(args).toString());
        return { ...ran, result: Buffer.from(`{"n":${n ** 2}}`) };
      },
    };
    const answer = await post("/api/call/square", "[4]");
    expect(Number(answer.headers.get("content-length"))).toBeGreaterThan(0);
    expect(await answer.json()).toEqual({
      version: 1,
      result: { n: 16 },
      stages: { queue: 0, body: 1 },
      wall: 1,
    });
  });

  it("passes arguments and results on as they were written", async () => {
    functions.same = { call: async (args) => ({ ...ran, result: args }) };
    const answer = await post("/api/call/same", '[12345678901234567890, 1.0, "\\u00e9"]');
    expect(await answer.text()).toContain('"result":[12345678901234567890, 1.0, "\\u00e9"],');
  });

  it("hands a failure on whole: it goes to whoever serves", async () => {
    const outcome = { ok: false, error: failure("error", "no"), stages: { queue: 3 }, wall: 4 } as const;
    functions.bad = { call: async () => outcome };
    const answer = await post("/api/call/bad", "[]");
    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject({
      version: 1,
      error: { kind: "error", name: "SecretError" },
      stages: { queue: 3 },
      wall: 4,
    });
  });

  it.each<[string, string, string | Buffer<ArrayBuffer>, number]>([
    ["an unknown function", "/api/call/nobody", "[]", 404],
    ["no JSON", "/api/call/f", "[", 400],
    ["no array", "/api/call/f", "{}", 400],
    ["what is no UTF-8", "/api/call/f", Buffer.from('["\xff"]', "latin1"), 400],
    ["too much", "/api/call/f", `["${"x".repeat(2000)}"]`, 413],
  ])("refuses %s", async (_what, path, body, status) => {
    functions.f = {};
    const answer = await post(path, body);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error: { kind: "usage" } });
  });
});

describe("the server", () => {
  it("gives the page to browsers and JSON to whoever asks for it", async () => {
    expect(await (await fetch(web.url, { headers: { accept: "text/html,*/*" } })).text()).toContain("page");
    const answer = await fetch(web.url, { headers: { accept: "application/json" } });
    expect(await answer.json()).toEqual(snapshot);
    expect((await fetch(`${web.url}/etc/passwd`)).status).toBe(404);
    expect((await fetch(web.url, { method: "POST" })).status).toBe(405);
  });

  it("sends a snapshot at once and after each change", async () => {
    const { body } = await fetch(`${web.url}/api/snapshots`);
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toContain('data: {"version":1');
    app.changed();
    expect((await reader?.read())?.value).toContain('data: {"version":1');
    await reader?.cancel();
  });

  it("answers to this computer's own names alone, and calls to no page of another site", async () => {
    functions.ok = { call: async () => ran };
    expect((await raw("/", { host: "evil.example" })).statusCode).toBe(403);
    expect((await raw("/f/ok", { host: "evil.example:80" })).statusCode).toBe(403);
    const json = { "content-type": "application/json" };
    expect((await raw("/api/call/ok", { ...json, origin: "http://evil.example" }, "POST")).statusCode).toBe(
      403,
    );
    expect((await raw("/api/call/ok", { ...json, origin: web.url }, "POST")).statusCode).toBe(200);
    // What a form of another site can send without being asked.
    expect((await post("/api/call/ok", "[]", "text/plain")).status).toBe(405);
  });

  it("says that it is closing", async () => {
    app.closing = true;
    expect((await post("/api/call/x", "[]")).status).toBe(503);
  });

  it("answers requests whose offer of another protocol it does not take", async () => {
    const offer = { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c", accept: "application/json" };
    expect((await raw("/", offer)).statusCode).toBe(200);
  });

  it("says no to web sockets of what is no application", async () => {
    functions.form = {};
    const socket = connect(Number(new URL(web.url).port), "127.0.0.1");
    socket.write(
      "GET /f/form HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    );
    let text = "";
    for await (const chunk of socket) text += chunk;
    expect(text).toContain("501 Not Implemented");
  });

  it("names a port that is taken", async () => {
    const options = { host: "127.0.0.1", maxBody: 1, page: folder, note: () => undefined };
    await expect(openWeb(site, { ...options, port: Number(new URL(web.url).port) })).rejects.toThrow(
      "is taken",
    );
  });
});
