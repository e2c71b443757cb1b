// Carries the bytes of a web socket between its client and a server that speaks with it in a container.
import type { Inbox } from "./inbox.ts";
import type { SiteResponse } from "./site.ts";
import type { Line } from "./upgrade.ts";

/** @returns what broke it off, where that was not the client */
export async function tunnel(
  { headers, body }: SiteResponse,
  { socket, head, ending, leaving }: Line,
  inbox: Inbox,
  onFlow: (flow: (open: boolean) => void) => void,
): Promise<unknown> {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  socket.write(["HTTP/1.1 101 Switching Protocols", ...lines, "", ""].join("\r\n"), "latin1");
  onFlow((open) => void (open ? socket.resume() : socket.pause()));
  if (head.length > 0) inbox.push(head);
  socket.on("data", (part: Buffer) => inbox.push(part));
  socket.once("end", () => inbox.end());
  socket.once("close", () => {
    inbox.end();
    ending.abort();
  });
  socket.resume();
  const hangUp = () => void socket.end();
  if (leaving.aborted) hangUp();
  leaving.addEventListener("abort", hangUp, { once: true });
  try {
    for await (const part of body as AsyncIterable<Uint8Array>) {
      if (socket.destroyed) continue;
      if (!socket.write(part)) await drained(socket);
    }
    socket.end();
    return undefined;
  } catch (error) {
    const isLeft = socket.destroyed;
    socket.destroy();
    return isLeft ? undefined : error;
  } finally {
    leaving.removeEventListener("abort", hangUp);
  }
}

function drained(socket: Line["socket"]): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off("drain", done).off("close", done);
      resolve();
    };
    socket.on("drain", done).on("close", done);
  });
}
