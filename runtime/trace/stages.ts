// Folds the events of a container and its first input into the stages of a cold start.
import type { RuntimeEvent, Stages } from "./events.ts";

export interface ColdStart {
  /** All stages where the input ended well; else those that were reached, the last until the failure. */
  readonly stages: Partial<Stages>;
  /** Queued → ended, the sum of the stages; undefined while the input has not ended. */
  readonly wall?: number;
}

/** Stage boundaries in their order; each stage lasts from its mark to the next. */
const ORDER = ["queued", "spawned", "booted", "loaded", "ready", "started", "ended"] as const;
type Mark = (typeof ORDER)[number];

const STAGE_AFTER: Readonly<Record<Exclude<Mark, "ended">, keyof Stages>> = {
  queued: "queue",
  spawned: "boot",
  booted: "global",
  loaded: "enter",
  // A ready container may have waited for its input, as the input did for the container.
  ready: "queue",
  started: "body",
};

interface Ids {
  readonly container: string;
  readonly input: string;
  /** When the module began, for a container that did not live to say that it was loaded; on the events' clock. */
  readonly booted?: number | undefined;
}

/**
 * The cold start of `container` with `input`. What the container did before the input was queued counts for nothing: an
 * input that finds a warm container has queue and body alone.
 */
export function coldStart(events: Iterable<RuntimeEvent>, ids: Ids): ColdStart {
  const marks = marksOf(events, ids);
  if (marks.queued === undefined) return { stages: {} };
  const stages: Partial<Record<keyof Stages, number>> = {};
  let from: number = marks.queued;
  let stage: keyof Stages = "queue";
  let end: number | undefined;
  for (const mark of ORDER.slice(1)) {
    const t = marks[mark];
    if (t === undefined) continue;
    // Events of two processes: none may begin before the one that led to it.
    const to = Math.max(from, t);
    stages[stage] = (stages[stage] ?? 0) + (to - from);
    from = to;
    if (mark === "ended") end = to;
    else stage = STAGE_AFTER[mark];
  }
  const inMilliseconds = Object.fromEntries(Object.entries(stages).map(([name, us]) => [name, us / 1000]));
  return { stages: inMilliseconds, ...(end === undefined ? {} : { wall: (end - marks.queued) / 1000 }) };
}

/** Time of each mark in whole microseconds, so that differences add up without rounding. */
function marksOf(events: Iterable<RuntimeEvent>, ids: Ids): Partial<Record<Mark, number>> {
  const marks: Partial<Record<Mark, number>> = {};
  if (ids.booted !== undefined) marks.booted = Math.round(ids.booted * 1000);
  for (const event of events) {
    const t = Math.round(event.t * 1000);
    if (event.input === ids.input) {
      if (event.type === "input.queued") marks.queued = t;
      if (event.type === "input.started" && event.container === ids.container) marks.started = t;
      if (event.type === "input.finished" || event.type === "input.failed") marks.ended = t;
    }
    if (event.container !== ids.container) continue;
    if (event.type === "container.spawned") marks.spawned = t;
    if (event.type === "container.ready") marks.ready = t;
    if (event.type === "container.loaded") {
      marks.booted = Math.round(event.booted * 1000);
      marks.loaded = t;
    }
  }
  return marks;
}
