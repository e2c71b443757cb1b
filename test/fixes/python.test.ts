// Every fix of every Python case of the rules: it can be written, its finding is gone, the text parses, and it all ends.
import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { analyse } from "../../server/analysis/index.ts";
import type { Detection, Fix } from "../../server/facts/finding.ts";
import { propose } from "../../server/fixes/index.ts";
import { detect } from "../../server/rules/index.ts";
import { applyEdits } from "../../server/workspace/fix-all.ts";
import { languageOf } from "../../server/workspace/languages.ts";
import { platformsFor } from "../../server/workspace/report.ts";
import { rowsFor } from "../../server/workspace/rows.ts";
import { createWorkspace, type Workspace } from "../../server/workspace/workspace.ts";
import { type Case, diskOf, pageIds, ROOT, readCases } from "../rules/cases.ts";
import { fixed } from "../rules/fixing.ts";

const examples = pageIds()
  .flatMap(readCases)
  .filter((each) => each.files.some(({ path }) => path.endsWith(".py")));

async function open(example: Case): Promise<Workspace> {
  const workspace = createWorkspace(diskOf(example));
  await workspace.prepare(example.files.map(({ path }) => posix.join(ROOT, path)));
  return workspace;
}

interface Proposed {
  readonly detection: Detection;
  readonly fix: Fix;
}

function detections(workspace: Workspace, file: string): readonly Proposed[] {
  const functions = analyse(file, workspace, platformsFor({}, file), rowsFor({}, file));
  return detect(functions).flatMap((detection) => {
    const written = propose(detection, functions)
      .map((fix) => ({ detection, fix }))
      .filter(({ fix }) => textAfter(workspace, fix) !== undefined);
    return written;
  });
}

function textAfter(workspace: Workspace, { change }: Fix): string | undefined {
  const text = workspace.text(change.file) ?? "";
  const edits = languageOf(change.file)?.spell(change, text, () => undefined);
  return edits && applyEdits(text, edits);
}

/** How often a rule reports a text, each place once. */
function count(workspace: Workspace, file: string, { rule, range }: Detection, code: string): number {
  const functions = analyse(file, workspace, platformsFor({}, file), rowsFor({}, file));
  return detect(functions).filter(
    (each) =>
      each.rule === rule &&
      (workspace.text(each.file) ?? "").slice(each.range.start, each.range.end) === code &&
      each.range.end - each.range.start === range.end - range.start &&
      each.severity !== "info",
  ).length;
}

it("there are fixes to look at", async () => {
  let fixes = 0;
  for (const example of examples) {
    const workspace = await open(example);
    for (const { path } of example.files.filter((each) => each.path.endsWith(".py")))
      fixes += detections(workspace, posix.join(ROOT, path)).length;
  }
  expect(fixes).toBeGreaterThan(40);
});

describe.each(examples.map((each) => [`${each.page}: ${each.title}`, each] as const))(
  "%s",
  (_title, example) => {
    it("each fix takes its finding out and leaves a text that parses", async () => {
      const workspace = await open(example);
      for (const { path } of example.files.filter((each) => each.path.endsWith(".py"))) {
        const file = posix.join(ROOT, path);
        for (const { detection, fix } of detections(workspace, file)) {
          const text = workspace.text(detection.file) ?? "";
          const code = text.slice(detection.range.start, detection.range.end);
          const before = count(workspace, file, detection, code);
          const after = await open(example);
          after.open(fix.change.file, textAfter(workspace, fix) ?? "");
          expect(after.module(fix.change.file)?.syntaxErrors, fix.title).toEqual([]);
          expect(count(after, file, detection, code), fix.title).toBeLessThan(Math.max(before, 1));
        }
      }
    });

    it("all of them, unsafe ones too, come to an end", async () => {
      for (const { text, path } of await fixed(example, "unsafe")) {
        const workspace = await open(example);
        workspace.open(posix.join(ROOT, path), text);
        if (path.endsWith(".py")) expect(workspace.module(posix.join(ROOT, path))?.syntaxErrors).toEqual([]);
      }
    });
  },
);
