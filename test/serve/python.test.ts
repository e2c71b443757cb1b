// Web functions and schedules of Modal apps, served: endpoints of each kind over HTTP, pools by the time of day.
import { describe, expect, it } from "vitest";
import { serve } from "./in-test.ts";
import { of } from "./served.ts";

const WEB = `import modal

app = modal.App("web")


@app.function(min_containers=1)
@modal.fastapi_endpoint()
def hello(name: str = "world", times: int = 1):
    return {"hello": [name] * times}


@app.function()
@modal.fastapi_endpoint(method="POST")
def add(item: dict):
    return {"sum": item["a"] + item["b"]}


@app.cls()
class Model:
    @modal.enter()
    def load(self):
        self.loaded = "once"

    @modal.fastapi_endpoint()
    def look(self):
        return self.loaded


@app.function()
@modal.asgi_app()
def asgi():
    async def application(scope, receive, send):
        if scope["type"] != "http":
            raise NotImplementedError(scope["type"])
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        await send({"type": "http.response.start", "status": 202, "headers": [(b"x-root", scope["root_path"].encode())]})
        for part in (scope["path"].encode(), b"|", body):
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return application


@app.function()
@modal.wsgi_app()
def wsgi():
    def application(environ, start_response):
        body = environ["wsgi.input"].read()
        start_response("200 OK", [("content-type", "text/plain")])
        yield environ["PATH_INFO"].encode()
        yield b"|" + body

    return application


@app.function()
@modal.web_server(8917)
def server():
    import subprocess
    import sys

    subprocess.Popen([sys.executable, "-m", "http.server", "8917", "--bind", "127.0.0.1", "--directory", "/tmp"])


@app.function()
@modal.fastapi_endpoint()
def fails():
    raise LookupError("the password is 1234")
`;

describe("web functions of Modal apps", () => {
  it("answer at their addresses, whatever they are made with", async () => {
    const served = await serve({ "web.py": WEB }, "web.py");
    const get = async (path: string, init?: RequestInit) => {
      const answer = await fetch(`${served.url}/f/${path}`, init);
      return { status: answer.status, text: await answer.text(), headers: answer.headers };
    };
    expect(JSON.parse((await get("hello?name=you&times=2")).text)).toEqual({ hello: ["you", "you"] });
    expect((await get("hello?times=x")).status).toBe(422);
    const json = { "content-type": "application/json" };
    const add = await get("add", { method: "POST", headers: json, body: '{"a": 1, "b": 2}' });
    expect(JSON.parse(add.text)).toEqual({ sum: 3 });
    expect((await get("add")).status).toBe(405);
    expect(JSON.parse((await get("Model.look")).text)).toBe("once");
    const asgi = await get("asgi/a/b?c=1", { method: "POST", body: "body" });
    expect([asgi.status, asgi.headers.get("x-root")]).toEqual([202, "/f/asgi"]);
    expect(asgi.text).toMatch(/\/a\/b\|body$/);
    expect((await get("wsgi/x", { method: "POST", body: "body" })).text).toBe("/x|body");
    const server = await get("server/");
    expect([server.status, server.text]).toEqual([200, expect.stringContaining("Directory listing")]);
    const fails = await get("fails");
    expect([fails.status, fails.text]).toEqual([500, expect.not.stringContaining("1234")]);
    await served.said("LookupError: the password is 1234");
  });
});

describe("a schedule of a Modal app", () => {
  it("runs a function that sets a warm pool by the time of day, with the old names", async () => {
    const day = `import modal

app = modal.App()


@app.function()
def square(x):
    return x**2


@app.function(schedule=modal.Cron("0 * * * *"))
def adjust():
    from datetime import datetime, timezone

    square.keep_warm(2 if 6 <= datetime.now(timezone.utc).hour < 18 else 0)
`;
    const served = await serve({ "day.py": day }, "day.py", { args: ["--at", "2026-03-01T05:59:56Z"] });
    const events = await served.until((all) => of(all, "container.ready", "square").length === 2);
    expect(of(events, "input.finished", "adjust").length).toBeLessThanOrEqual(1);
    expect(of(events, "input.failed")).toEqual([]);
  });
});
