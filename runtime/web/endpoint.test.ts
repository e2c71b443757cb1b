import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { RuntimeError } from "../errors.ts";
import { failure, functions, notes, parts, post, raw, textOf, useWeb, web } from "./fakes.ts";

useWeb();

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
