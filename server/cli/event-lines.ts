// The lines of an events file: in the order in which events became known, at times that never go back.
import type { RuntimeEvent } from "../../runtime/trace/events.ts";

/**
 * A container tells of its own steps after they have happened, and other events may have been written meanwhile: such
 * an event gets the time of the line before it, and `at` says when it happened.
 */
export function eventLines(): (event: RuntimeEvent) => string {
  let last = Number.NEGATIVE_INFINITY;
  return (event) => {
    const late = event.t < last;
    const t = late ? last : event.t;
    last = t;
    return `${JSON.stringify(late ? { ...event, t, at: event.t } : event)}\n`;
  };
}
