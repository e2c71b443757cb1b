// The input that a container is at work on, for code that wants to know whether anybody still waits.
import { type CurrentInput, host } from "./definition.ts";

let outside: CurrentInput | undefined;

/**
 * The input whose handler asks. Hand its signal on, so that work ends when nobody waits for it any more.
 *
 * @example
 * ```ts
 * export const fetchPage = app.function(async (url: string) => {
 *   const response = await fetch(url, { signal: currentInput().signal });
 *   return response.text();
 * });
 * ```
 * @returns outside of containers, and for code that runs for no input, one with an empty id that is never aborted
 */
export function currentInput(): CurrentInput {
  outside ??= { id: "", signal: new AbortController().signal };
  return host()?.input() ?? outside;
}
