// Requests for handlers: those of the web's standard, whose signal is made when it is first asked for.
//
// What a Request does with a signal that it is given (a controller of its own, a listener, an entry in a registry that
// only a full garbage collection clears) costs more than all else of it, and few handlers look at the signal. What is
// made of such a request, or fetched by it, is told of the input's end all the same.
import { createBody } from "./body.ts";
import type { Input } from "./inputs.ts";
import type { WireRequest } from "./messages.ts";

type Make = (url: string, init: RequestInit, input: Pick<Input, "signal">) => Request;

let made: Make | undefined;

/** Loads what requests are made of, which takes longer than all else of a start: no input should wait for it. */
export function prepareRequests(): Make {
  made ??= prepare();
  return made;
}

/** The input's request as the web's standard has it. */
export function requestOf(input: Input, payload: Buffer): Request {
  const { method, url, headers, base } = wireOf(input);
  const { whole } = input.call;
  const may = method !== "GET" && method !== "HEAD";
  const has = may && (!whole || payload.length > 0);
  if (!whole) input.body = createBody(input.id);
  const init: object = {
    method,
    headers,
    ...(has ? { body: input.body?.stream() ?? payload, duplex: "half" } : undefined),
  };
  return prepareRequests()((base.endsWith("/") ? base.slice(0, -1) : base) + url, init, input);
}

export function wireOf({ call }: Input): WireRequest {
  if (call.request) return call.request;
  throw new Error("an input over HTTP has no request");
}

function prepare(): Make {
  const { fetch: nativeFetch, Request: NativeRequest } = globalThis;

  class InputRequest extends NativeRequest {
    readonly #input: Pick<Input, "signal">;

    constructor(url: string, init: RequestInit, input: Pick<Input, "signal">) {
      super(url, init);
      this.#input = input;
    }

    static {
      Object.defineProperties(InputRequest.prototype, {
        signal: {
          get(this: InputRequest) {
            return this.#input.signal;
          },
          enumerable: true,
          configurable: true,
        },
        clone: {
          value(this: InputRequest) {
            return new NativeRequest(NativeRequest.prototype.clone.call(this), { signal: this.signal });
          },
          writable: true,
          configurable: true,
        },
      });
    }

    /** What has to be said beside a request where another one is made of it. */
    static linked(source: unknown, init: RequestInit | undefined): RequestInit | undefined {
      const isInput = typeof source === "object" && source !== null && #input in source;
      if (!isInput || init?.signal !== undefined) return init;
      return Object.assign(Object.create(init ?? null), { signal: source.signal }) as RequestInit;
    }
  }

  const constructed = new Proxy(NativeRequest, {
    construct(target, args: ConstructorParameters<typeof Request>, newTarget) {
      const [source, given] = args;
      const init = InputRequest.linked(source, given);
      return Reflect.construct(target, init === given ? args : [source, init], newTarget);
    },
  });
  for (const { prototype } of [NativeRequest, InputRequest])
    Object.defineProperty(prototype, "constructor", {
      value: constructed,
      writable: true,
      configurable: true,
    });
  globalThis.Request = constructed;
  globalThis.fetch = function fetch(source, init) {
    return nativeFetch(source, InputRequest.linked(source, init));
  };
  return (url, init, input) => new InputRequest(url, init, input);
}
