// Spells a change out as edits of a Python file.
import { tidy } from "../../facts/edits.ts";
import type { Change, TextEdit } from "../../facts/finding.ts";
import { errorsAfter } from "./syntax.ts";
import { writeFetchInBuild, writeMoveToBuild } from "./write/build.ts";
import { writeConcurrently } from "./write/concurrently.ts";
import { createDraft, type Draft, replace } from "./write/draft.ts";
import { writeImports } from "./write/imports.ts";
import { writeMoveToEnter } from "./write/move-to-enter.ts";
import { writeParameters } from "./write/parameters.ts";
import { writePrefetch } from "./write/prefetch.ts";
import { writeRunInEnter } from "./write/run-in-enter.ts";
import { writeDecorate, writeKeepOnVolume } from "./write/settings.ts";

/**
 * The edits that carry a change out; undefined where the code has a form that it can't be written in. To be called
 * after `initialise()` was awaited.
 * @param text The text that was analysed.
 */
export function spell(change: Change, text: string): readonly TextEdit[] | undefined {
  const draft = createDraft(change.file, text);
  if (!write(draft, change)) return undefined;
  writeImports(draft);
  const edits = tidy(text, draft.edits);
  if (!edits || edits.length === 0) return undefined;
  if (errorsAfter(change.file, text, edits) > draft.errors) return undefined;
  const own = edits.map((edit) => ({ file: change.file, edit }));
  return [...own, ...draft.elsewhere].map(({ file, edit }) => ({
    file,
    range: { start: edit.start, end: edit.end },
    text: edit.text,
  }));
}

function write(draft: Draft, change: Change): boolean {
  switch (change.kind) {
    case "concurrently":
      return writeConcurrently(draft, change);
    case "prefetch":
      return writePrefetch(draft, change);
    case "move-to-enter":
      return writeMoveToEnter(draft, change);
    case "run-in-enter":
      return writeRunInEnter(draft, change);
    case "move-to-build":
      return writeMoveToBuild(draft, change);
    case "fetch-in-build":
      return writeFetchInBuild(draft, change);
    case "keep-on-volume":
      return writeKeepOnVolume(draft, change);
    case "replace":
      for (const { range, text } of change.parts) replace(draft, range, text);
      return true;
    case "decorate":
      return writeDecorate(draft, change);
    case "parameters":
      return writeParameters(draft, change);
  }
}
