import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { RuntimeError } from "../errors.ts";
import type { Site, SiteFunction, SiteResponse } from "./site.ts";
import { acceptSockets, type Upgrades } from "./upgrade.ts";

const MAX_MESSAGE = 100_000;

let functions: Record<string, Pick<SiteFunction, "fetch"> & Partial<SiteFunction>>;
let notes: string[];
let closing: boolean;
let upgrades: Upgrades;
let url: string;
const server = createServer();

beforeEach(async () => {
  functions = {};
  notes = [];
  closing = false;
  const site: Site = {
    find(name) {
      const found = functions[name];
      const call = () => Promise.reject(new Error("not expected"));
      return found && { label: `a.py::${name}`, web: { kind: "asgi" }, call, ...found };
    },
    names: () => [],
    snapshot: () => {
      throw new Error("not expected");
    },
    watch: () => () => undefined,
    get closing() {
      return closing;
    },
  };
  server.removeAllListeners("upgrade");
  upgrades = acceptSockets(server, site, {
    host: "127.0.0.1",
    maxBody: MAX_MESSAGE,
    note: (text) => notes.push(text),
  });
  if (!server.listening) await once(server.listen(0, "127.0.0.1"), "listening");
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => upgrades.destroy());

const text = (words: string) => Buffer.from(`t${words}`);
const lost = () => new RuntimeError({ kind: "lost", name: "ContainerLostError", message: "secret" });

type Talk = (inbox: AsyncIterable<Uint8Array>, ending: AbortController) => AsyncGenerator<Uint8Array>;

/** A function that accepts, and says what `talk` does. */
function accepting(
  talk: Talk,
  headers: SiteResponse["headers"] = [],
): Pick<SiteFunction, "fetch"> & Partial<SiteFunction> {
  return {
    fetch: async (_request, inbox, ending) => ({
      status: 101,
      headers,
      body: talk(inbox ?? talk([] as never, ending), ending),
    }),
  };
}

const untilLeft: Talk = async function* (inbox) {
  yield text("ready");
  for await (const part of inbox) if (part[0] === 0x63) return;
};

/** A client that keeps what it is told, to be asked for in order. */
function client(path: string, protocols: string[] = [], headers: Record<string, string> = {}) {
  const socket = new WebSocket(url + path, protocols, { headers });
  const told: [data: string, isBinary: boolean][] = [];
  let wake = () => {};
  socket.on("message", (data, isBinary) => {
    told.push([String(data), isBinary]);
    wake();
  });
  const closed = new Promise<[code: number, reason: string]>((resolve) => {
    socket.on("close", (code, reason) => resolve([code, String(reason)]));
  });
  const refused = new Promise<IncomingMessage>((resolve) => {
    socket.on("unexpected-response", (_request, response) => resolve(response));
  });
  socket.on("error", () => undefined);
  return {
    socket,
    opened: new Promise<void>((resolve) => {
      socket.on("open", resolve);
    }),
    closed,
    refused,
    async next() {
      for (let one = told.shift(); ; one = told.shift()) {
        if (one) return one;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

describe("a web socket", () => {
  it("carries text and bytes both ways, one by one, with the protocol that the app has chosen", async () => {
    functions.echo = accepting(
      async function* (inbox) {
        yield text("hello");
        for await (const part of inbox) {
          if (part[0] === "c".charCodeAt(0)) return;
          yield part;
        }
      },
      [
        ["sec-websocket-protocol", "chat"],
        ["x-app", "yes"],
      ],
    );
    const { socket, next, opened } = client("/f/echo/room?x=1", ["other", "chat"]);
    const upgraded = once(socket, "upgrade");
    await opened;
    const [{ headers }] = await upgraded;
    expect([socket.protocol, headers["x-app"]]).toEqual(["chat", "yes"]);
    expect(await next()).toEqual(["hello", false]);
    socket.send("é");
    socket.send(Buffer.from([0x61, 0x62]));
    socket.send("");
    expect([await next(), await next(), await next()]).toEqual([
      ["é", false],
      ["ab", true],
      ["", false],
    ]);
    socket.close();
  });

  it("hands the request on as one that asks for a socket, below the function's address", async () => {
    let asked: object | undefined;
    functions.web = {
      async fetch(request) {
        asked = request;
        return { status: 403, headers: [["x-why", "no"]], body: Buffer.from("not you") };
      },
    };
    const response = await client("/f/web/room?x=1").refused;
    expect(asked).toMatchObject({ method: "GET", url: "/room?x=1", socket: true });
    // What the app says in place of the socket is an ordinary response.
    expect([response.statusCode, response.headers["x-why"]]).toEqual([403, "no"]);
    expect(String(Buffer.concat(await response.toArray()))).toBe("not you");
  });

  it("ends with the app's code, with 1000 where it has none, and with 1011 where it fails", async () => {
    const close = Buffer.concat([Buffer.from("c"), Buffer.from([4001 >> 8, 4001 & 0xff]), Buffer.from("so")]);
    functions.says = accepting(async function* () {
      yield close;
    });
    functions.ends = accepting(async function* () {
      yield text("last");
    });
    functions.dies = accepting(async function* () {
      yield text("begun");
      throw lost();
    });
    functions.odd = accepting(async function* () {
      yield Buffer.from([0x63, 0, 7]);
    });
    expect(await client("/f/says").closed).toEqual([4001, "so"]);
    expect(await client("/f/ends").closed).toEqual([1000, ""]);
    const [code, reason] = await client("/f/dies").closed;
    expect([code, reason]).toEqual([1011, expect.stringContaining("container")]);
    expect(reason).not.toContain("secret");
    expect(notes.join()).toContain("secret");
    expect(await client("/f/odd").closed).toEqual([1011, expect.stringContaining("code 7")]);
  });

  it("is refused as a request is that fails before it is accepted", async () => {
    functions.fails = { fetch: () => Promise.reject(lost()) };
    expect((await client("/f/fails").refused).statusCode).toBe(502);
  });

  it("tells the app of its client's end, with its code", async () => {
    const ends = Promise.withResolvers<number[]>();
    functions.hears = accepting(async function* (inbox) {
      yield text("ready");
      for await (const part of inbox) if (part[0] === 0x63) ends.resolve([...part.subarray(1, 3)]);
    });
    const { socket, next } = client("/f/hears");
    await next();
    socket.close(4005, "done");
    expect(await ends.promise).toEqual([4005 >> 8, 4005 & 0xff]);
    expect(notes).toEqual([]);
  });

  it("ends the input of a client that leaves before it is accepted", async () => {
    const begun = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    functions.slow = {
      fetch(_request, _inbox, ending) {
        ending.signal.addEventListener("abort", () => ended.resolve());
        begun.resolve();
        return new Promise(() => undefined);
      },
    };
    const { socket } = client("/f/slow");
    await begun.promise;
    socket.terminate();
    await ended.promise;
  });

  it("holds a client back that says more than is taken", async () => {
    const go = Promise.withResolvers<void>();
    functions.lazy = accepting(async function* (inbox) {
      yield text("ready");
      await go.promise;
      let taken = 0;
      for await (const part of inbox) {
        if (part[0] === 0x63) return;
        taken += part.length - 1;
        if (taken === 400 * 50_000) yield text(String(taken));
      }
    });
    const { socket, next } = client("/f/lazy");
    await next();
    for (let i = 0; i < 400; i++) socket.send(Buffer.alloc(50_000));
    // Twenty megabytes fit into no buffer of the system's: what is left waits with the client.
    const pong = once(socket, "pong");
    socket.ping();
    expect(await Promise.race([pong.then(() => "read on"), settled(socket)])).toBe("held back");
    go.resolve();
    expect(await next()).toEqual([String(400 * 50_000), false]);
    socket.close();
  });

  it("ends with 1009 where a message is too large", async () => {
    functions.echo = accepting(untilLeft);
    const { socket, opened, closed } = client("/f/echo");
    await opened;
    socket.send("x".repeat(MAX_MESSAGE + 1));
    expect((await closed)[0]).toBe(1009);
  });

  it("ends with 1001 when the app is being stopped, whether it has begun or not", async () => {
    const accept = Promise.withResolvers<void>();
    functions.open = accepting(untilLeft);
    functions.late = {
      async fetch(request, inbox, ending) {
        await accept.promise;
        return accepting(untilLeft).fetch(request, inbox, ending);
      },
    };
    const [one, other] = [client("/f/open"), client("/f/late")];
    await one.next();
    upgrades.hangUp();
    accept.resolve();
    expect((await one.closed)[0]).toBe(1001);
    expect((await other.closed)[0]).toBe(1001);
  });
});

/** Until a client has nothing more that it could write for the moment. */
async function settled(socket: WebSocket): Promise<string> {
  for (let before = -1; before !== socket.bufferedAmount; ) {
    before = socket.bufferedAmount;
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  return socket.bufferedAmount > 0 ? "held back" : "all is sent";
}

describe("refusals", () => {
  it.each<[string, string, Partial<SiteFunction> | undefined, Record<string, string>, number]>([
    ["an unknown function", "/f/nobody", undefined, {}, 404],
    ["another address", "/api/x", undefined, {}, 404],
    ["a name that is no text", "/f/%ff", undefined, {}, 404],
    ["an endpoint", "/f/x", { web: { kind: "endpoint", method: "GET" } }, {}, 501],
    ["a WSGI application", "/f/x", { web: { kind: "wsgi" } }, {}, 501],
    ["a page of another site", "/f/x", {}, { origin: "https://evil.example" }, 403],
    ["another name for this computer", "/f/x", {}, { host: "evil.example" }, 403],
  ])("%s", async (_what, path, found, headers, status) => {
    if (found) functions.x = { fetch: () => Promise.reject(new Error("not expected")), ...found };
    const response = await client(path, [], headers).refused;
    expect(response.statusCode).toBe(status);
    expect(JSON.parse(String(Buffer.concat(await response.toArray())))).toHaveProperty("error.message");
  });

  it("lets pages of this computer's own servers in", async () => {
    functions.x = accepting(async function* () {});
    const { closed } = client("/f/x", [], { origin: "http://localhost:3000" });
    expect((await closed)[0]).toBe(1000);
  });

  it("an app that is being stopped", async () => {
    closing = true;
    functions.x = accepting(async function* () {});
    expect((await client("/f/x").refused).statusCode).toBe(503);
  });

  it("offers of other protocols are passed over: the request is answered as it is", async () => {
    server.once("request", (_request, response) => response.end("plain"));
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    socket.write("GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
    let answer = "";
    for await (const chunk of socket) answer += chunk;
    expect(answer).toMatch(/^HTTP\/1\.1 200 .*plain$/s);
  });

  it("what is no handshake boots nothing", async () => {
    functions.x = { fetch: () => Promise.reject(new Error("not expected")) };
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    socket.write(
      "GET /f/x HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n",
    );
    let answer = "";
    for await (const chunk of socket) answer += chunk;
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe("a server in a container", () => {
  it("speaks with its client itself: bytes go through as they are", async () => {
    functions.port = {
      web: { kind: "server", port: 1 },
      fetch: async (_request, inbox) => ({
        status: 101,
        headers: [
          ["upgrade", "websocket"],
          ["sec-websocket-accept", "x"],
        ],
        body: (async function* () {
          yield Buffer.from("welcome;");
          for await (const part of inbox ?? []) yield Buffer.from(String(part).toUpperCase());
        })(),
      }),
    };
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    socket.write(
      `GET /f/port HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString("base64")}\r\n\r\n`,
    );
    let answer = "";
    for await (const chunk of socket) {
      answer += chunk;
      if (answer.endsWith("welcome;")) socket.end("hello");
    }
    expect(answer).toMatch(/^HTTP\/1\.1 101 .*\r\nupgrade: websocket\r\n/);
    expect(answer.split("\r\n\r\n")[1]).toBe("welcome;HELLO");
  });
});
