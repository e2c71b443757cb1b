// Answers what code in containers asks of the platform: calls of other functions, results, and how pools scale.
import type { Payload, RequestAnswer, RequestHandler } from "../container/container.ts";
import type { Pools } from "./pools.ts";
import type { Spawned } from "./spawned.ts";

export function createRequests(pools: Pools, spawned: Spawned): RequestHandler {
  return async (request, bytes, { signal, more }): Promise<RequestAnswer> => {
    const args: Payload = { encoding: "clone", bytes };
    switch (request.ask) {
      case "call": {
        const parts = request.stream ? { part: more } : undefined;
        const call = { args, answer: "clone", parts, signal } as const;
        const { bytes: payload } = await pools.call(request, call, request.function);
        return { payload };
      }
      case "spawn": {
        const start = (cancelled: AbortSignal) =>
          pools.call(request, { args, answer: "clone", signal: cancelled }, request.function);
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
        pools.configure(request, request.settings, request.function);
        return {};
      case "figures":
        return { value: pools.figures(request, request.function) };
    }
  };
}
