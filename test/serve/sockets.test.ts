// Web sockets of Modal apps, served: a real client talks with an application, and with a server on a port.
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { freePort } from "../runtime/harness.ts";
import { serve } from "./in-test.ts";
import { of, type Served } from "./served.ts";

const app = (port: number) => `import modal

app = modal.App("sockets")


@app.function()
@modal.concurrent(max_inputs=10)
@modal.asgi_app()
def web():
    async def application(scope, receive, send):
        if scope["type"] != "websocket":
            raise NotImplementedError(scope["type"])
        assert (await receive())["type"] == "websocket.connect"
        if scope["path"].endswith("/closed"):
            return await send({"type": "websocket.close"})
        if scope["path"].endswith("/denied"):
            await send({"type": "websocket.http.response.start", "status": 401, "headers": [(b"x-why", b"no")]})
            return await send({"type": "websocket.http.response.body", "body": b"who are you"})
        if scope["path"].endswith("/silent"):
            return
        await send({"type": "websocket.accept", "subprotocol": scope["subprotocols"][-1] if scope["subprotocols"] else None})
        await send({"type": "websocket.send", "text": "%s %s %s" % (scope["scheme"], scope["path"], scope["query_string"].decode())})
        if scope["path"].endswith("/flood"):
            try:
                while True:
                    await send({"type": "websocket.send", "bytes": bytes(100_000)})
            except OSError as error:
                print("flood ended:", error, flush=True)
                raise
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                print("left with", message["code"], message["reason"], flush=True)
                return
            if message.get("text") == "die":
                import os

                os.kill(os.getpid(), 9)
            if message.get("text") == "fail":
                raise LookupError("the password is 1234")
            if message.get("text") == "bye":
                return await send({"type": "websocket.close", "code": 4001, "reason": "so long"})
            if message.get("text") is not None:
                await send({"type": "websocket.send", "text": message["text"].upper()})
            else:
                await send({"type": "websocket.send", "bytes": message["bytes"][::-1]})

    return application


@app.function()
@modal.web_server(${port})
def port():
    import base64, hashlib, socketserver, threading

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            lines = []
            while (line := self.rfile.readline().strip()):
                lines.append(line)
            headers = {name.lower(): value.strip() for name, _, value in (each.partition(b":") for each in lines[1:])}
            if b"upgrade" not in headers:
                return  # It is looked whether something listens.
            accept = base64.b64encode(hashlib.sha1(headers[b"sec-websocket-key"] + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
            self.wfile.write(b"HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: " + accept + b"\\r\\n\\r\\n")
            self.wfile.write(b"\\x81\\x05hello")
            head = self.rfile.read(6)
            size, mask = head[1] & 127, head[2:]
            text = bytes(byte ^ mask[i % 4] for i, byte in enumerate(self.rfile.read(size)))
            self.wfile.write(bytes([0x81, size]) + text[::-1])
            self.wfile.write(b"\\x88\\x02\\x0f\\xa2")  # 4002

    server = socketserver.ThreadingTCPServer(("127.0.0.1", ${port}), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
`;

function open(served: Served, path: string, protocols: string[] = []) {
  const socket = new WebSocket(`${served.url.replace("http", "ws")}/f/${path}`, protocols);
  const told: (string | Buffer)[] = [];
  let wake = () => {};
  socket.on("error", () => undefined);
  socket.on("message", (data: Buffer, isBinary) => {
    told.push(isBinary ? data : data.toString());
    wake();
  });
  return {
    socket,
    closed: new Promise<readonly [number, string]>((resolve) => {
      socket.on("close", (code, reason) => resolve([code, String(reason)]));
    }),
    refused: new Promise<number | undefined>((resolve) => {
      socket.on("unexpected-response", (_, { statusCode }) => resolve(statusCode));
    }),
    async next() {
      while (told.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return told.shift();
    },
  };
}

describe("a web socket of a Modal app", () => {
  it("is one input for as long as it lasts, ends as either side says, and ends with its container", async () => {
    const served = await serve({ "app.py": app(1) }, "app.py");
    const one = open(served, "web/room?x=1", ["first", "last"]);
    expect(await one.next()).toBe("ws /f/web/room x=1");
    expect(one.socket.protocol).toBe("last");
    one.socket.send("hello");
    expect(await one.next()).toBe("HELLO");
    one.socket.send(Buffer.from([1, 2, 3]));
    expect(await one.next()).toEqual(Buffer.from([3, 2, 1]));
    expect(of(served.events(), "input.queued")).toMatchObject([{ socket: true }]);
    expect(of(served.events(), "input.finished")).toHaveLength(0);
    one.socket.close(4005, "done here");
    await served.said("left with 4005 done here");
    await served.until((events) => of(events, "input.finished").length === 1);

    const other = open(served, "web/");
    other.socket.on("open", () => other.socket.send("bye"));
    expect(await other.closed).toEqual([4001, "so long"]);
    expect(await open(served, "web/closed").refused).toBe(403);
    expect(await open(served, "web/denied").refused).toBe(401);
    expect(await open(served, "web/silent").refused).toBe(500);

    const fails = open(served, "web/");
    fails.socket.on("open", () => fails.socket.send("fail"));
    expect(await fails.closed).toEqual([1011, expect.not.stringContaining("1234")]);
    await served.said("LookupError: the password is 1234");

    const killed = [open(served, "web/"), open(served, "web/")] as const;
    for (const { next } of killed) await next();
    killed[0].socket.send("die");
    expect((await killed[0].closed)[0]).toBe(1011);
    expect((await killed[1].closed)[0]).toBe(1011);
    const inputs = of(served.events(), "input.queued");
    await served.until(
      (all) => of(all, "input.finished").length + of(all, "input.failed").length === inputs.length,
    );
    expect(of(served.events(), "input.failed").map(({ reason }) => reason)).toEqual([
      "error",
      "error",
      "lost",
      "lost",
    ]);
  });

  it("tells an app that only sends that its client has left, and lets it send no faster than is taken", async () => {
    const served = await serve({ "app.py": app(1) }, "app.py");
    const { socket, next } = open(served, "web/flood");
    await next();
    socket.pause();
    socket.terminate();
    await served.said("flood ended: the client of the web socket has left");
    await served.until((events) => of(events, "input.finished").length === 1);
  });

  it("is told when the app is stopped, and holds nothing up", async () => {
    const served = await serve({ "app.py": app(1) }, "app.py");
    const { next, closed } = open(served, "web/");
    await next();
    const ended = served.stop();
    expect(await closed).toEqual([1001, "the app is being stopped"]);
    expect((await ended).stderr).toContain("left with 1001");
    expect(of(served.events(), "input.finished")).toHaveLength(1);
  });

  it("goes through to a server on a port as it is", async () => {
    const served = await serve({ "app.py": app(await freePort()) }, "app.py");
    const { socket, next, closed } = open(served, "port/");
    expect(await next()).toBe("hello");
    socket.send("abc");
    expect(await next()).toBe("cba");
    expect((await closed)[0]).toBe(4002);
    await served.until((events) => of(events, "input.finished").length === 1);
  });
});
