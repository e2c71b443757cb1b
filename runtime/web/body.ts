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
  for await (const chunk of request as AsyncIterable<Buffer>) {
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
