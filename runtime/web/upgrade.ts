// Requests for a web socket: who may have one, and whose function carries it.
import { type IncomingMessage, type Server, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { addressOf } from "./address.ts";
import { pass, tell, wireOf } from "./endpoint.ts";
import { createInbox } from "./inbox.ts";
import { isForeign, isForeignPage, isLoopback } from "./origin.ts";
import { refuse, refuseFailed } from "./replies.ts";
import type { Site, SiteFunction, SiteResponse } from "./site.ts";
import { talk } from "./socket.ts";
import { tunnel } from "./tunnel.ts";

interface UpgradeOptions {
  readonly host: string;
  /** Bytes that a message may have. */
  readonly maxBody: number;
  readonly note: (text: string) => void;
}

export interface Upgrades {
  /** Tells all clients that the app is being stopped. */
  hangUp(): void;
  destroy(): void;
}

/** One that a function has accepted, or is about to. */
export interface Line {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  /** What has come of the connection after the request. */
  readonly head: Buffer;
  /** Ends the input when aborted. */
  readonly ending: AbortController;
  /** Aborted when the app is being stopped. */
  readonly leaving: AbortSignal;
  readonly maxMessage: number;
}

/** Whether a request asks for a web socket; other protocols are not spoken, and their offer is passed over. */
export function wantsSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket";
}

export function acceptSockets(server: Server, site: Site, options: UpgradeOptions): Upgrades {
  const sockets = new Set<Socket>();
  const leaving = new AbortController();

  async function answer(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    const { area, name: wanted } = addressOf(request.url);
    const found = area === "f" ? site.find(wanted) : undefined;
    const refusal = refusalOf(request, found, site, options);
    if (refusal || !found) {
      const { status, name, message } = refusal ?? UNKNOWN;
      refuse(plainly(request, socket), status, name, message);
      return;
    }
    await connect(found, { request, socket, head, maxMessage: options.maxBody });
  }

  async function connect(
    { fetch, label, web }: SiteFunction,
    given: Omit<Line, "ending" | "leaving">,
  ): Promise<void> {
    const ending = new AbortController();
    const line: Line = { ...given, ending, leaving: leaving.signal };
    const { request, socket } = line;
    const carry = web?.kind === "server" ? tunnel : talk;
    let open = (_: boolean) => {};
    const inbox = createInbox((isOpen) => open(isOpen));
    const early = whileWaiting(socket, () => ending.abort());
    let answer: SiteResponse;
    try {
      answer = await fetch({ ...wireOf(request), socket: true }, inbox, ending);
    } catch (error) {
      early.end();
      tell(label, error, options.note);
      if (!socket.destroyed) refuseFailed(plainly(request, socket), error);
      return;
    }
    const rest = Buffer.concat([line.head, ...early.end()]);
    if (answer.status !== 101) {
      await pass(answer, request, plainly(request, socket));
      return;
    }
    const failed = await carry(answer, { ...line, head: rest }, inbox, (flow) => {
      open = flow;
    });
    if (failed !== undefined) tell(label, failed, options.note);
  }

  server.on("upgrade", (request, socket: Duplex, head) => {
    if (!(socket instanceof Socket)) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // What breaks off is heard of by `close`.
    socket.on("error", () => undefined);
    if (!wantsSocket(request)) {
      // Before Node 24.9 it cannot be said beforehand which offers are taken.
      server.emit("request", request, plainly(request, socket));
      return;
    }
    answer(request, socket, head).catch((error: unknown) => {
      options.note(`a web socket failed: ${error instanceof Error ? error.stack : error}`);
      socket.destroy();
    });
  });
  return {
    hangUp: () => leaving.abort(),
    destroy() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

interface Refusal {
  readonly status: number;
  readonly name: string;
  readonly message: string;
}

const UNKNOWN: Refusal = {
  status: 404,
  name: "UnknownFunction",
  message: "there is no such function here; see / for those there are",
};

function refusalOf(
  request: IncomingMessage,
  found: SiteFunction | undefined,
  site: Site,
  { host }: UpgradeOptions,
): Refusal | undefined {
  if (isLoopback(host) && (isForeign(request, false) || isForeignPage(request))) {
    const message = "this server answers to this computer only; start it with --host to open it";
    return { status: 403, name: "ForeignOrigin", message };
  }
  if (site.closing) {
    return {
      status: 503,
      name: "Closing",
      message: "the app is being stopped and takes no more inputs",
    };
  }
  if (!found) return UNKNOWN;
  const { web, label } = found;
  if (web?.kind !== "asgi" && web?.kind !== "server") {
    const message = `${label} takes requests, and no web sockets; those are taken by Modal's asgi_app and web_server functions`;
    return { status: 501, name: "NoWebSockets", message };
  }
  if (!isHandshake(request)) {
    return {
      status: 400,
      name: "BadHandshake",
      message: "this is no handshake of a web socket (GET, version 13, a key of 16 bytes)",
    };
  }
  return undefined;
}

function isHandshake({ method, headers }: IncomingMessage): boolean {
  const key = headers["sec-websocket-key"] ?? "";
  return method === "GET" && headers["sec-websocket-version"] === "13" && /^[+/0-9A-Za-z]{22}==$/.test(key);
}

/** Answers as if nothing but a request had been asked for; the connection ends with it. */
function plainly(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once("finish", () => {
    response.detachSocket(socket);
    socket.end();
  });
  return response;
}

/** Sees a client leave that is not answered yet, and keeps what it may have sent already. */
function whileWaiting(socket: Socket, left: () => void): { end(): readonly Buffer[] } {
  const parts: Buffer[] = [];
  const take = (part: Buffer) => void parts.push(part);
  socket.on("data", take).once("end", left).once("close", left);
  return {
    end() {
      socket.pause().off("data", take).off("end", left).off("close", left);
      return parts;
    },
  };
}
