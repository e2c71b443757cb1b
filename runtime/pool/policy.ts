// What a function's settings mean for its pool and its inputs; users write seconds, the pool reckons in milliseconds.
import type { Concurrency, Retries, Scaling } from "../child/description.ts";
import type { RunError } from "../options.ts";
import type { PoolSettings } from "./autoscaler.ts";

/** Containers of one function at once where it does not say it; far more than a computer runs well. */
const MAX_CONTAINERS = 32;
/** Those that wait for other calls do not count, or functions that call themselves could never end; but there is an end to it. */
const CEILING = 100;

/** @param asking Containers that wait for calls of their own. */
export function poolSettings(
  scaling: Scaling,
  { max: inputs, target = inputs }: Concurrency,
  asking: number,
): PoolSettings {
  const { keepWarm: min, maxContainers, bufferContainers: buffer = 0, containerIdleTimeout } = scaling;
  const max = maxContainers ?? Math.max(min, Math.min(MAX_CONTAINERS + asking, CEILING));
  return { min, max, buffer, idleTimeout: containerIdleTimeout * 1000, target };
}

/** Another attempt may bring what this one did not; whoever gave an input up does not want it any more. */
export function mayRetry(kind: RunError["kind"]): boolean {
  return kind === "error" || kind === "timeout" || kind === "lost" || kind === "environment";
}

/** Milliseconds before the attempt that follows so many retries. */
export function retryDelay({ initialDelay, backoff, maxDelay }: Retries, retries: number): number {
  return Math.min(maxDelay, initialDelay * backoff ** retries) * 1000;
}
