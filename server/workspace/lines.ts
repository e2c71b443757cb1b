// Lines and columns of places in a text.

/** The text that was asked about last: a file may have thousands of findings. */
let last: { readonly text: string; readonly starts: readonly number[] } | undefined;

function startsOf(text: string): readonly number[] {
  if (last?.text === text) return last.starts;
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  last = { text, starts };
  return starts;
}

/** Line and column of an offset, both from 1; columns in UTF-16 units. */
export function position(text: string, offset: number): { readonly line: number; readonly column: number } {
  const starts = startsOf(text);
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return { line: low, column: offset - (starts[low - 1] ?? 0) + 1 };
}
