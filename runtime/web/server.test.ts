import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request as send } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RuntimeError } from "../errors.ts";
import { openWeb, type Web } from "./server.ts";
import type { Site, SiteFunction, Snapshot } from "./site.ts";

let web: Web;
let folder: string;
let notes: string[];
let closing: boolean;
let changed: () => void;
let functions: Record<string, Partial<SiteFunction>>;

const snapshot: Snapshot = { version: 1, app: "demo", file: "a.ts", url: "", now: 0, functions: [] };
const site: Site = {
  find: (name) => {
    const found = functions[name];
    if (!found) return undefined;
    const web = { kind: "endpoint", method: "POST" } as const;
    const never = () => Promise.reject(new Error("not expected"));
    return { label: `a.ts::${name}`, web, call: never, fetch: never, ...found };
  },
  names: () => Object.keys(functions),
  snapshot: () => snapshot,
  watch(listener) {
    changed = listener;
    return () => {
      changed = () => undefined;
    };
  },
  get closing() {
    return closing;
  },
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "coldstart-page-"));
  writeFileSync(join(folder, "index.html"), "<title>page</title>");
  notes = [];
  closing = false;
  functions = {};
  web = await openWeb(site, {
    host: "127.0.0.1",
    port: 0,
    maxBody: 1000,
    page: folder,
    note: (text) => notes.push(text),
  });
});

afterEach(() => {
  web.destroy();
  rmSync(folder, { recursive: true });
});

/** Parts that come one after another. */
async function* parts(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function textOf(body: AsyncIterable<Uint8Array> | Uint8Array[]): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** As a program sends it that sets headers which `fetch` does not let it set. */
function raw(path: string, headers: Record<string, string>, method = "GET"): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    send(`${web.url}${path}`, { headers, method }, resolve).on("error", reject).end();
  });
}

const post = (path: string, body: string | Buffer<ArrayBuffer>, type = "application/json") =>
  fetch(`${web.url}${path}`, { method: "POST", body, headers: { "content-type": type } });

const ran = { ok: true, result: Buffer.from("1"), stages: { queue: 0, body: 1 }, wall: 1 } as const;

const failure = (kind: "error" | "timeout" | "lost", message: string) =>
  new RuntimeError({
    kind,
    name: "SecretError",
    message,
    stack: `SecretError: ${message}\n    at secret.ts:1`,
  });

describe("an endpoint", () => {
  it("takes a request as it was sent and streams the response", async () => {
    functions.echo = {
      web: { kind: "asgi" },
      async fetch({ method, url, base, headers }, body) {
        const said = Object.fromEntries(headers)["X-Mark"] ?? "";
        const text = await textOf(body ?? []);
        return {
          status: 201,
          headers: [
            ["x-said", said],
            ["set-cookie", "a=1"],
            ["set-cookie", "b=2"],
            ["connection", "upgrade"],
          ],
          body: parts(`${method} ${url} `, `below ${new URL(base).pathname} `, text),
        };
      },
    };
    const answer = await fetch(`${web.url}/f/echo/a%20b?q=1`, {
      method: "PUT",
      body: "hello",
      headers: { "X-Mark": "m" },
    });
    expect(answer.status).toBe(201);
    expect(await answer.text()).toBe("PUT /a%20b?q=1 below /f/echo hello");
    expect(answer.headers.get("x-said")).toBe("m");
    expect(answer.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(answer.headers.get("connection")).not.toBe("upgrade");
  });

  it.each<[ReturnType<typeof failure>, number, string]>([
    [failure("error", "the password is 1234"), 500, "FunctionFailed"],
    [failure("timeout", "too slow"), 504, "Timeout"],
    [failure("lost", "gone"), 502, "ContainerLost"],
  ])("answers %s as JSON without internals, and tells whoever serves", async (error, status, name) => {
    functions.bad = { web: { kind: "asgi" }, fetch: () => Promise.reject(error) };
    const answer = await fetch(`${web.url}/f/bad`);
    expect(answer.status).toBe(status);
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({ error: { name } });
    expect(text).not.toMatch(/Secret|secret|1234/);
    expect(notes.join()).toContain("secret.ts:1");
  });

  it("breaks a response off that fails after it has begun", async () => {
    async function* broken() {
      yield Buffer.from("begun");
      throw failure("lost", "gone");
    }
    functions.half = {
      web: { kind: "asgi" },
      fetch: async () => ({ status: 200, headers: [], body: broken() }),
    };
    // Nobody takes what came for the whole answer.
    await expect(fetch(`${web.url}/f/half`).then((answer) => answer.text())).rejects.toThrow();
  });

  it("boots nothing for a method that it does not take, nor for what is no endpoint or unknown", async () => {
    functions.form = {};
    functions.plain = { web: undefined };
    const wrong = await fetch(`${web.url}/f/form`);
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "POST"]);
    expect((await fetch(`${web.url}/f/plain`)).status).toBe(404);
    expect((await fetch(`${web.url}/f/nobody`)).status).toBe(404);
    expect((await fetch(`${web.url}/f/%ff`)).status).toBe(404);
  });

  it("lets pages of all sites in where the platform has to, and asks no function for that", async () => {
    functions.open = {
      web: { kind: "endpoint", method: "POST", cors: true },
      fetch: async () => ({ status: 200, headers: [], body: Buffer.from("ok") }),
    };
    functions.own = {
      web: { kind: "endpoint", method: "POST", cors: true },
      fetch: async () => ({
        status: 200,
        headers: [["Access-Control-Allow-Origin", "https://mine.example"]],
        body: Buffer.from("ok"),
      }),
    };
    functions.python = { fetch: async () => ({ status: 299, headers: [], body: Buffer.from("") }) };
    const page = { origin: "https://page.example" };
    const preflight = { ...page, "access-control-request-method": "POST" };
    const asks = await raw("/f/open", { ...preflight, "access-control-request-headers": "x-a" }, "OPTIONS");
    expect(asks.statusCode).toBe(200);
    expect(asks.headers).toMatchObject({
      "access-control-allow-origin": "https://page.example",
      "access-control-allow-headers": "x-a",
      "access-control-allow-methods": expect.stringContaining("POST"),
    });
    const allowed = async (path: string) =>
      (await raw(path, page, "POST")).headers["access-control-allow-origin"];
    expect(await allowed("/f/open")).toBe("https://page.example");
    expect(await allowed("/f/own")).toBe("https://mine.example");
    expect((await raw("/f/open", {}, "OPTIONS")).statusCode).toBe(405);
    // FastAPI answers for itself.
    expect((await raw("/f/python", preflight, "OPTIONS")).statusCode).toBe(299);
    expect((await raw("/f/python/docs", {})).statusCode).toBe(299);
    expect((await raw("/f/open/docs", {})).statusCode).toBe(405);
  });

  it("refuses bodies beyond the limit, said beforehand or not", async () => {
    let taken = 0;
    functions.form = {
      async fetch(_request, body) {
        for await (const chunk of body ?? []) taken += chunk.length;
        throw failure("error", "the body broke off");
      },
    };
    expect((await post("/f/form", "x".repeat(2000))).status).toBe(413);
    expect(taken).toBe(0);
    async function* endless() {
      for (let i = 0; i < 50; i++) yield "y".repeat(100);
    }
    const init = { method: "POST", body: endless(), duplex: "half" } as unknown as RequestInit;
    expect((await fetch(`${web.url}/f/form`, init)).status).toBe(413);
    expect(taken).toBeLessThanOrEqual(1000);
  });

  it("breaks a response off whose request turns out to be too large: what was sent arrives, its end does not", async () => {
    functions.form = {
      async fetch(_request, body, { signal }) {
        async function* echo() {
          for await (const chunk of body ?? []) yield chunk;
          signal.throwIfAborted();
        }
        const answer = echo();
        const rethrow = async function* () {
          try {
            yield* answer;
          } catch {
            throw new RuntimeError({ kind: "cancelled", name: "Cancelled", message: "broken off" });
          }
        };
        return { status: 200, headers: [], body: rethrow() };
      },
    };
    const socket = connect(Number(new URL(web.url).port), "127.0.0.1");
    const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
    socket.write("POST /f/form HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    socket.write(chunk("begun"));
    let text = "";
    for await (const part of socket) {
      const first = text === "";
      text += part;
      // It goes on sending when all is over already.
      if (first) for (let i = 0; i < 200; i++) socket.write(chunk("x".repeat(900)));
    }
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(text).toContain("5\r\nbegun\r\n");
    expect(text).not.toContain("0\r\n\r\n");
    expect(notes.join()).toContain("a.ts::form: the body is larger than 1000 bytes");
  });

  it("aborts the input of a client that goes away", async () => {
    const aborted = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    functions.slow = {
      web: { kind: "asgi" },
      fetch: (_request, _body, { signal }) =>
        new Promise(() => {
          signal.addEventListener("abort", () => aborted.resolve());
          begun.resolve();
        }),
    };
    const { port } = new URL(web.url);
    const socket = connect(Number(port), "127.0.0.1");
    socket.write("GET /f/slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await begun.promise;
    socket.destroy();
    await aborted.promise;
  });

  it("keeps the connection for the next request", async () => {
    functions.ok = {
      web: { kind: "asgi" },
      fetch: async () => ({ status: 200, headers: [], body: parts("ok") }),
    };
    const { port } = new URL(web.url);
    const socket = connect(Number(port), "127.0.0.1");
    const request = "GET /f/ok HTTP/1.1\r\nHost: localhost\r\n\r\n";
    socket.write(request + request);
    let text = "";
    for await (const chunk of socket) {
      text += chunk;
      if (text.split("HTTP/1.1 200").length === 3) break;
    }
    expect(text.match(/ok\r\n/g)).toHaveLength(2);
  });
});

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
    changed();
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
    closing = true;
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
