// Spells a change out as edits of a TypeScript or JavaScript file.
import { applyAll, type Edit, tidy } from "../../facts/edits.ts";
import type { Change, TextEdit } from "../../facts/finding.ts";
import { parse, parsedWithParents, syntaxErrorsOf } from "./read.ts";
import { writeConcurrently } from "./write/concurrently.ts";
import { createDraft, type Draft, replace } from "./write/draft.ts";
import { writeImports } from "./write/imports.ts";
import { writeMoveToBuild } from "./write/move-to-build.ts";
import { writeMoveToEnter } from "./write/move-to-enter.ts";
import { writeRunInEnter } from "./write/run-in-enter.ts";

/**
 * The edits that carry a change out; undefined where the code has a form that it can't be written in.
 * @param text The text that was analysed.
 * @param imported Gives the text of a project file by the specifier under which this one imports it.
 */
export function spell(
  change: Change,
  text: string,
  imported: (specifier: string) => string | undefined = () => undefined,
): readonly TextEdit[] | undefined {
  const edits = draftEdits(change, text, imported);
  if (!edits) return undefined;
  const written = parse(change.file, applyAll(text, edits));
  const errors = (source: ReturnType<typeof parse>) => syntaxErrorsOf(source).length;
  if (errors(written) > errors(parsedWithParents(change.file, text))) return undefined;
  return edits.map(({ start, end, text }) => ({ file: change.file, range: { start, end }, text }));
}

/** Whether the code has a form that the change can be written in: `spell` without the proof that the result parses. */
export function canSpell(
  change: Change,
  text: string,
  imported: (specifier: string) => string | undefined = () => undefined,
): boolean {
  return draftEdits(change, text, imported) !== undefined;
}

function draftEdits(
  change: Change,
  text: string,
  imported: (specifier: string) => string | undefined,
): readonly Edit[] | undefined {
  const source = parsedWithParents(change.file, text);
  const draft = createDraft(change.file, text, source, imported);
  if (!write(draft, change)) return undefined;
  writeImports(draft);
  const edits = tidy(text, draft.edits);
  return edits && edits.length > 0 ? edits : undefined;
}

function write(draft: Draft, change: Change): boolean {
  switch (change.kind) {
    case "concurrently":
      return writeConcurrently(draft, change);
    case "move-to-enter":
      return writeMoveToEnter(draft, change);
    case "run-in-enter":
      return writeRunInEnter(draft, change);
    case "move-to-build":
      return writeMoveToBuild(draft, change);
    case "replace":
      for (const { range, text } of change.parts) replace(draft, range, text);
      return true;
    // These are changes of Python's platforms.
    case "fetch-in-build":
    case "keep-on-volume":
    case "prefetch":
    case "parameters":
    case "decorate":
      return false;
  }
}
