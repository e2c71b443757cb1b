// Edits of one text: what makes them fit each other, and what comes of them.
import type { TextEdit } from "./finding.ts";

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Applies edits that do not overlap; those at one place in their order. */
export function applyAll(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let at = 0;
  // Sorting keeps the order of those at one place.
  for (const edit of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    parts.push(text.slice(at, edit.start), edit.text);
    at = edit.end;
  }
  return parts.join("") + text.slice(at);
}

/** In the order of the text, those at one place made one, without those that change nothing; undefined where two overlap. */
export function tidy(text: string, edits: readonly Edit[]): readonly Edit[] | undefined {
  const sorted = edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
  const result: Edit[] = [];
  for (const edit of sorted) {
    const last = result.at(-1);
    if (last && edit.start < last.end) return undefined;
    if (last && edit.start === last.end)
      result[result.length - 1] = { start: last.start, end: edit.end, text: last.text + edit.text };
    else result.push(edit);
  }
  return result.filter((edit) => text.slice(edit.start, edit.end) !== edit.text);
}

/** The text after edits of one file. Throws when they overlap: that is a mistake of the caller. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const plain = edits.map(({ range: { start, end }, text: inserted }) => ({ start, end, text: inserted }));
  if (!tidy(text, plain)) throw new Error("Edits that overlap can't be applied together.");
  return applyAll(text, plain);
}
