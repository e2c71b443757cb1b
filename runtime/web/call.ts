// Takes one input as JSON, as `coldstart call` sends it, and answers as `coldstart run` does.

import { isUtf8 } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { bodyOf, leaving, TooLarge } from "./body.ts";
import { jsonHead, refuse, sendJson, statusOf } from "./replies.ts";
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
  let args: Buffer;
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of bodyOf(request, options.maxBody)) chunks.push(chunk);
    args = Buffer.concat(chunks.length === 0 ? [Buffer.from("[]")] : chunks);
    if (!isUtf8(args)) return sendJson(response, 400, failed(usage("BadInput", "the input is no UTF-8")));
    if (!Array.isArray(JSON.parse(args.toString()))) {
      const message = "the input is no JSON array of arguments";
      return sendJson(response, 400, failed(usage("BadInput", message)));
    }
  } catch (error) {
    if (error instanceof TooLarge)
      return sendJson(
        response,
        413,
        failed(usage("BodyTooLarge", `${error.message}; serve the app with a larger --max-body`)),
      );
    return sendJson(
      response,
      400,
      failed(usage("BadInput", `the input is no JSON: ${(error as Error).message}`)),
    );
  }
  const outcome = await found.call(args, leaving(response).signal);
  if (response.destroyed) return;
  const { stages, wall, where } = outcome;
  const way = { stages, wall, ...(where && { where }) };
  if (outcome.ok) return sendResult(response, outcome.result, way);
  sendJson(response, statusOf(outcome.error), { ...failed(outcome.error.run), ...way });
}

/** What may be a hundred megabytes is passed on as it came, neither read nor copied. */
function sendResult(response: ServerResponse, result: Uint8Array, way: object): void {
  const head = Buffer.from('{"version":1,"result":');
  const tail = Buffer.from(`,${JSON.stringify(way).slice(1)}`);
  response.writeHead(200, jsonHead(head.length + result.length + tail.length));
  response.write(head);
  response.write(result);
  response.end(tail);
}

const failed = (error: object) => ({ version: 1, error });
const usage = (name: string, message: string) => ({ kind: "usage", name, message });

function unknown(site: Site, name: string): object {
  const names = site.names().join(", ");
  return usage("UnknownFunction", `there is no function ${name}; the app has ${names || "none"}`);
}
