// The events of one step, kept to be folded and passed on.
import type { Emit } from "../container/spec.ts";
import { now } from "../trace/clock.ts";
import type { EventBody, RuntimeEvent } from "../trace/events.ts";

export interface Trail {
  readonly emit: Emit;
  /** What has been passed on; times are absolute. */
  readonly events: readonly RuntimeEvent[];
  /** Inputs that have been queued and not ended, with their functions. */
  open(): ReadonlyMap<string, string | undefined>;
  lastContainer(): string | undefined;
}

export function createTrail(pass: Emit): Trail {
  const events: RuntimeEvent[] = [];
  const emit = (event: EventBody, at = now()): void => {
    events.push({ v: 1, t: at, ...event });
    pass(event, at);
  };
  return {
    emit,
    events,
    open() {
      const open = new Map<string, string | undefined>();
      for (const { type, input, function: name } of events) {
        if (input === undefined) continue;
        if (type === "input.queued") open.set(input, name);
        if (type === "input.finished" || type === "input.failed") open.delete(input);
      }
      return open;
    },
    lastContainer: () => events.findLast(({ container }) => container !== undefined)?.container,
  };
}
