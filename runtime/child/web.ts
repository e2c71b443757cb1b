// Responses to inputs that come over HTTP, of whatever the handler returns.
import { send } from "./channel.ts";
import type { Input } from "./inputs.ts";
import { prepareRequests } from "./request.ts";
import { forEach, isGenerator } from "./results.ts";
import { toJson } from "./values.ts";

export type Headers = readonly (readonly [string, string])[];

// Taken now: user code may replace it.
const { nextTick } = process;
let prepared = false;

/** Loads what takes longer than all else of a start: no input should wait for it. */
export function prepareWeb(): void {
  if (prepared) return;
  prepared = true;
  new Response();
  prepareRequests()("http://localhost/", {}, new AbortController());
}

export function isResponse(value: unknown): value is Response {
  const { status, headers } = (typeof value === "object" && value !== null ? value : {}) as Partial<Response>;
  return typeof status === "number" && typeof headers?.get === "function" && "body" in (value as object);
}

/** A `Response` as it is, streams and generators as they come, bytes as bytes, all else as JSON. A promise where it takes time. */
export function respond(input: Input, value: unknown, started: number): Promise<void> | undefined {
  if (isResponse(value)) return sayResponse(input, value, started);
  if (isStream(value) || isGenerator(value)) return sayParted(input, value, started);
  const isBytes = value instanceof Uint8Array || value instanceof ArrayBuffer;
  const type = isBytes ? "application/octet-stream" : "application/json";
  sayWhole(input, started, 200, [["content-type", type]], isBytes ? toBytes(value) : toJson(value));
  return undefined;
}

async function sayParted(
  input: Input,
  value: ReadableStream | Iterator<unknown> | AsyncIterator<unknown>,
  started: number,
): Promise<void> {
  if (isStream(value)) {
    sayHead(input, 200, [["content-type", "application/octet-stream"]]);
    await sayStream(input, value.getReader());
  } else {
    await sayEach(input, value as AsyncIterableIterator<unknown>);
  }
  sayEnd(input, started);
}

/** Most are made of a text or of bytes, which their stream gives at once: such a response goes whole. */
async function sayResponse(
  input: Input,
  { status, headers, body }: Response,
  started: number,
): Promise<void> {
  const list = [...headers];
  const reader = body?.getReader();
  // One that is about a HEAD request, a redirect or the like has none.
  if (!reader) {
    sayHead(input, status, list);
    return sayEnd(input, started);
  }
  const first = reader.read();
  const part = (await isHere(first)) ? await first : undefined;
  if (part?.done) return sayWhole(input, started, status, list, "");
  const second = part && reader.read();
  if (second && (await isHere(second)) && (await second).done)
    return sayWhole(input, started, status, list, bytesOf(part.value));
  sayHead(input, status, list);
  await sayStream(input, reader, second ? [first, second] : [first]);
  sayEnd(input, started);
}

/** Whether a promise settles without anything from outside: once all is done that can be done now. */
async function isHere(promise: Promise<unknown>): Promise<boolean> {
  let here = false;
  const settled = () => {
    here = true;
  };
  promise.then(settled, settled);
  await new Promise<void>((resolve) => nextTick(resolve));
  return here;
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

/** @param begun What has been read, or is being read, already. */
async function sayStream(
  input: Input,
  reader: ReadableStreamDefaultReader<unknown>,
  begun: ReturnType<typeof reader.read>[] = [],
): Promise<void> {
  // It may wait for ever for a part that nobody wants any more.
  const leave = () => void reader.cancel(input.signal.reason).catch(() => undefined);
  input.signal.addEventListener("abort", leave, { once: true });
  for (;;) {
    const { done, value } = await (begun.shift() ?? reader.read());
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
  const bytes = bytesOf(part);
  if (bytes.byteLength === 0) return;
  await input.room();
  if (!input.ending) send({ type: "chunk", input: input.id }, bytes);
}

function bytesOf(part: unknown): Uint8Array {
  return typeof part === "string" ? Buffer.from(part) : toBytes(part);
}

function toBytes(part: unknown): Uint8Array {
  if (part instanceof Uint8Array) return part;
  if (part instanceof ArrayBuffer) return new Uint8Array(part);
  throw new TypeError(`a response is streamed as strings or bytes, and this part is ${typeof part}`);
}
