// What comes to containers of Node over HTTP: web requests, responses of all kinds, and handlers behind function URLs.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Child, createNursery, type Nursery } from "./child.ts";
import { bundle } from "./harness.ts";

let nursery: Nursery;
beforeAll(async () => {
  const dist = await bundle();
  nursery = createNursery(dist, {
    "app.mjs": `
import { App } from ${JSON.stringify(`file://${dist}/sdk.js`)};
const app = new App("a");
export const web = app.function({ webEndpoint: { method: "POST" } }, async (request) => {
  const url = new URL(request.url);
  switch (url.pathname) {
    case "/echo": return new Response(request.body, { status: 201, headers: [["x-a", "1"], ["set-cookie", "a=1"], ["set-cookie", "b=2"]] });
    case "/json": return { method: request.method, q: url.searchParams.get("q"), text: await request.text(), header: request.headers.get("x-h") };
    case "/nothing": return undefined;
    case "/bytes": return new Uint8Array([104, 105]);
    case "/lines": return (async function* () { yield { n: 1 }; yield { n: 2 }; })();
    case "/text": return (function* () { yield "one "; yield "two"; })();
    case "/thrown": throw new Response("nope", { status: 403 });
    case "/fails": throw new Error("secret");
    case "/forever": return new Response(new ReadableStream({
      start(c) { console.log("open"); c.enqueue(new TextEncoder().encode("x")); },
      cancel() { console.log("stream cancelled"); },
    }));
    case "/copied": {
      const { createServer } = await import("node:http");
      const server = createServer(() => console.log("upstream asked")).listen(0);
      await new Promise((done) => server.once("listening", done));
      const upstream = "http://127.0.0.1:" + server.address().port;
      const signals = [request.clone().signal, new Request(upstream, request).signal, new Request(request, { headers: { a: "b" } }).signal];
      const fetched = fetch(new Request(upstream, request), { method: "GET", body: undefined }).catch((error) => error.name);
      console.log("copied", request instanceof Request, request.constructor === Request, String(request));
      const reasons = await Promise.all(signals.map((signal) => new Promise((done) => signal.addEventListener("abort", () => done(signal.reason.name)))));
      console.log("told", ...reasons, await fetched, request.signal.aborted);
      server.closeAllConnections();
      server.close();
      return null;
    }
    case "/slow": return new Response(new ReadableStream({
      async pull(controller) { controller.enqueue(await request.bytes()); controller.close(); },
    }));
    case "/gone": return new Promise((_, reject) => { console.error("listens"); request.signal.addEventListener("abort", () => reject(new Error("gone"))); });
  }
});
`,
    "stream.mjs": `
export const handler = awslambda.streamifyResponse(async (event, stream, context) => {
  if (event.rawPath === "/fails") throw new Error("secret");
  if (event.rawPath === "/plain") { stream.setContentType("text/x"); stream.end("plain"); return; }
  const out = awslambda.HttpResponseStream.from(stream, { statusCode: 207, headers: { "x-one": 1 }, cookies: ["c=1"] });
  for (let i = 0; i < 3; i++) { out.write("part " + i + ";"); await new Promise((r) => setImmediate(r)); }
  out.write(String(context.getRemainingTimeInMillis() > 0));
  out.end();
});
`,
    "lambda.mjs": `
export const handler = async (event, context) => {
  if (event.rawPath === "/prints") console.log("begun");
  if (event.rawPath === "/whole") return { statusCode: 418, headers: { "X-One": 1 }, cookies: ["c=1; Path=/"], body: Buffer.from("tea").toString("base64"), isBase64Encoded: true };
  if (event.rawPath === "/text") return "plain";
  return { event, left: context.getRemainingTimeInMillis() > 0 };
};
`,
  });
});
afterAll(() => nursery.remove());

describe("over HTTP", () => {
  let child: Child;
  beforeAll(async () => {
    child = await nursery.start("app.mjs", "web", { http: true });
  });
  const post = async (url: string, body: readonly string[] = [], headers: [string, string][] = []) => {
    child.request(url, { method: "POST", url, headers }, body);
    return await child.response(url);
  };

  it("a Response streams what it is made of, with all of its headers", async () => {
    const { status, body } = await post("/echo", ["ab", "cd"]);
    expect([status, body]).toEqual([201, "abcd"]);
    const head = await child.next("response", ({ input }) => input === "/echo");
    expect(head.headers.filter(([name]) => name === "set-cookie")).toEqual([
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
    ]);
  });

  it("anything else is JSON, and the request is one of the web's", async () => {
    const { status, headers, body } = await post("/json?q=1", ["x".repeat(3)], [["x-h", "h"]]);
    expect([status, headers.get("content-type"), headers.get("content-length")]).toEqual([
      200,
      "application/json",
      String(body.length),
    ]);
    expect(JSON.parse(body)).toEqual({ method: "POST", q: "1", text: "xxx", header: "h" });
    expect((await post("/nothing")).body).toBe("null");
  });

  it("what is whole takes one frame, on the way in and on the way out", async () => {
    child.request("whole", { method: "POST", url: "/json" }, "abc");
    const said = await child.end("whole");
    expect(said).toMatchObject({ type: "result", status: 200 });
    expect(JSON.parse(said.payload.toString())).toMatchObject({ text: "abc" });
    child.request("empty", { method: "POST", url: "/json" });
    expect(JSON.parse((await child.response("empty")).body)).toMatchObject({ text: "" });
  });

  it("a request may be made without HTTP, for runs and figures", async () => {
    const ask = async (input: string, args: unknown[]) => {
      child.call(input, args);
      return await child.result(input);
    };
    expect(await ask("i1", ["POST", "/json?q=2", { a: 1 }])).toEqual({
      status: 200,
      body: { method: "POST", q: "2", text: '{"a":1}', header: null },
    });
    expect(await ask("i2", ["/thrown"])).toEqual({ status: 403, body: "nope" });
    expect(await ask("i3", [])).toEqual({ status: 200, body: null });
  });

  it("bytes, text and values that come one by one are what they are", async () => {
    expect(await post("/bytes")).toMatchObject({ body: "hi" });
    const lines = await post("/lines");
    expect([lines.headers.get("content-type"), lines.body]).toEqual([
      "application/x-ndjson",
      '{"n":1}\n{"n":2}\n',
    ]);
    const text = await post("/text");
    expect([text.headers.get("content-type"), text.body]).toEqual(["text/plain; charset=utf-8", "one two"]);
  });

  it("a response may be thrown, an error fails", async () => {
    expect(await post("/thrown")).toMatchObject({ status: 403, body: "nope" });
    await expect(post("/fails")).rejects.toThrow("secret");
  });

  it("whoever copies or passes on a request is told of its end", async () => {
    child.send({
      type: "call",
      input: "copied",
      encoding: "http",
      answer: "http",
      request: wire("/copied"),
      whole: true,
    });
    await child.printed("upstream asked");
    await child.printed("copied true true [object Request]");
    child.cancel("copied");
    await child.printed("told AbortError AbortError AbortError AbortError true");
  });

  it("a Response that is there goes whole, and its head at once where its body takes time", async () => {
    expect(await post("/thrown")).toMatchObject({ status: 403, body: "nope" });
    const whole = await child.next("result", ({ input }) => input === "/thrown");
    expect([whole.status, whole.payload.toString()]).toEqual([403, "nope"]);
    const input = "slow";
    child.send({ type: "call", input, encoding: "http", answer: "http", request: wire("/slow") });
    await child.next("response", (message) => message.input === input);
    child.send({ type: "body", input, end: true }, "at last");
    expect(await child.response(input)).toMatchObject({ status: 200, body: "at last" });
  });

  it("a large body is asked for part by part, and a large answer waits for its reader", async () => {
    const parts = Array.from({ length: 40 }, (_, i) => `${i};`);
    const input = "large";
    child.send({ type: "call", input, encoding: "http", answer: "http", request: wire("/echo") });
    for (const part of parts.slice(0, 16)) child.send({ type: "body", input }, part);
    await child.next("pull", (message) => message.input === input);
    for (const part of parts.slice(16)) child.send({ type: "body", input }, part);
    child.send({ type: "body", input, end: true });
    await child.next("chunk", ({ payload }) => payload.toString() === "15;");
    expect(child.said.some(({ payload }) => payload.toString() === "16;")).toBe(false);
    for (const _ of parts) child.send({ type: "pull", input });
    expect((await child.response(input)).body).toBe(parts.join(""));
  });

  it("a client that goes away ends the request, and the stream of its answer", async () => {
    child.send({ type: "call", input: "f", encoding: "http", answer: "http", request: wire("/forever") });
    await child.next("chunk", ({ input }) => input === "f");
    child.cancel("f");
    expect(await child.end("f")).toMatchObject({ type: "failed", failure: { kind: "cancelled" } });
    expect(child.output()).toContain("stream cancelled");
    child.send({ type: "call", input: "g", encoding: "http", answer: "http", request: wire("/gone") });
    await child.printed("listens");
    child.cancel("g");
    expect(await child.end("g")).toMatchObject({ failure: { kind: "cancelled", stack: /gone/ } });
  });

  it("a plain handler gets the event of a function URL, and answers as one", async () => {
    const lambda = await nursery.start("lambda.mjs", "handler");
    lambda.request(
      "a",
      {
        method: "POST",
        url: "/a%20b?x=1&x=2&y=",
        headers: [
          ["Content-Type", "application/octet-stream"],
          ["Cookie", "a=1; b=2"],
        ],
      },
      ["hi"],
    );
    const { status, headers, body } = await lambda.response("a");
    expect([status, headers.get("content-type")]).toEqual([200, "application/json"]);
    expect(JSON.parse(body)).toMatchObject({
      event: {
        version: "2.0",
        rawPath: "/a b",
        rawQueryString: "x=1&x=2&y=",
        cookies: ["a=1", "b=2"],
        headers: { "content-type": "application/octet-stream" },
        queryStringParameters: { x: "1,2", y: "" },
        requestContext: { http: { method: "POST", path: "/a b", sourceIp: "127.0.0.1" } },
        body: "aGk=",
        isBase64Encoded: true,
      },
      left: true,
    });
    lambda.request("b", { url: "/whole" });
    const whole = await lambda.response("b");
    expect([whole.status, whole.headers.get("X-One"), whole.headers.get("set-cookie"), whole.body]).toEqual([
      418,
      "1",
      "c=1; Path=/",
      "tea",
    ]);
    lambda.request("c", { url: "/text" });
    expect((await lambda.response("c")).body).toBe("plain");
  });

  it("a handler that streams its response writes to Lambda's stream", async () => {
    const lambda = await nursery.start("stream.mjs", "handler");
    lambda.request("a", { url: "/x" });
    const { status, headers, body } = await lambda.response("a");
    expect([status, headers.get("x-one"), headers.get("set-cookie"), body]).toEqual([
      207,
      "1",
      "c=1",
      "part 0;part 1;part 2;true",
    ]);
    lambda.request("b", { url: "/plain" });
    const plain = await lambda.response("b");
    expect([plain.status, plain.headers.get("content-type"), plain.body]).toEqual([200, "text/x", "plain"]);
    lambda.request("c", { url: "/fails" });
    expect(await lambda.end("c")).toMatchObject({ failure: { kind: "error", message: "secret" } });
    lambda.call("d", [{ rawPath: "/plain" }]);
    expect(await lambda.result("d")).toMatchObject({ body: "plain", headers: { "content-type": "text/x" } });
  });

  it("a handler that waits for its request is not begun once nobody waits for it", async () => {
    const child = await nursery.start("lambda.mjs", "handler");
    // The handler waits for the body of its request.
    child.send({ type: "call", input: "a", encoding: "http", answer: "http", request: wire("/prints") });
    child.cancel("a");
    expect(await child.end("a")).toMatchObject({ type: "failed", failure: { kind: "cancelled" } });
    expect(child.output()).toBe("");
  });
});

const wire = (url: string) => ({
  method: "POST",
  url,
  headers: [],
  base: "http://localhost",
  client: ["127.0.0.1", 1] as const,
});

it("says how an endpoint is reached", async () => {
  const child = await nursery.start("app.mjs", "", { mode: "describe" });
  const { app } = await child.next("described");
  expect(app.functions).toMatchObject([
    { name: "web", web: { kind: "endpoint", method: "POST", cors: true }, generator: false },
  ]);
});
