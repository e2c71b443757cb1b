// Fixes again and again, one fix at a time, until nothing changes; every step must parse and lead somewhere new.
import { applyEdits } from "../facts/edits.ts";
import type { Finding, Fix, TextEdit } from "../facts/finding.ts";
import { languageName } from "./scan.ts";

/** What fixing needs of a linter: `server/lint.ts` gives it one that nobody else sees. */
export interface Fixable {
  open(file: string, text: string): void;
  text(file: string): string | undefined;
  lint(file: string): { readonly findings: readonly Finding[] };
  edits(fix: Fix): readonly TextEdit[];
  /** How many syntax errors a file has as it stands. */
  syntaxErrors(file: string): number;
}

export interface Step {
  readonly finding: Finding;
  readonly fix: Fix;
}

/** Steps in one file, for each finding that it begins with, and beyond: only fixes that undo or feed each other get there. */
const STEPS = 4;
const MORE = 8;

/**
 * @param wanted Chooses what may be applied to a file's findings.
 * @param may Whether a file may be edited.
 * @returns The steps that were taken; the texts are in the linter.
 */
export function fixAll(
  files: readonly string[],
  linter: Fixable,
  wanted: (step: Step) => boolean,
  may: (file: string, fix: Fix) => boolean,
): Step[] {
  const steps: Step[] = [];
  const refused = new Set<string>();
  const seen = new Set<string>();
  for (const file of files) {
    const most = steps.length + MORE + STEPS * linter.lint(file).findings.length;
    for (let again = true; again && steps.length < most; ) {
      const candidates = inOrder(
        linter
          .lint(file)
          .findings.flatMap((finding) => finding.fixes.map((fix) => ({ finding, fix })))
          .filter(wanted),
      );
      const taken = candidates.find((step) => take(step, linter, may, refused, seen));
      if (taken) steps.push(taken);
      again = taken !== undefined;
    }
  }
  return steps;
}

/**
 * What moves, moves first: then all that its new phase fetches is fetched in one step. It is overlapped last where the
 * language does that by a block of its own, that stays: loads in threads, files fetched ahead. What TypeScript starts
 * together is one statement, and moves as one; but what moves to a hook starts together with what is there. Of two ways
 * to overlap, the safe one is offered first, and taken.
 */
export function inOrder<T extends { readonly fix: Fix; readonly finding: Pick<Finding, "phase"> }>(
  steps: readonly T[],
): readonly T[] {
  const rank = ({ fix: { change }, finding: { phase } }: T): number => {
    if (change.kind === "fetch-in-build" || change.kind === "keep-on-volume") return 1;
    if (change.kind === "prefetch") return 2;
    const stays = languageName(change.file) === "python" || phase === "enter";
    return change.kind === "concurrently" && stays ? 2 : 0;
  };
  return [...steps].sort((a, b) => rank(a) - rank(b));
}

/** Applies one fix; leaves the texts alone and answers false when it can't or must not be applied. */
function take(
  { finding, fix }: Step,
  linter: Fixable,
  may: (file: string, fix: Fix) => boolean,
  refused: Set<string>,
  seen: Set<string>,
): boolean {
  const own = linter.text(finding.file) ?? "";
  const key = `${finding.file}\0${fix.title}\0${finding.range.start}\0${own}`;
  if (refused.has(key)) return false;
  refused.add(key);
  const edits = linter.edits(fix);
  const touched = [...new Set(edits.map((edit) => edit.file))];
  if (touched.length === 0 || !touched.every((file) => may(file, fix))) return false;
  const before = new Map(touched.map((file) => [file, linter.text(file) ?? ""]));
  const errors = touched.map(linter.syntaxErrors);
  for (const [file, text] of before)
    linter.open(
      file,
      applyEdits(
        text,
        edits.filter((edit) => edit.file === file),
      ),
    );
  const state = touched.map((file) => `${file}\0${linter.text(file)}`).join("\0");
  const isNew = !seen.has(state) && touched.some((file) => linter.text(file) !== before.get(file));
  if (isNew && touched.every((file, at) => linter.syntaxErrors(file) <= (errors[at] ?? 0))) {
    seen.add(state);
    for (const [file, text] of before) seen.add(`${file}\0${text}`);
    return true;
  }
  for (const [file, text] of before) linter.open(file, text);
  return false;
}
