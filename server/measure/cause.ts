// Why loads that start together were not faster: what the spans of two profile runs show.
import type { TimedWork } from "./spans.ts";

type Timed = Pick<TimedWork, "label" | "start" | "ms" | "cpu">;

/**
 * @param before Spans of the original, one after another; `after`: of the copy that starts them together.
 * @param python Whether the loads are Python's: then threads share one interpreter, and spans know their processor time.
 * @returns One sentence, or undefined where the spans show no cause.
 */
export function causeOf(
  before: readonly Timed[],
  after: readonly Timed[],
  wall: number,
  python = false,
): string | undefined {
  const alone = pair(before, after);
  const loads = [...alone.keys()].sort((a, b) => a.start - b.start);
  const [first] = loads;
  const last = loads.at(-1);
  if (!first || !last || loads.length < 2) return undefined;
  const serial = loads.reduce((sum, span) => sum + (alone.get(span)?.ms ?? 0), 0);
  const together = Math.max(...loads.map((span) => span.start + span.ms)) - first.start;
  const share = serial / wall;
  if (share < 0.1) {
    return `The loads take ${round(serial)} of ${round(wall)} ms, so starting them together can't save much.`;
  }
  if (together < serial * 0.8) return undefined;
  if (python) return causeInPython(loads, together);
  if (last.start - first.start >= together * 0.4) {
    return "The loads block the event loop: each one starts only when the one before it has finished.";
  }
  return "The loads run at the same time, but share one limit (disk, network or CPU), so each takes longer.";
}

/**
 * Threads that compute in Python take turns: then their processor time adds up to the time that they took together. Where
 * it adds up to less, they have waited for something else; where to more, they did run at the same time.
 */
function causeInPython(loads: readonly Timed[], together: number): string {
  const times = loads.flatMap((span) => (span.cpu === undefined ? [] : [span.cpu]));
  if (times.length < loads.length) {
    return "The loads block the event loop: while one computes, the others wait; run them in threads, or await what they wait for.";
  }
  const busy = times.reduce((sum, cpu) => sum + cpu, 0);
  if (busy < together * 0.5) {
    return "The loads wait for the same disk or network most of the time, so each takes longer when they run together.";
  }
  if (busy <= together * 1.25) {
    return `The loads hold the interpreter lock (GIL): together they computed for ${round(busy)} of ${round(together)} ms, one at a time.`;
  }
  return "The loads run at the same time, but share one limit (memory, disk or CPU), so each takes longer.";
}

/** The same work in both runs: by its label, else by what is called, in order. */
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

const round = (ms: number) => (ms < 10 ? ms.toFixed(1) : ms.toFixed(0));
