// Why loads that start together were not faster: what the spans of two profile runs show.
import type { TimedWork } from "./spans.ts";

type Timed = Pick<TimedWork, "label" | "start" | "ms" | "cpu" | "queued" | "loop">;

/** Below this share of the time of before, loads that start together have overlapped. */
const OVERLAPPED = 0.8;

/**
 * @param before Spans of the original, one after another; `after`: of the copy that starts them together, or that
 * fetches their files together beforehand.
 * @returns A sentence or two for the user, with the cause's own name where something keeps the loads from overlapping at
 * all; undefined where the spans show no cause.
 */
export function causeOf(before: readonly Timed[], after: readonly Timed[], wall: number): string | undefined {
  const alone = pair(before, after);
  const loads = [...alone.keys()].sort((a, b) => a.start - b.start);
  const singles = loads.flatMap((span) => alone.get(span) ?? []);
  if (loads.length < 2) return undefined;
  const serial = total(singles, ({ ms }) => ms);
  if (serial / wall < 0.1) {
    return `The loads take ${round(serial)} of ${round(wall)} ms, so starting them together can't save much.`;
  }
  const ahead = after.filter((span) => !alone.has(span));
  if (ahead.length > 1 && areSerial(loads)) return causeAhead(singles, loads, ahead, wall);
  const together = windowOf(loads);
  const inLoop = loads.every(({ loop }) => loop);
  const starts = loads.map(({ start }) => start);
  if (inLoop && Math.max(...starts) - Math.min(...starts) >= together * 0.4) {
    return "The loads block the event loop: each one starts only when the one before it has finished. They overlap once they await what they wait for, or run in threads. (blocking-concurrent-load)";
  }
  const inThreads = !inLoop && loads.every(({ cpu }) => cpu !== undefined);
  const held = inThreads ? heldBack(singles, loads, together) : undefined;
  if (held) return held;
  if (together < serial * OVERLAPPED) {
    return `The loads do overlap, and take ${round(together)} instead of ${round(serial)} ms; the rest of a start varies by more than that here. More pairs may show it.`;
  }
  if (inLoop) return causeInLoop(loads, together);
  if (inThreads) return causeInThreads(singles, loads, together);
  return sharing("disk, network or CPU");
}

/** Everything on an event loop takes turns: while one load computes, none of the others goes on. */
function causeInLoop(loads: readonly Timed[], together: number): string {
  const busy = Math.max(...loads.map(cpuOf));
  if (busy >= together * 0.6) {
    return `The loads block the event loop: it was busy for ${round(busy)} of ${round(together)} ms, with one of them at a time. Computing overlaps in worker threads or processes only. (blocking-concurrent-load)`;
  }
  return sharing("disk or network");
}

/**
 * Threads that compute in Python take turns: no more than one of them could go on at any time, so that what they
 * computed, or waited for a processor, adds up to the time that all took together. Where it adds up to more, it is not
 * the lock that held them.
 */
function heldBack(singles: readonly Timed[], loads: readonly Timed[], together: number): string | undefined {
  if (!compute(singles)) return undefined;
  const [alone, delayed] = [total(singles, ({ ms }) => ms), total(singles, queuedOf)];
  if (delayed >= alone * 0.3) {
    return `Other programs kept the processors busy: one after another the loads waited ${round(delayed)} of ${round(alone)} ms for a free one. Try again when less is running.`;
  }
  const busy = total(loads, cpuOf);
  if (busy + total(loads, queuedOf) > together * 1.25) return undefined;
  return `The loads hold the interpreter lock (GIL): together they computed for ${round(busy)} of ${round(together)} ms, one at a time. Threads don't overlap that; processes do, or loaders that let go of the lock. (blocking-concurrent-load)`;
}

function causeInThreads(singles: readonly Timed[], loads: readonly Timed[], together: number): string {
  if (!compute(singles)) {
    return "The loads wait for the same disk, network or lock most of the time, so each takes longer when they run together.";
  }
  const queued = total(loads, queuedOf);
  if (queued >= together / 2) {
    return `The loads compute, and there are too few processors for all of them: together they waited ${round(queued)} ms for a free one.`;
  }
  return sharing("memory, disk or CPU");
}

/** Whether they compute most of the time by themselves, or would if there was a processor. */
function compute(singles: readonly Timed[]): boolean {
  return total(singles, cpuOf) + total(singles, queuedOf) >= total(singles, ({ ms }) => ms) / 2;
}

/** Files that are fetched ahead save what the loads waited for them, but for the time of the fetching itself. */
function causeAhead(
  singles: readonly Timed[],
  loads: readonly Timed[],
  ahead: readonly Timed[],
  wall: number,
): string | undefined {
  const serial = total(singles, ({ ms }) => ms);
  const waited = serial - total(singles, cpuOf);
  if (waited < Math.max(serial * 0.2, wall * 0.05)) {
    return `The loads wait for their files ${round(waited)} of ${round(serial)} ms, so fetching those together can't save much; the rest is building, one after another.`;
  }
  const saved = serial - total(loads, ({ ms }) => ms);
  const fetching = windowOf(ahead);
  if (fetching >= saved * OVERLAPPED) {
    return `Fetched together, the files take ${round(fetching)} ms, hardly less than the ${round(saved)} ms that the loads waited for them one after another: they share one limit (disk, network or hub).`;
  }
  return `Fetched together, the files take ${round(fetching)} instead of ${round(saved)} ms; the rest of a start varies by more than that here. More pairs may show it.`;
}

function sharing(limits: string): string {
  return `The loads run at the same time, but share one limit (${limits}), so each takes longer.`;
}

/** From the first start to the last end. */
function windowOf(spans: readonly Timed[]): number {
  const ends = spans.map(({ start, ms }) => start + ms);
  return Math.max(...ends) - Math.min(...spans.map(({ start }) => start));
}

/** Whether each begins when the one before it has ended, but for a rounding. */
function areSerial(sorted: readonly Timed[]): boolean {
  return sorted.every((span, at) => {
    const last = sorted[at - 1];
    return !last || span.start >= last.start + last.ms - 1;
  });
}

/** The same work in both runs: by its label, else by what is called, in order. Key: after; value: before. */
function pair(before: readonly Timed[], after: readonly Timed[]): ReadonlyMap<Timed, Timed> {
  const callee = ({ label }: Timed) => label.replace(/^await /, "").replace(/\(.*/s, "");
  const rest = new Set(before);
  const pairs = new Map<Timed, Timed>();
  const take = (same: (a: Timed, b: Timed) => boolean) => {
    for (const span of after) {
      const found = pairs.has(span) ? undefined : [...rest].find((other) => same(span, other));
      if (!found) continue;
      rest.delete(found);
      pairs.set(span, found);
    }
  };
  take((a, b) => a.label === b.label);
  take((a, b) => callee(a) === callee(b));
  return pairs;
}

const cpuOf = ({ cpu = 0 }: Timed) => cpu;
const queuedOf = ({ queued = 0 }: Timed) => queued;

const total = (spans: readonly Timed[], of: (span: Timed) => number) =>
  spans.reduce((sum, span) => sum + of(span), 0);

const round = (ms: number) => (ms < 10 ? ms.toFixed(1) : ms.toFixed(0));
