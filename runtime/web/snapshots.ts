// Streams what the page shows, as server-sent events: a whole snapshot whenever something has changed.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Site } from "./site.ts";

/** Milliseconds between two snapshots at least. */
const PACE = 150;

export function sendSnapshots(site: Site, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  let timer: NodeJS.Timeout | undefined;
  const send = () => {
    timer = undefined;
    // A page that is behind gets the next one.
    if (response.writableLength === 0) response.write(`data: ${JSON.stringify(site.snapshot())}\n\n`);
    else later();
  };
  const later = () => {
    timer ??= setTimeout(send, PACE);
  };
  const stop = site.watch(later);
  send();
  request.once("close", () => {
    stop();
    clearTimeout(timer);
  });
}
