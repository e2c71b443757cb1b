// Applies fixes to a case in memory until none is left, as the fixtures show them.
import { posix } from "node:path";
import { analyse } from "../../server/analysis/index.ts";
import { applyEdits } from "../../server/facts/edits.ts";
import type { Fix } from "../../server/facts/finding.ts";
import { propose } from "../../server/fixes/index.ts";
import { inOrder } from "../../server/workspace/fix-all.ts";
import { languageOf } from "../../server/workspace/languages.ts";
import { detectIn, platformsFor } from "../../server/workspace/report.ts";
import { rowsFor } from "../../server/workspace/rows.ts";
import { isCode } from "../../server/workspace/scan.ts";
import { createWorkspace, type Workspace } from "../../server/workspace/workspace.ts";
import { type Case, type CaseFile, diskOf, ROOT } from "./cases.ts";

/** More rounds than any case needs: whoever gets there goes round in circles. */
const ROUNDS = 40;

/** Files whose text differs once all fixes of that kind are applied. */
export async function fixed(example: Case, kind: "safe" | "unsafe"): Promise<readonly CaseFile[]> {
  const workspace = createWorkspace(diskOf(example));
  const files = example.files.map((file) => posix.join(ROOT, file.path)).filter(isCode);
  await workspace.prepare(example.files.map((file) => posix.join(ROOT, file.path)));
  for (let round = 0; files.some((file) => fixOne(workspace, file, kind)); round += 1) {
    if (round >= ROUNDS) throw new Error(`${example.page}, "${example.title}": fixes never come to an end`);
  }
  return example.files
    .map(({ path }) => ({ path, text: workspace.text(posix.join(ROOT, path)) ?? "" }))
    .filter(({ path, text }) => example.files.some((file) => file.path === path && file.text !== text));
}

/** Applies the first fix of a file that can be written; false when there is none. */
function fixOne(workspace: Workspace, file: string, kind: "safe" | "unsafe"): boolean {
  const own = platformsFor({}, file);
  const functions = analyse(file, workspace, own, rowsFor({}, file));
  const steps = detectIn(file, functions, workspace, own).flatMap((finding) =>
    propose(finding, functions).map((fix) => ({ fix, finding })),
  );
  return inOrder(steps).some(
    ({ fix }) => (kind === "unsafe" || fix.safety === "safe") && write(workspace, fix),
  );
}

function write(workspace: Workspace, fix: Fix): boolean {
  const { file } = fix.change;
  const text = workspace.text(file) ?? "";
  const imported = (specifier: string) => {
    const target = workspace.resolve(file, specifier);
    return target === undefined ? undefined : workspace.text(target);
  };
  const edits = languageOf(file)?.spell(fix.change, text, imported);
  if (!edits || edits.length === 0) return false;
  const written = applyEdits(text, edits);
  if (written === text) return false;
  workspace.open(file, written);
  return true;
}
