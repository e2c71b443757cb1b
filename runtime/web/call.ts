// Takes one input as JSON, as `coldstart call` sends it, and answers as `coldstart run` does.

import type { IncomingMessage, ServerResponse } from "node:http";
import { toRunError } from "../errors.ts";
import { parseExactly } from "../exact.ts";
import { bodyOf, leaving, TooLarge } from "./body.ts";
import { refuse, sendJson, statusOf } from "./replies.ts";
import type { Site } from "./site.ts";

export async function answerCall(
  site: Site,
  options: { readonly maxBody: number },
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
): Promise<void> {
  // A page of another site can send a form without being asked, but no JSON.
  const isJson = /^application\/json\b/i.test(request.headers["content-type"] ?? "");
  if (request.method !== "POST" || !isJson) {
    return refuse(
      response,
      405,
      "BadCall",
      "send a POST with content-type application/json: an array of arguments",
    );
  }
  const found = site.find(name);
  if (!found) return sendJson(response, 404, failed(unknown(site, name)));
  let args: unknown;
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of bodyOf(request, options.maxBody)) chunks.push(chunk);
    args = parseExactly(Buffer.concat(chunks).toString() || "[]");
  } catch (error) {
    if (error instanceof TooLarge)
      return sendJson(response, 413, failed(usage("BodyTooLarge", error.message)));
    return sendJson(
      response,
      400,
      failed(usage("BadInput", `the input is no JSON: ${(error as Error).message}`)),
    );
  }
  if (!Array.isArray(args)) {
    return sendJson(response, 400, failed(usage("BadInput", "the input is no JSON array of arguments")));
  }
  try {
    sendJson(response, 200, { version: 1, ...(await found.call(args, leaving(response).signal)) });
  } catch (error) {
    if (!response.destroyed) sendJson(response, statusOf(error), failed(toRunError(error)));
  }
}

const failed = (error: object) => ({ version: 1, error });
const usage = (name: string, message: string) => ({ kind: "usage", name, message });

function unknown(site: Site, name: string): object {
  const names = site.names().join(", ");
  return usage("UnknownFunction", `there is no function ${name}; the app has ${names || "none"}`);
}
