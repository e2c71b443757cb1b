// Endpoints and applications with the real FastAPI, and cancelling with the real `modal`.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Child, createNursery, type Nursery } from "../runtime/child.ts";
import { bundle } from "../runtime/harness.ts";
import { pythonEnvironment } from "./environment.ts";

const APP = `
import modal
from pydantic import BaseModel

app = modal.App("web")

class Item(BaseModel):
    name: str
    price: float = 1.5

@app.function()
@modal.fastapi_endpoint(method="POST", docs=True)
def endpoint(item: Item, n: int = 1):
    return {"total": item.price * n, "input": modal.current_input_id() is not None}

@app.cls()
class Greeter:
    @modal.enter()
    def load(self): self.word = "hello"
    @modal.fastapi_endpoint()
    async def greet(self, name: str = "world"):
        return {self.word: name}

@app.function()
@modal.asgi_app()
def web():
    from contextlib import asynccontextmanager
    from fastapi import FastAPI, Request, WebSocket
    from fastapi.responses import StreamingResponse

    @asynccontextmanager
    async def life(api):
        yield {"loaded": "while entering"}
        print("left", flush=True)

    api = FastAPI(lifespan=life)

    @api.get("/state")
    def state(request: Request): return request.state.loaded

    @api.get("/stream")
    def stream(): return StreamingResponse((f"{i};" for i in range(1000)), media_type="text/plain")

    @api.websocket("/rooms/{room}")
    async def talk(socket: WebSocket, room: str):
        await socket.accept()
        await socket.send_json({"room": room, "loaded": socket.state.loaded})
        while True:
            await socket.send_bytes((await socket.receive_text()).encode())

    return api

@app.function()
def cancelled():
    import time
    try:
        print("sleeps", flush=True)
        time.sleep(60)
    except modal.exception.InputCancellation:
        return "told"
`;

let nursery: Nursery;
beforeAll(async () => {
  nursery = createNursery(await bundle(), { "app.py": APP }, pythonEnvironment());
}, 600_000);
afterAll(() => nursery.remove());

const ask = async (
  child: Child,
  input: string,
  request: { method?: string; url: string },
  body: readonly string[] = [],
) => {
  child.request(input, { ...request, headers: [["content-type", "application/json"]] }, body);
  return await child.response(input);
};

describe("with FastAPI", () => {
  it("an endpoint is checked by it, and documents itself below its own address", async () => {
    const child = await nursery.start("app.py", "endpoint", { http: true });
    const good = await ask(child, "a", { method: "POST", url: "/?n=2" }, ['{"name": "x"}']);
    expect([good.status, JSON.parse(good.body)]).toEqual([200, { total: 3, input: true }]);
    const bad = await ask(child, "b", { method: "POST", url: "/?n=two" }, ["{}"]);
    expect(bad.status).toBe(422);
    const wrong = JSON.parse(bad.body) as { detail: { loc: string[] }[] };
    expect(wrong.detail.map(({ loc }) => loc.join("."))).toEqual(["query.n", "body.name"]);
    expect((await ask(child, "c", { url: "/" })).status).toBe(405);
    expect((await ask(child, "d", { url: "/docs" })).status).toBe(200);
  });

  it("a method of a class is an endpoint as well", async () => {
    const child = await nursery.start("app.py", "Greeter.greet", { http: true });
    expect((await ask(child, "a", { url: "/?name=you" })).body).toBe('{"hello":"you"}');
  });

  it("an application has its lifespan, and streams no faster than it is read", async () => {
    const child = await nursery.start("app.py", "web", { http: true });
    expect((await ask(child, "a", { url: "/state" })).body).toBe('"while entering"');
    child.request("s", { url: "/stream" });
    await child.next("chunk", ({ input, payload }) => input === "s" && payload.toString() === "15;");
    child.cancel("s");
    expect(await child.end("s")).toMatchObject({ type: "failed", failure: { kind: "cancelled" } });
    expect((await ask(child, "b", { url: "/state" })).status).toBe(200);
    child.send({ type: "stop" });
    expect(await child.exited).toBe(0);
    expect(child.output()).toContain("left");
  });
});

it("a web socket reaches its route, and one whose client leaves ends it", async () => {
  const child = await nursery.start("app.py", "web", { http: true });
  const request = {
    method: "GET",
    url: "/rooms/red",
    headers: [["host", "localhost"]],
    base: "http://localhost",
    client: ["127.0.0.1", 50_000],
    socket: true,
  } as const;
  child.send({ type: "call", input: "a", encoding: "http", answer: "http", request });
  expect(await child.next("response")).toMatchObject({ input: "a", status: 101 });
  await child.next("chunk", ({ payload }) => String(payload) === 't{"room":"red","loaded":"while entering"}');
  child.send({ type: "body", input: "a" }, "thello");
  await child.next("chunk", ({ payload }) => String(payload) === "bhello");
  child.send({ type: "body", input: "a" }, Buffer.from([0x63, 0x03, 0xe9]));
  child.send({ type: "body", input: "a", end: true });
  expect(await child.end("a")).toMatchObject({ type: "result" });
  child.request("b", { url: "/elsewhere", socket: true }, []);
  expect((await child.response("b")).status).toBe(403);
});

it("an input that is cancelled is told in the words of the package", async () => {
  const child = await nursery.start("app.py", "cancelled");
  child.call("a", []);
  await child.printed("sleeps");
  child.cancel("a");
  expect(await child.result("a")).toBe("told");
});
