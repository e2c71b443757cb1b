// What comes to containers of Python over HTTP: endpoints, applications, servers on a port, and handlers behind function URLs.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Child, createNursery, type Nursery } from "./child.ts";
import { bundle, freePort } from "./harness.ts";

let nursery: Nursery;
let port: number;
beforeAll(async () => {
  port = await freePort();
  nursery = createNursery(await bundle(), {
    "plain.py": `
def lambda_handler(event, context):
    if event["rawPath"] == "/whole":
        return {"statusCode": 418, "headers": {"X-One": 1}, "cookies": ["c=1"], "body": "dGVh", "isBase64Encoded": True}
    if event["rawPath"] == "/text":
        return "plain"
    return event
def fails(event, context): raise ValueError("secret")
`,
    "app.py": `
import asyncio, threading
import modal
app = modal.App("app")

@app.function()
@modal.fastapi_endpoint(method="POST")
def endpoint(name: str, n: int = 2, item: dict = None):
    return {"hello": name * n, "item": item}

@app.function()
@modal.web_endpoint()
def words(n: int):
    for i in range(n): yield "word %d " % i

@app.function()
@modal.asgi_app()
def asgi():
    state = {"started": False}
    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            await receive(); state["started"] = True
            await send({"type": "lifespan.startup.complete"}); await receive()
            print("shut down", flush=True)
            return await send({"type": "lifespan.shutdown.complete"})
        path = scope["path"]
        body = b""
        while True:
            message = await receive()
            body += message["body"]
            if not message["more_body"]: break
        if path.endswith("/fails"): raise ValueError("secret")
        if path.endswith("/nothing"): return
        await send({"type": "http.response.start", "status": 201, "headers": [(b"content-type", b"text/plain"), (b"x-root", scope["root_path"].encode())]})
        if path.endswith("/stream"):
            try:
                for i in range(1000):
                    await send({"type": "http.response.body", "body": b"%d;" % i, "more_body": True})
                await send({"type": "http.response.body", "body": b""})
            except asyncio.CancelledError:
                print("client gone", flush=True)
                raise
            return
        await send({"type": "http.response.body", "body": ("%s %s %s %s" % (state["started"], scope["method"], path, scope["query_string"].decode())).encode() + body})
    return app

@app.function()
@modal.wsgi_app()
def wsgi():
    def app(environ, start_response):
        if environ["PATH_INFO"] == "/endless":
            start_response("200 OK", [])
            try:
                while True: yield b"x"
            finally:
                print("wsgi left", flush=True)
        body = environ["wsgi.input"].read()
        start_response("202 Accepted", [("Content-Type", "text/plain"), ("X-Script", environ["SCRIPT_NAME"])])
        yield environ["PATH_INFO"].encode() + b"?" + environ["QUERY_STRING"].encode() + b" "
        yield body
    return app

@app.function()
@modal.web_server(${port}, startup_timeout=20)
def server():
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def log_message(self, *args): pass
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            self.send_response(203); self.send_header("x-host", self.headers["host"]); self.send_header("content-length", str(len(body))); self.end_headers()
            self.wfile.write(body)
    threading.Thread(target=ThreadingHTTPServer(("127.0.0.1", ${port}), Handler).serve_forever, daemon=True).start()
`,
  });
});
afterAll(() => nursery.remove());

describe("over HTTP", () => {
  const ask = async (
    child: Child,
    input: string,
    request: { method?: string; url?: string; headers?: [string, string][]; base?: string },
    body: readonly string[] = [],
  ) => {
    child.request(input, request, body);
    return await child.response(input);
  };

  it("an endpoint takes parameters by its annotations, and names what does not fit", async () => {
    const child = await nursery.start("app.py", "endpoint", { http: true });
    const hello = await ask(child, "a", { method: "POST", url: "/?name=a&n=3" }, ['{"k": 1}']);
    expect([hello.status, JSON.parse(hello.body)]).toEqual([200, { hello: "aaa", item: { k: 1 } }]);
    const wrong = await ask(child, "b", { method: "POST", url: "/?n=x" });
    expect(wrong.status).toBe(422);
    expect(JSON.parse(wrong.body).detail.map(({ loc }: { loc: string[] }) => loc)).toEqual([
      ["query", "name"],
      ["query", "n"],
    ]);
    expect((await ask(child, "c", { url: "/?name=a" })).status).toBe(405);
    expect((await ask(child, "d", { method: "POST", url: "/other" })).status).toBe(404);
    const preflight = await ask(child, "o", {
      method: "OPTIONS",
      headers: [
        ["Origin", "https://page.example"],
        ["Access-Control-Request-Method", "POST"],
      ],
    });
    expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([
      200,
      "https://page.example",
    ]);
    expect((await ask(child, "p", { method: "OPTIONS" })).status).toBe(405);
    child.call("e", ["direct"]);
    expect(await child.result("e")).toEqual({ hello: "directdirect", item: null });
    expect(
      child.said
        .filter(({ type }) => type === "note")
        .map((note) => (note as { text: string }).text)
        .join(),
    ).toContain("fastapi is not installed here");
    const streamed = await ask(await nursery.start("app.py", "words"), "a", { url: "/?n=2" });
    expect(streamed.body).toBe("word 0 word 1 ");
  });

  it("an application of ASGI streams, below the address that it has, and ends with its client", async () => {
    const child = await nursery.start("app.py", "asgi");
    const first = await ask(
      child,
      "a",
      { method: "PUT", url: "/x?y=1", base: "http://localhost:80/f/asgi" },
      ["b", "c"],
    );
    expect([first.status, first.headers.get("x-root"), first.body]).toEqual([
      201,
      "/f/asgi",
      "True PUT /f/asgi/x y=1bc",
    ]);
    child.request("s", { url: "/stream" });
    await child.next("chunk", ({ input, payload }) => input === "s" && payload.toString() === "15;");
    child.cancel("s");
    expect(await child.end("s")).toMatchObject({ type: "failed", failure: { kind: "cancelled" } });
    await child.printed("client gone");
    await expect(ask(child, "f", { url: "/fails" })).rejects.toThrow("secret");
    await expect(ask(child, "n", { url: "/nothing" })).rejects.toThrow("without a response");
    child.call("inside", ["/path"]);
    expect(await child.result("inside")).toEqual({ status: 201, body: "True GET /path " });
    child.send({ type: "stop" });
    expect(await child.exited).toBe(0);
    expect(child.output()).toContain("shut down");
  });

  it("an application of WSGI, and a server on a port", async () => {
    const wsgi = await ask(
      await nursery.start("app.py", "wsgi"),
      "a",
      { method: "POST", url: "/a%20b?q=1", base: "http://x/f/w" },
      ["bo", "dy"],
    );
    expect([wsgi.status, wsgi.headers.get("X-Script"), wsgi.body]).toEqual([202, "/f/w", "/a b?q=1 body"]);
    const server = await ask(await nursery.start("app.py", "server"), "a", { method: "POST" }, ["ping"]);
    expect([server.status, server.headers.get("x-host"), server.body]).toEqual([203, "localhost", "ping"]);
  });

  it("an application of WSGI ends with its client", async () => {
    const child = await nursery.start("app.py", "wsgi");
    child.request("a", { url: "/endless" });
    await child.next("chunk");
    child.cancel("a");
    expect(await child.end("a")).toMatchObject({ type: "failed", failure: { kind: "cancelled" } });
    expect(child.output()).toContain("wsgi left");
  });

  it("a plain handler gets the event of a function URL, and answers as one", async () => {
    const child = await nursery.start("plain.py", "lambda_handler");
    const { status, body } = await ask(
      child,
      "a",
      {
        method: "POST",
        url: "/a%20b?x=1&x=2",
        headers: [
          ["Content-Type", "application/octet-stream"],
          ["Cookie", "a=1; b=2"],
        ],
      },
      ["hi"],
    );
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      version: "2.0",
      rawPath: "/a b",
      cookies: ["a=1", "b=2"],
      queryStringParameters: { x: "1,2" },
      requestContext: { http: { method: "POST", sourceIp: "127.0.0.1" } },
      body: "aGk=",
      isBase64Encoded: true,
    });
    const whole = await ask(child, "b", { url: "/whole" });
    expect([whole.status, whole.headers.get("X-One"), whole.headers.get("set-cookie"), whole.body]).toEqual([
      418,
      "1",
      "c=1",
      "tea",
    ]);
    expect((await ask(child, "c", { url: "/text" })).body).toBe("plain");
    await expect(ask(await nursery.start("plain.py", "fails"), "a", {})).rejects.toThrow("secret");
  });
});

it("says of what is served how it is reached", async () => {
  const child = await nursery.start("app.py", "", { mode: "describe" });
  const { app } = await child.next("described");
  const about = (name: string) => app.functions.find((each) => each.name === name);
  expect(about("endpoint")).toMatchObject({ web: { kind: "endpoint", method: "POST" }, generator: false });
  expect(about("asgi")).toMatchObject({ web: { kind: "asgi" } });
  expect(about("wsgi")).toMatchObject({ web: { kind: "wsgi" } });
  expect(about("server")).toMatchObject({ web: { kind: "server", port } });
});
