// The one place that stamps events: from absolute monotonic times to times since the command's start.
import { now } from "./clock.ts";
import type { EventBody, RuntimeEvent } from "./events.ts";

export interface EventLog {
  /** `at` and the times within the event are absolute monotonic milliseconds. */
  emit(event: EventBody, at?: number): void;
}

export function createLog(origin: number, write: (event: RuntimeEvent) => void): EventLog {
  const relative = (t: number) => Math.round((t - origin) * 1000) / 1000;
  return {
    emit(event, at = now()) {
      write({ v: 1, t: relative(at), ...inside(event, relative) });
    },
  };
}

function inside(event: EventBody, relative: (t: number) => number): EventBody {
  if (event.type === "container.loaded") return { ...event, booted: relative(event.booted) };
  if (event.type === "container.entered") return { ...event, started: relative(event.started) };
  return event;
}
