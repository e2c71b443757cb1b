// Events as a Chrome trace that Perfetto opens: waiting inputs in a queue, a track a container, stages as slices.
import type { RuntimeEvent } from "../../runtime/trace/events.ts";

/** One entry of the Chrome trace event format; times are microseconds. */
export interface TraceEvent {
  readonly name: string;
  /** A slice, a name, a mark, or the begin and the end of something that overlaps others. */
  readonly ph: "X" | "M" | "i" | "b" | "e";
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly s?: "t";
  readonly cat?: string;
  /** Groups begin and end within the process. */
  readonly id2?: { readonly local: string };
  readonly args?: Readonly<Record<string, unknown>>;
}

interface Track {
  readonly title: string;
  readonly spawned: number;
  /** A row for each input that it has at once; what it does alone stands in the first. */
  readonly lanes: { readonly tid: number; input?: string }[];
}

interface Queued {
  readonly at: number;
  started?: { readonly at: number; readonly container: string };
}

const PID = 1;
const IMAGE = 1;

/** Turns events into a trace as they come; what it needs to remember is what is going on. */
export function createTrace(): {
  readonly begin: readonly TraceEvent[];
  add(event: RuntimeEvent): readonly TraceEvent[];
} {
  const tracks = new Map<string, Track>();
  const inputs = new Map<string, Queued>();
  let last = IMAGE;

  function laneOf(track: Track, input: string, made: TraceEvent[]): number {
    const free = track.lanes.find((lane) => lane.input === undefined);
    if (free) {
      free.input = input;
      return free.tid;
    }
    const lane = { tid: ++last, input };
    track.lanes.push(lane);
    made.push(name("thread_name", lane.tid, `${track.title}, input ${track.lanes.length}`));
    return lane.tid;
  }

  /** The input leaves its container, or the queue. */
  function end(event: RuntimeEvent, label: string, args: TraceEvent["args"]): readonly TraceEvent[] {
    const { t, input = "" } = event;
    const known = inputs.get(input);
    if (!known) return [];
    inputs.delete(input);
    const { started } = known;
    if (!started) return waited(event, known.at, t);
    const lane = tracks.get(started.container)?.lanes.find((each) => each.input === input);
    if (lane) delete lane.input;
    return [
      slice(lane?.tid ?? IMAGE, label, started.at, t, { input, waited: started.at - known.at, ...args }),
    ];
  }

  return {
    begin: [name("process_name", 0, "coldstart"), name("thread_name", IMAGE, "image")],
    add(event) {
      const { t, container = "", input = "" } = event;
      const track = tracks.get(container);
      const tid = track?.lanes[0]?.tid ?? IMAGE;
      switch (event.type) {
        case "image.layer.started":
          return [];
        case "image.layer.built":
          return [slice(IMAGE, `build ${event.layer}`, t - event.ms, t, { hash: event.hash })];
        case "image.layer.cached":
          return [mark(IMAGE, `cached ${event.layer}`, t, { hash: event.hash })];
        case "input.queued":
          inputs.set(input, { at: t });
          return [];
        case "container.spawned": {
          const title = `${event.class ?? event.function ?? ""} ${container} (pid ${event.pid})`.trim();
          tracks.set(container, { title, spawned: t, lanes: [{ tid: ++last }] });
          return [name("thread_name", last, title)];
        }
        case "container.loaded":
          return [
            ...(track ? [slice(tid, "boot", track.spawned, event.booted)] : []),
            slice(tid, "global", event.booted, t),
          ];
        case "container.entered":
          return [slice(tid, `enter ${event.hook}`, event.started, t)];
        case "container.ready":
          return [mark(tid, "ready", t)];
        case "input.started": {
          const known = inputs.get(input);
          if (!known || !track) return [];
          const made: TraceEvent[] = [];
          // Of an attempt that failed nothing is said before the next one begins.
          const before = known.started && tracks.get(known.started.container);
          for (const lane of before?.lanes ?? []) if (lane.input === input) delete lane.input;
          laneOf(track, input, made);
          if (!known.started) made.push(...waited(event, known.at, t));
          known.started = { at: t, container };
          return made;
        }
        case "input.finished":
          return end(event, bodyOf(event), {});
        case "input.failed":
          return end(event, `${bodyOf(event)} (${event.reason})`, { message: event.message });
        case "container.exited":
          tracks.delete(container);
          return [mark(tid, "exited", t, { code: event.code, signal: event.signal })];
        case "span":
          return [slice(tid, event.name, t, t + event.ms)];
      }
    },
  };
}

function slice(
  tid: number,
  label: string,
  from: number,
  to: number,
  args: TraceEvent["args"] = {},
): TraceEvent {
  const dur = Math.max(0, to - from) * 1000;
  return { name: label, ph: "X", cat: "coldstart", pid: PID, tid, ts: from * 1000, dur, args };
}

function mark(tid: number, label: string, at: number, args: TraceEvent["args"] = {}): TraceEvent {
  return { name: label, ph: "i", s: "t", cat: "coldstart", pid: PID, tid, ts: at * 1000, args };
}

/** Inputs wait side by side, so that these are no slices of one track. */
function waited(
  { function: of = "", input = "" }: RuntimeEvent,
  from: number,
  to: number,
): readonly TraceEvent[] {
  const about = {
    name: `queue ${of}`.trim(),
    cat: "queue",
    id2: { local: input },
    pid: PID,
    tid: 0,
  } as const;
  return [
    { ...about, ph: "b", ts: from * 1000, args: { input } },
    { ...about, ph: "e", ts: to * 1000 },
  ];
}

const name = (kind: string, tid: number, value: string): TraceEvent => ({
  name: kind,
  ph: "M",
  pid: PID,
  tid,
  ts: 0,
  args: { name: value },
});

/** Containers of a class take inputs of all its methods. */
function bodyOf(event: RuntimeEvent): string {
  return event.class === undefined ? "body" : `body ${event.function?.slice(event.class.length + 1)}`;
}
