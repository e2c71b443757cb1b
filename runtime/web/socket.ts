// Speaks with the client of a web socket for an application whose messages come and go as the parts of two bodies.
import type { IncomingMessage } from "node:http";
import type { RawData, WebSocket } from "ws";
import type { Inbox } from "./inbox.ts";
import { publicMessage } from "./replies.ts";
import type { SiteResponse } from "./site.ts";
import type { Line } from "./upgrade.ts";

/** What a part is, by its first byte. */
const TEXT = 0x74;
const BYTES = 0x62;
const CLOSE = 0x63;

/** Milliseconds in which an application may end by itself once its client has left. */
const GRACE = 5000;

const GOING_AWAY = 1001;
const INTERNAL_ERROR = 1011;
/** Bytes that the reason of an end may have. */
const LONGEST_REASON = 123;

/** @returns what broke it off, where that was not the client */
export async function talk(
  answer: SiteResponse,
  line: Line,
  inbox: Inbox,
  onFlow: (flow: (open: boolean) => void) => void,
): Promise<unknown> {
  const { ending, leaving } = line;
  const socket = await accept(answer, line);
  onFlow((open) => (open ? socket.resume() : socket.pause()));
  let grace: NodeJS.Timeout | undefined;
  socket.on("message", (data, isBinary) => inbox.push(joined(isBinary ? BYTES : TEXT, data)));
  // Whatever is wrong with a message ends the socket, with the code that says so.
  socket.on("error", () => undefined);
  socket.once("close", (code, reason) => {
    inbox.push(Buffer.concat([Buffer.from([CLOSE, code >> 8, code & 0xff]), reason]));
    inbox.end();
    grace = setTimeout(() => ending.abort(), GRACE);
  });
  line.socket.resume();
  const hangUp = () => socket.close(GOING_AWAY, "the app is being stopped");
  if (leaving.aborted) hangUp();
  leaving.addEventListener("abort", hangUp, { once: true });
  try {
    for await (const part of answer.body as AsyncIterable<Uint8Array>) await say(socket, part);
    socket.close(1000);
    return undefined;
  } catch (error) {
    const isLeft = socket.readyState !== socket.OPEN;
    socket.close(INTERNAL_ERROR, publicMessage(error));
    return isLeft ? undefined : error;
  } finally {
    clearTimeout(grace);
    // It may close later than its application ends.
    socket.once("close", () => clearTimeout(grace));
    leaving.removeEventListener("abort", hangUp);
  }
}

/** The library is loaded when the first socket is there. */
async function accept({ headers }: SiteResponse, line: Line): Promise<WebSocket> {
  const { WebSocketServer } = await import("ws");
  const chosen = headers.find(([name]) => name.toLowerCase() === "sec-websocket-protocol")?.[1];
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: line.maxMessage,
    handleProtocols: () => chosen ?? false,
  });
  server.on("headers", (said: string[], _request: IncomingMessage) => {
    for (const [name, value] of headers) if (!OURS.has(name.toLowerCase())) said.push(`${name}: ${value}`);
  });
  return new Promise((resolve, reject) => {
    server.on("wsClientError", (error, socket) => {
      socket.destroy();
      line.ending.abort();
      reject(error);
    });
    server.handleUpgrade(line.request, line.socket, line.head, resolve);
  });
}

/** Headers of the handshake, which is the library's. */
const OURS = new Set([
  "connection",
  "upgrade",
  "sec-websocket-accept",
  "sec-websocket-extensions",
  "sec-websocket-protocol",
]);

/** Resolves when one more may follow: what is sent is on its way. */
function say(socket: WebSocket, part: Uint8Array): Promise<void> | undefined {
  if (socket.readyState !== socket.OPEN) return undefined;
  const [kind] = part;
  const data = Buffer.from(part.buffer, part.byteOffset + 1, part.byteLength - 1);
  if (kind === CLOSE) {
    close(socket, data);
    return undefined;
  }
  return new Promise((resolve) => {
    socket.send(data, { binary: kind === BYTES }, () => resolve());
  });
}

function close(socket: WebSocket, data: Buffer): void {
  const code = data.readUInt16BE(0);
  const reason = data.subarray(2, 2 + LONGEST_REASON).toString();
  try {
    socket.close(code, reason);
  } catch {
    socket.close(INTERNAL_ERROR, `the app ended it with code ${code}, which there is not`);
  }
}

function joined(kind: number, data: RawData): Buffer {
  const parts = Array.isArray(data) ? data : [data instanceof ArrayBuffer ? Buffer.from(data) : data];
  return Buffer.concat([Buffer.from([kind]), ...parts]);
}
