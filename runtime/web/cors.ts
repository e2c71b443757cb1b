// What pages of other sites may do with an endpoint: all that they could with one behind FastAPI's open CORS settings.
import type { IncomingMessage, ServerResponse } from "node:http";

const METHODS = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";
/** Seconds that a browser keeps the answer. */
const MAX_AGE = "600";

/** A browser's question whether a page may send its request. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  const asked = headers.origin !== undefined && headers["access-control-request-method"] !== undefined;
  return method === "OPTIONS" && asked;
}

/** Answers it without an input: every page may. */
export function answerPreflight({ headers }: IncomingMessage, response: ServerResponse): void {
  const wanted = headers["access-control-request-headers"];
  response
    .writeHead(200, {
      "access-control-allow-origin": headers.origin,
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": METHODS,
      "access-control-max-age": MAX_AGE,
      ...(wanted === undefined ? {} : { "access-control-allow-headers": wanted }),
      vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
      "content-type": "text/plain; charset=utf-8",
      "content-length": 2,
    })
    .end("OK");
}

/** What is added to an answer so that the page may read it; an app that says so itself is left alone. */
export function openTo(
  { headers }: IncomingMessage,
  said: readonly (readonly [string, string])[],
): readonly (readonly [string, string])[] {
  const { origin } = headers;
  const isSaid = said.some(([name]) => name.toLowerCase() === "access-control-allow-origin");
  if (origin === undefined || isSaid) return said;
  return [
    ...said,
    ["access-control-allow-origin", origin],
    ["access-control-allow-credentials", "true"],
    ["vary", "Origin"],
  ];
}
