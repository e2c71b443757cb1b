// What a pool tells of troubles that are no single input's: in words that say what, why and what to do.
import { RuntimeError } from "../errors.ts";

/** The minimum cannot be kept. */
export function notWarm({ run: { message, output } }: RuntimeError): string {
  const tail = output === undefined ? "" : `; its output ends with: ${output.trimEnd()}`;
  return `cannot be kept warm: ${message}${tail}. No more containers are booted before it has an input or its settings change`;
}

/** Milliseconds without any change after which containers that wait for each other are told of. */
export const STUCK_AFTER = 5000;

/** All containers that there may be wait for calls of their own. */
export function stuck(containers: number, inputs: number): string {
  return `may wait for ever: ${inputs} of its inputs wait for a container, and all ${containers} that maxContainers allows wait for calls of their own; allow more, or don't wait for calls that lead back to it`;
}

/** The same where nothing was said of how many there may be: it calls itself again and again. */
export function tooDeep(containers: number): RuntimeError {
  const message = `${containers} containers wait for calls of their own, and no more are started; look for calls that lead back to this function without an end, or set maxContainers`;
  return new RuntimeError({ kind: "usage", name: "TooManyContainersError", message });
}
