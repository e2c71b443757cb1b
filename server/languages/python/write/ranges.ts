// Finds what lies in a range without looking at all there is: a file may have thousands of functions, and of changes.
import type { Range } from "../../../facts/module.ts";

interface Entry<T> {
  readonly range: Range;
  readonly value: T;
  /** The furthest end of this entry and of those before it. */
  readonly reach: number;
}

export interface Ranges<T> {
  /** Those that lie in a range, in the order of the text. */
  within(range: Range): readonly T[];
  /** Those that have a part in common with a range, in the order of the text. */
  reaching(range: Range): readonly T[];
}

export function rangesOf<T>(values: readonly T[], rangeOf: (value: T) => Range): Ranges<T> {
  let reach = 0;
  const entries = values
    .map((value) => ({ range: rangeOf(value), value }))
    .sort((a, b) => a.range.start - b.range.start || b.range.end - a.range.end)
    .map((entry): Entry<T> => {
      reach = Math.max(reach, entry.range.end);
      return { ...entry, reach };
    });
  /** How many begin before a place. */
  const countBefore = (place: number): number => {
    let [low, high] = [0, entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((entries[middle]?.range.start ?? place) < place) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    within({ start, end }) {
      const found: T[] = [];
      for (let at = countBefore(start); at < entries.length; at++) {
        const entry = entries[at];
        if (!entry || entry.range.start > end) break;
        if (entry.range.end <= end) found.push(entry.value);
      }
      return found;
    },
    reaching({ start, end }) {
      const found: T[] = [];
      for (let at = countBefore(end) - 1; at >= 0; at--) {
        const entry = entries[at];
        if (!entry || entry.reach <= start) break;
        if (entry.range.end > start) found.push(entry.value);
      }
      return found.reverse();
    },
  };
}
