// The child's half of calls in Node: streams with a window, cancelling, several inputs at once, and what comes over HTTP.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Child, createNursery, type Nursery } from "./child.ts";
import { bundle } from "./harness.ts";

let nursery: Nursery;
beforeAll(async () => {
  const dist = await bundle();
  nursery = createNursery(dist, {
    "app.mjs": `
import { App, currentInput } from ${JSON.stringify(`file://${dist}/sdk.js`)};
const app = new App("a");
export const count = app.function(function* (n) {
  try {
    for (let i = 0; i < n; i++) { console.log("yields " + i); yield i; }
  } finally { console.log("left"); }
});
export const later = app.function(async function* (n) { for (let i = 0; i < n; i++) yield i * 2; });
export const waits = app.function(() => new Promise((_, reject) => {
  console.log("waits");
  const timer = setInterval(() => {}, 1000);
  currentInput().signal.addEventListener("abort", () => {
    clearInterval(timer);
    reject(currentInput().signal.reason);
  });
}));
export const stubborn = app.function(async () => {
  const { signal } = currentInput();
  console.log("began");
  while (!signal.aborted) await new Promise((r) => setTimeout(r, 1));
  return "ended in its own way";
});
export const id = app.function(() => currentInput().id);
let open = 0; let wake;
export const pairs = app.function({ allowConcurrentInputs: 2 }, async (name) => {
  if (++open === 2) wake(); else await new Promise((r) => { wake = r; });
  return [name, currentInput().id];
});
export const slow = app.function({ allowConcurrentInputs: 5, targetConcurrentInputs: 3, maxContainers: 4, bufferContainers: 1, retries: 2, startupTimeout: 9 }, async () => {
  const { signal, id } = currentInput();
  console.log("slow " + id);
  await new Promise((r) => signal.addEventListener("abort", r));
  throw new Error("ended " + id + " " + signal.reason.name);
});
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
    case "/gone": return new Promise((_, reject) => { console.error("listens"); request.signal.addEventListener("abort", () => reject(new Error("gone"))); });
  }
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

const yields = (child: Child, input: string) =>
  child.said
    .filter((each) => each.type === "yield" && each.input === input)
    .map(({ payload }) => JSON.parse(payload.toString()));

describe("a generator", () => {
  it("is a list for those who don't want its values one by one", async () => {
    const child = await nursery.start("app.mjs", "later");
    child.call("a", [3]);
    expect(await child.result("a")).toEqual([0, 2, 4]);
  });

  it("says each value, and waits at a yield while nobody takes them", async () => {
    const child = await nursery.start("app.mjs", "count");
    child.call("a", [40], { stream: true });
    await child.next("yield", ({ payload }) => payload.toString() === "15");
    // The one behind the window has been yielded, and is not said before somebody asks.
    child.send({ type: "pull", input: "a" });
    await child.next("yield", ({ payload }) => payload.toString() === "16");
    expect(yields(child, "a")).toHaveLength(17);
    expect(child.output()).not.toContain("yields 20");
    for (let i = 0; i < 40; i++) child.send({ type: "pull", input: "a" });
    await child.end("a");
    expect(yields(child, "a")).toEqual([...Array(40).keys()]);
    child.call("b", [1]);
    expect(await child.result("b")).toEqual([0]);
  });

  it("that is cancelled leaves its yield, and its container takes the next input", async () => {
    const child = await nursery.start("app.mjs", "count");
    child.call("a", [1000], { stream: true });
    await child.next("yield", ({ payload }) => payload.toString() === "15");
    child.cancel("a");
    expect(await child.end("a")).toMatchObject({ type: "failed", failure: { kind: "cancelled" } });
    child.call("b", [2]);
    expect(await child.result("b")).toEqual([0, 1]);
    expect(child.output()).toContain("left");
  });
});

describe("an input that is cancelled", () => {
  it("sees it by its signal, also the first one, and fails for that reason", async () => {
    for (const reason of ["cancelled", "timeout"] as const) {
      const child = await nursery.start("app.mjs", "waits", { first: true });
      child.call("a", []);
      await child.printed("waits");
      child.cancel("a", reason);
      expect(await child.end("a")).toMatchObject({ type: "failed", failure: { kind: reason } });
    }
  });

  it("may end in its own way", async () => {
    const child = await nursery.start("app.mjs", "stubborn");
    child.call("a", []);
    await child.printed("began");
    child.cancel("a");
    expect(await child.result("a")).toBe("ended in its own way");
  });

  it("before its handler has begun is not begun", async () => {
    const child = await nursery.start("lambda.mjs", "handler");
    // The handler waits for the body of its request.
    child.send({ type: "call", input: "a", encoding: "http", answer: "http", request: wire("/prints") });
    child.cancel("a");
    expect(await child.end("a")).toMatchObject({ type: "failed", failure: { kind: "cancelled" } });
    expect(child.output()).toBe("");
  });

  it("tells its own id", async () => {
    const child = await nursery.start("app.mjs", "id");
    child.call("in-1", []);
    expect(await child.result("in-1")).toBe("in-1");
    child.call("in-2", []);
    expect(await child.result("in-2")).toBe("in-2");
  });
});

describe("several inputs at once", () => {
  it("may wait for each other, and know which one they are", async () => {
    const child = await nursery.start("app.mjs", "pairs");
    child.call("one", ["a"]);
    child.call("two", ["b"]);
    expect(await child.result("one")).toEqual(["a", "one"]);
    expect(await child.result("two")).toEqual(["b", "two"]);
  });

  it("are cancelled one by one", async () => {
    const child = await nursery.start("app.mjs", "slow");
    child.call("one", []);
    child.call("two", []);
    await child.printed("slow two");
    child.cancel("two", "timeout");
    expect(await child.end("two")).toMatchObject({
      failure: { kind: "timeout", stack: /ended two TimeoutError/ },
    });
    child.cancel("one");
    expect(await child.end("one")).toMatchObject({
      failure: { kind: "cancelled", stack: /ended one AbortError/ },
    });
  });

  it("are what the definition says of its pool", async () => {
    const child = await nursery.start("app.mjs", "slow");
    expect((await child.next("loaded")).function).toMatchObject({
      concurrency: { max: 5, target: 3 },
      maxContainers: 4,
      bufferContainers: 1,
      retries: { max: 2, initialDelay: 1, backoff: 1, maxDelay: 60 },
      startupTimeout: 9,
    });
  });
});

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
});

const wire = (url: string) => ({
  method: "POST",
  url,
  headers: [],
  base: "http://localhost",
  client: ["127.0.0.1", 1] as const,
});

it("says of what is served how it is reached", async () => {
  const child = await nursery.start("app.mjs", "", { mode: "describe" });
  const { app } = await child.next("described");
  expect(app.functions.find(({ name }) => name === "web")).toMatchObject({
    web: { kind: "endpoint", method: "POST" },
    generator: false,
  });
  expect(app.functions.find(({ name }) => name === "count")).toMatchObject({ generator: true });
});
