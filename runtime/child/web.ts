// Inputs that come over HTTP: a web Request for the handler, and a response of whatever it returns.

import { createBody } from "./body.ts";
import { send } from "./channel.ts";
import type { Input } from "./inputs.ts";
import type { WireRequest } from "./messages.ts";
import { forEach, isGenerator } from "./results.ts";
import { toJson } from "./values.ts";

export type Headers = readonly (readonly [string, string])[];

let prepared = false;

/** Loads what requests are made of, which takes longer than all else of a start: no input should wait for it. */
export function prepareWeb(): void {
  if (prepared) return;
  prepared = true;
  new Response();
  new Request("http://localhost/");
}

/** The input's request as the web's standard has it. */
export function requestOf(input: Input, payload: Buffer): Request {
  const { method, url, headers, base } = wireOf(input);
  const { whole } = input.call;
  const may = method !== "GET" && method !== "HEAD";
  const has = may && (!whole || payload.length > 0);
  if (!whole) input.body = createBody(input.id);
  return new Request(base.replace(/\/$/, "") + url, {
    method,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
    signal: input.signal,
    ...(has ? { body: input.body?.stream() ?? payload, duplex: "half" } : {}),
  } as RequestInit);
}

export function wireOf({ call }: Input): WireRequest {
  if (call.request) return call.request;
  throw new Error("an input over HTTP has no request");
}

export function isResponse(value: unknown): value is Response {
  const { status, headers } = (typeof value === "object" && value !== null ? value : {}) as Partial<Response>;
  return typeof status === "number" && typeof headers?.get === "function" && "body" in (value as object);
}

/** A `Response` as it is, streams and generators as they come, bytes as bytes, all else as JSON. */
export async function respond(input: Input, value: unknown, started: number): Promise<void> {
  if (isResponse(value)) {
    sayHead(input, value.status, [...value.headers]);
    // One that is about a HEAD request, a redirect or the like has none.
    if (value.body) await sayStream(input, value.body);
  } else if (isStream(value)) {
    sayHead(input, 200, [["content-type", "application/octet-stream"]]);
    await sayStream(input, value);
  } else if (isGenerator(value)) {
    await sayEach(input, value as AsyncIterableIterator<unknown>);
  } else if (value instanceof Uint8Array || value instanceof ArrayBuffer) {
    return sayWhole(input, started, 200, [["content-type", "application/octet-stream"]], toBytes(value));
  } else {
    return sayWhole(input, started, 200, [["content-type", "application/json"]], toJson(value));
  }
  sayEnd(input, started);
}

/** A response whose body is there already; ends the input. */
export function sayWhole(
  input: Input,
  started: number,
  status: number,
  headers: Headers,
  body: Uint8Array | string,
): void {
  const sized = headers.some(([name]) => name.toLowerCase() === "content-length");
  const all = sized ? headers : [...headers, ["content-length", String(Buffer.byteLength(body))] as const];
  send({ type: "result", input: input.id, started, status, headers: all }, body);
}

export function sayEnd(input: Input, started: number): void {
  send({ type: "result", input: input.id, started });
}

export function sayHead(input: Input, status: number, headers: Headers): void {
  send({ type: "response", input: input.id, status, headers });
}

function isStream(value: unknown): value is ReadableStream {
  return typeof ReadableStream === "function" && value instanceof ReadableStream;
}

async function sayStream(input: Input, stream: ReadableStream<unknown>): Promise<void> {
  const reader = stream.getReader();
  // It may wait for ever for a part that nobody wants any more.
  const leave = () => void reader.cancel(input.signal.reason).catch(() => undefined);
  input.signal.addEventListener("abort", leave, { once: true });
  for (;;) {
    const { done, value } = await reader.read();
    input.signal.throwIfAborted();
    if (done) return;
    await sayPart(input, value);
  }
}

/** @param begin Is called before the first part, and may be called again. */
export async function sayParts(
  input: Input,
  parts: AsyncIterable<unknown>,
  begin: () => void,
): Promise<void> {
  await forEach(input, parts as AsyncIterableIterator<unknown>, async (part) => {
    begin();
    await sayPart(input, part);
  });
}

/** What the first value is says what the response is: text, bytes, or else lines of JSON. */
async function sayEach(input: Input, values: AsyncIterableIterator<unknown>): Promise<void> {
  let type: string | undefined;
  await forEach(input, values, async (value) => {
    if (type === undefined) {
      type = typeOf(value);
      sayHead(input, 200, [["content-type", type]]);
    }
    await sayPart(input, type === JSON_LINES ? `${toJson(value)}\n` : value);
  });
  if (type === undefined) sayHead(input, 200, [["content-type", "text/plain; charset=utf-8"]]);
}

const JSON_LINES = "application/x-ndjson";

function typeOf(value: unknown): string {
  if (typeof value === "string") return "text/plain; charset=utf-8";
  return value instanceof Uint8Array || value instanceof ArrayBuffer
    ? "application/octet-stream"
    : JSON_LINES;
}

async function sayPart(input: Input, part: unknown): Promise<void> {
  const bytes = typeof part === "string" ? Buffer.from(part) : toBytes(part);
  if (bytes.byteLength === 0) return;
  await input.room();
  if (!input.ending) send({ type: "chunk", input: input.id }, bytes);
}

function toBytes(part: unknown): Uint8Array {
  if (part instanceof Uint8Array) return part;
  if (part instanceof ArrayBuffer) return new Uint8Array(part);
  throw new TypeError(`a response is streamed as strings or bytes, and this part is ${typeof part}`);
}
