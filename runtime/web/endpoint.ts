// Hands a request to a function and streams its response; errors come out as JSON without anything from within.
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { WireRequest } from "../child/messages.ts";
import { RuntimeError } from "../errors.ts";
import { bodyOf, breakOff, hasBody, leaving, TooLarge } from "./body.ts";
import { answerPreflight, isPreflight, openTo } from "./cors.ts";
import { refuse, refuseFailed } from "./replies.ts";
import type { Site, SiteResponse } from "./site.ts";

interface EndpointOptions {
  readonly maxBody: number;
  readonly note: (text: string) => void;
}

export async function answerEndpoint(
  site: Site,
  options: EndpointOptions,
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
): Promise<void> {
  const found = site.find(name);
  if (!found) {
    return refuse(
      response,
      404,
      "UnknownFunction",
      `there is no function ${name} here; see / for those there are`,
    );
  }
  const { web, label } = found;
  if (!web) {
    const message = `${name} answers no requests; send it inputs by coldstart call, or make it a web endpoint`;
    return refuse(response, 404, "NoEndpoint", message);
  }
  const open = web.kind === "endpoint" && web.cors === true;
  if (open && web.method !== "OPTIONS" && isPreflight(request)) return answerPreflight(request, response);
  if (web.kind === "endpoint" && !allows(web, request)) {
    response.setHeader("allow", web.method);
    return refuse(response, 405, "WrongMethod", `${name} takes ${web.method} requests`);
  }
  const ending = leaving(response);
  let tooLarge: TooLarge | undefined;
  async function* body(): AsyncGenerator<Uint8Array> {
    try {
      yield* bodyOf(request, options.maxBody);
    } catch (error) {
      // A client that goes away ends the input by itself.
      if (error instanceof TooLarge) tooLarge = error;
      ending.abort();
    }
  }
  if (Number(request.headers["content-length"] ?? 0) > options.maxBody) {
    return refuse(response, 413, "BodyTooLarge", new TooLarge(options.maxBody).message);
  }
  try {
    const sent = hasBody(request) ? body() : undefined;
    const answer = await found.fetch(wireOf(request), sent, ending);
    const headers = open ? openTo(request, answer.headers) : answer.headers;
    await pass({ ...answer, headers }, request, response);
  } catch (error) {
    if (response.destroyed) return;
    if (tooLarge) {
      if (!response.headersSent) return refuse(response, 413, tooLarge.name, tooLarge.message);
      options.note(`${label}: ${tooLarge.message}; its response had begun and is broken off`);
    } else {
      tell(label, error, options.note);
    }
    if (response.headersSent) breakOff(request, response);
    else refuseFailed(response, error);
  }
}

export function tell(label: string, error: unknown, note: (text: string) => void): void {
  if (!(error instanceof RuntimeError)) throw error;
  const { kind, name, message, stack } = error.run;
  if (kind !== "cancelled") note(`${label}: ${stack ?? `${name}: ${message}`}`);
}

function allows(
  { method, cors }: { readonly method: string; readonly cors?: true },
  { method: asked = "GET", url = "/" }: IncomingMessage,
): boolean {
  if (asked === method || (asked === "HEAD" && method === "GET")) return true;
  // FastAPI answers for what its endpoints allow, and for what lies below them: their documentation.
  return !cors && (asked === "OPTIONS" || /^\/f\/[^/?#]*\/[^?#]/.test(url));
}

export function wireOf({
  headers,
  method = "GET",
  rawHeaders,
  socket,
  url = "/",
}: IncomingMessage): WireRequest {
  // As it was sent: names and paths may be written with percent signs or without.
  const [, base = "/f/", below = ""] = /^(\/f\/[^/?#]*)(.*)$/.exec(url) ?? [];
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2)
    pairs.push([rawHeaders[i] ?? "", rawHeaders[i + 1] ?? ""]);
  return {
    method,
    url: below.startsWith("/") ? below : `/${below}`,
    headers: pairs,
    base: `http://${headers.host}${base}`,
    client: [socket.remoteAddress ?? "127.0.0.1", socket.remotePort ?? 0],
  };
}

/** Of one connection alone, not of what is sent over it. */
const HOP = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "proxy-connection",
  "trailer",
]);

/** Bytes up to which a body is written together with the head. */
const SMALL = 16_384;

export async function pass(
  answer: SiteResponse,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const isHead = request.method === "HEAD";
  const headers: string[] = [];
  for (const [name, value] of answer.headers) {
    const key = name.toLowerCase();
    if (!HOP.has(key) && !(isHead && key === "content-length")) headers.push(name, value);
  }
  response.writeHead(answer.status, headers);
  const { body } = answer;
  if (body instanceof Uint8Array) {
    if (body.length > SMALL) response.end(body);
    // Text and head are one write to the socket.
    else response.end(Buffer.from(body.buffer, body.byteOffset, body.length).toString("latin1"), "latin1");
    return;
  }
  for await (const chunk of body) {
    if (!response.write(chunk)) await Promise.race([once(response, "drain"), once(response, "close")]);
    if (response.destroyed) return;
  }
  response.end();
}
