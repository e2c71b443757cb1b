// Why loads that start together were not faster: what the spans of two profile runs show.
import type { TimedWork } from "./spans.ts";

type Timed = Pick<TimedWork, "label" | "start" | "ms">;

/**
 * @param before Spans of the original, one after another; `after`: of the copy that starts them together.
 * @returns One sentence, or undefined where the spans show no cause.
 */
export function causeOf(before: readonly Timed[], after: readonly Timed[], wall: number): string | undefined {
  const alone = new Map(before.map((span) => [span.label, span.ms]));
  const loads = after.filter((span) => alone.has(span.label)).sort((a, b) => a.start - b.start);
  const [first] = loads;
  const last = loads.at(-1);
  if (!first || !last || loads.length < 2) return undefined;
  const serial = loads.reduce((sum, span) => sum + (alone.get(span.label) ?? 0), 0);
  const together = Math.max(...loads.map((span) => span.start + span.ms)) - first.start;
  const share = serial / wall;
  if (share < 0.1) {
    return `The loads take ${round(serial)} of ${round(wall)} ms, so starting them together can't save much.`;
  }
  if (together < serial * 0.8) return undefined;
  if (last.start - first.start >= together * 0.4) {
    return "The loads block the event loop: each one starts only when the one before it has finished.";
  }
  return "The loads run at the same time, but share one limit (disk, network or CPU), so each takes longer.";
}

const round = (ms: number) => (ms < 10 ? ms.toFixed(1) : ms.toFixed(0));
