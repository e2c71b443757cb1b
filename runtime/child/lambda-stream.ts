// AWS Lambda's streaming of responses: `awslambda.streamifyResponse`, which code on that platform finds as a global.
import type { PassThrough } from "node:stream";
import type { Input } from "./inputs.ts";
import { type Headers, sayEnd, sayHead, sayParts } from "./web.ts";

type Handler = (...args: readonly unknown[]) => unknown;

interface Prelude {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly cookies?: readonly string[];
}

interface ResponseStream extends PassThrough {
  setContentType(type: string): void;
  prelude?: Prelude;
}

/** What a streaming handler's call is: the stream that it writes to, and the handler's own end. */
export class Streaming {
  readonly stream: ResponseStream;
  readonly done: Promise<unknown>;

  constructor(stream: ResponseStream, done: Promise<unknown>) {
    this.stream = stream;
    this.done = done;
  }
}

const STREAMING = Symbol("coldstart.streaming");

export function provideAwslambda(): void {
  const awslambda = {
    streamifyResponse(handler: Handler): Handler {
      Object.defineProperty(handler, STREAMING, { value: true });
      return handler;
    },
    HttpResponseStream: {
      from(stream: ResponseStream, prelude: Prelude): ResponseStream {
        stream.prelude = prelude;
        return stream;
      },
    },
  };
  Object.defineProperty(globalThis, "awslambda", { value: awslambda, configurable: true, writable: true });
}

export function isStreaming(handler: Handler): boolean {
  return (handler as { [STREAMING]?: true })[STREAMING] === true;
}

/** @param call Runs the handler with a stream between the event and the context. */
export function beginStreaming(call: (stream: ResponseStream) => unknown): Streaming {
  const { PassThrough } = require("node:stream") as typeof import("node:stream");
  const stream = Object.assign(new PassThrough(), {
    setContentType(type: string) {
      stream.prelude = { ...stream.prelude, headers: { ...stream.prelude?.headers, "content-type": type } };
    },
  }) as ResponseStream;
  // What the handler throws is told by its own promise; a stream that it has destroyed, by whoever reads.
  const done = (async () => call(stream))();
  done.catch((error: unknown) => stream.destroy(error as Error));
  return new Streaming(stream, done);
}

/** Over HTTP: the head once the first part is there, since until then the handler may change it. */
export async function respondStreaming(
  input: Input,
  { stream, done }: Streaming,
  started: number,
): Promise<void> {
  input.signal.addEventListener("abort", () => stream.destroy(input.signal.reason as Error), { once: true });
  let begun = false;
  const begin = () => {
    if (!begun) sayHead(input, stream.prelude?.statusCode ?? 200, headersOf(stream.prelude));
    begun = true;
  };
  await sayParts(input, stream, begin);
  await done;
  begin();
  sayEnd(input, started);
}

/** Elsewhere: all that was written, with the head where the handler gave one. */
export async function collectStreaming({ stream, done }: Streaming): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  await done;
  const body = Buffer.concat(parts).toString();
  return stream.prelude ? { ...stream.prelude, body } : body;
}

function headersOf({ headers = {}, cookies = [] }: Prelude = {}): Headers {
  const list = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  const typed = list.some(([name]) => name.toLowerCase() === "content-type");
  return [
    ...(typed ? list : [["content-type", "application/octet-stream"] as const, ...list]),
    ...cookies.map((cookie) => ["set-cookie", cookie] as const),
  ];
}
