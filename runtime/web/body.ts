// Bodies of requests up to a limit, and clients that go away.
import type { IncomingMessage, ServerResponse } from "node:http";

/** The body is larger than what is taken. */
export class TooLarge extends Error {
  override readonly name = "BodyTooLarge";

  constructor(limit: number) {
    super(`the body is larger than ${limit} bytes, which is what this server takes`);
  }
}

/** Whether a body follows the request's head, though it may turn out to be empty. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** The body as it comes. Throws TooLarge, at once where the client says how much it is going to send. */
export async function* bodyOf(request: IncomingMessage, limit: number): AsyncGenerator<Uint8Array> {
  if (Number(request.headers["content-length"] ?? 0) > limit) throw new TooLarge(limit);
  let length = 0;
  // What is not read any more must not take the connection with it, which the answer needs.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw new TooLarge(limit);
    yield chunk;
  }
}

/** Aborted when the client goes away before it has its answer. */
export function leaving(response: ServerResponse): AbortController {
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller;
}

/** Milliseconds that a client may go on sending after the last word. */
const LINGER = 2000;

/**
 * Ends a response that cannot be completed. What was sent arrives, and the end that it lacks says that it is not whole;
 * a connection that is closed while its client sends would take both back.
 */
export function breakOff(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = response;
  if (!socket) return;
  request.resume();
  socket.end();
  const timer = setTimeout(() => socket.destroy(), LINGER);
  socket.once("close", () => clearTimeout(timer));
}
