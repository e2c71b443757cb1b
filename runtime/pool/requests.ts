// Answers what code in containers asks of the platform: calls of other functions, results, and how pools scale.
import type { AppRequest, FunctionSettings } from "../child/messages.ts";
import type { Payload, RequestAnswer, RequestHandler } from "../container/container.ts";
import type { FunctionName, Pools } from "./pools.ts";
import type { Spawned } from "./spawned.ts";

export interface Callee {
  readonly pools: Pools;
  settings(name: FunctionName, known?: FunctionSettings): FunctionSettings;
}

export function createRequests({ pools, settings }: Callee, spawned: Spawned): RequestHandler {
  return async (request, bytes, { signal, more }): Promise<RequestAnswer> => {
    const args: Payload = { encoding: "clone", bytes };
    switch (request.ask) {
      case "call": {
        const parts = request.stream ? { part: more } : undefined;
        const call = { args, answer: "clone", parts, signal } as const;
        const { bytes: payload } = await pools.call(request, known(request), call);
        return { payload };
      }
      case "spawn": {
        const start = (cancelled: AbortSignal) =>
          pools.call(request, known(request), { args, answer: "clone", signal: cancelled });
        return { value: spawned.add(start) };
      }
      case "result": {
        const { bytes: payload } = await spawned.result(request.id, request.timeout, signal);
        return { payload };
      }
      case "cancel":
        spawned.cancel(request.id);
        return {};
      case "configure":
        pools.configure(request, known(request), request.settings);
        return {};
      case "figures":
        return { value: pools.figures(request) };
    }
  };

  function known(request: Extract<AppRequest, { file: string }>): FunctionSettings {
    return settings(request, request.function);
  }
}
