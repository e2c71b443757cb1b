// Events as a Chrome trace that Perfetto opens: a track a container, stages as slices.
import type { RuntimeEvent } from "../../runtime/trace/events.ts";

/** One entry of the Chrome trace event format; times are microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: "X" | "M" | "i";
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly s?: "t";
  readonly cat?: string;
  readonly args?: Readonly<Record<string, unknown>>;
}

interface Track {
  readonly tid: number;
  readonly spawned: number;
  started?: number;
}

const PID = 1;
const IMAGE = 1;

export function chromeTrace(events: readonly RuntimeEvent[]): {
  readonly traceEvents: readonly TraceEvent[];
} {
  const result: TraceEvent[] = [name("process_name", 0, "coldstart"), name("thread_name", IMAGE, "image")];
  const tracks = new Map<string, Track>();
  const queued = new Map<string, number>();

  const slice = (tid: number, label: string, from: number, to: number, args: TraceEvent["args"] = {}) =>
    result.push({
      name: label,
      ph: "X",
      cat: "coldstart",
      pid: PID,
      tid,
      ts: from * 1000,
      dur: Math.max(0, to - from) * 1000,
      args,
    });
  const mark = (tid: number, label: string, at: number, args: TraceEvent["args"] = {}) =>
    result.push({ name: label, ph: "i", s: "t", cat: "coldstart", pid: PID, tid, ts: at * 1000, args });

  for (const event of events) {
    const { t, container = "", input = "" } = event;
    const track = tracks.get(container);
    const tid = track?.tid ?? IMAGE;
    switch (event.type) {
      case "image.layer.built":
        slice(IMAGE, `build ${event.layer}`, t - event.ms, t, { hash: event.hash });
        break;
      case "image.layer.started":
        break;
      case "image.layer.cached":
        mark(IMAGE, `cached ${event.layer}`, t, { hash: event.hash });
        break;
      case "input.queued":
        queued.set(input, t);
        break;
      case "container.spawned": {
        const added: Track = { tid: IMAGE + 1 + tracks.size, spawned: t };
        tracks.set(container, added);
        result.push(
          name("thread_name", added.tid, `${event.function ?? ""} ${container} (pid ${event.pid})`.trim()),
        );
        break;
      }
      case "container.loaded":
        if (track) slice(tid, "boot", track.spawned, event.booted);
        slice(tid, "global", event.booted, t);
        break;
      case "container.entered":
        slice(tid, `enter ${event.hook}`, event.started, t);
        break;
      case "container.ready":
        mark(tid, "ready", t);
        break;
      case "input.started":
        if (track) track.started = t;
        break;
      case "input.finished":
        slice(tid, "body", track?.started ?? t, t, {
          input,
          waited: (track?.started ?? t) - (queued.get(input) ?? t),
        });
        break;
      case "input.failed":
        slice(tid, `body (${event.reason})`, track?.started ?? t, t, { input, message: event.message });
        break;
      case "container.exited":
        mark(tid, "exited", t, { code: event.code, signal: event.signal });
        break;
      case "span":
        slice(tid, event.name, t, t + event.ms);
        break;
    }
  }
  return { traceEvents: result };
}

const name = (kind: string, tid: number, value: string): TraceEvent => ({
  name: kind,
  ph: "M",
  pid: PID,
  tid,
  ts: 0,
  args: { name: value },
});
