// A plain handler behind a function URL: the event of a request, and the response that its answer stands for (payload format 2.0).
import { createBody } from "./body.ts";
import type { Input } from "./inputs.ts";
import { respondStreaming, Streaming } from "./lambda-stream.ts";
import { wireOf } from "./request.ts";
import { toJson } from "./values.ts";
import { type Headers, isResponse, respond, sayWhole } from "./web.ts";

export async function eventOf(input: Input, payload: Buffer): Promise<object> {
  const { method, url, headers: list, client } = wireOf(input);
  if (!input.call.whole) input.body = createBody(input.id);
  const body = input.body ? await input.body.whole() : payload;
  const [path = "/", query = ""] = splitOnce(url, "?");
  const headers: Record<string, string> = {};
  const cookies: string[] = [];
  for (const [name, value] of list) {
    const key = name.toLowerCase();
    if (key === "cookie") cookies.push(...value.split(/;\s*/));
    else headers[key] = key in headers ? `${headers[key]},${value}` : value;
  }
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query))
    parameters[name] = name in parameters ? `${parameters[name]},${value}` : value;
  const text = isText(headers["content-type"]);
  const at = new Date();
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: decodePath(path),
    rawQueryString: query,
    ...(cookies.length > 0 ? { cookies } : {}),
    headers,
    ...(query === "" ? {} : { queryStringParameters: parameters }),
    requestContext: {
      accountId: "anonymous",
      apiId: "local",
      domainName: headers.host ?? "localhost",
      domainPrefix: "local",
      http: {
        method,
        path: decodePath(path),
        protocol: "HTTP/1.1",
        sourceIp: client[0],
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: input.id,
      routeKey: "$default",
      stage: "$default",
      time: commonLogTime(at),
      timeEpoch: at.getTime(),
    },
    ...(body.length > 0 ? { body: body.toString(text ? "utf8" : "base64") } : {}),
    isBase64Encoded: body.length > 0 && !text,
  };
}

interface LambdaResponse {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly unknown[]>>;
  readonly cookies?: readonly string[];
  readonly body?: unknown;
  readonly isBase64Encoded?: boolean;
}

export async function respondAsLambda(input: Input, value: unknown, started: number): Promise<void> {
  if (value instanceof Streaming) return await respondStreaming(input, value, started);
  if (isResponse(value)) return await respond(input, value, started);
  if (!isLambdaResponse(value)) {
    // Without a status all that was returned is the body, a string as it is.
    const body = typeof value === "string" ? value : toJson(value);
    return sayWhole(input, started, 200, [["content-type", "application/json"]], body);
  }
  const { statusCode, headers = {}, multiValueHeaders = {}, cookies = [], body, isBase64Encoded } = value;
  const many = Object.entries(multiValueHeaders).flatMap(([name, values]) =>
    values.map((each) => [name, String(each)] as const),
  );
  const list: (readonly [string, string])[] = [
    ...Object.entries(headers)
      .filter(([name]) => !Object.hasOwn(multiValueHeaders, name))
      .map(([name, each]) => [name, String(each)] as const),
    ...many,
    ...cookies.map((each) => ["set-cookie", each] as const),
  ];
  const typed = list.some(([name]) => name.toLowerCase() === "content-type");
  const whole: Headers = typed ? list : [["content-type", "application/json"], ...list];
  const text = body === undefined || body === null ? "" : typeof body === "string" ? body : toJson(body);
  const bytes = isBase64Encoded === true ? Buffer.from(text, "base64") : text;
  sayWhole(input, started, Number(statusCode), whole, bytes);
}

function isLambdaResponse(value: unknown): value is LambdaResponse {
  return (
    typeof value === "object" &&
    value !== null &&
    Number.isInteger(Number((value as { statusCode?: unknown }).statusCode ?? Number.NaN))
  );
}

function isText(type = "application/json"): boolean {
  return /^text\/|^application\/(json|javascript|xml|x-www-form-urlencoded)|\+(json|xml)/.test(type);
}

function splitOnce(text: string, mark: string): string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** `12/Mar/2020:19:03:58 +0000`. */
function commonLogTime(at: Date): string {
  const [, day = "", month = "", year = "", time = ""] = at.toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}
