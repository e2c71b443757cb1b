// The events of one step, kept to be folded and passed on; held back while it is not clear what they belong to.
import type { Emit } from "../container/spec.ts";
import { now } from "../trace/clock.ts";
import type { EventBody, RuntimeEvent } from "../trace/events.ts";

export interface Trail {
  readonly emit: Emit;
  /** What has been passed on; times are absolute. */
  readonly events: readonly RuntimeEvent[];
  hold(): void;
  /** Passes on what was held back, as far as it is wanted, and all that follows. */
  release(wanted?: (event: EventBody) => boolean): void;
  /** Inputs that have been queued and not ended, with their functions. */
  open(): ReadonlyMap<string, string | undefined>;
  lastContainer(): string | undefined;
}

export function createTrail(pass: Emit): Trail {
  const events: RuntimeEvent[] = [];
  let held: { readonly event: EventBody; readonly at: number }[] | undefined;
  const emit = (event: EventBody, at = now()): void => {
    if (held) {
      held.push({ event, at });
      return;
    }
    events.push({ v: 1, t: at, ...event });
    pass(event, at);
  };
  return {
    emit,
    events,
    hold() {
      held ??= [];
    },
    release(wanted = () => true) {
      const all = held ?? [];
      held = undefined;
      for (const { event, at } of all) if (wanted(event)) emit(event, at);
    },
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
