// Finds and applies fixes of a case in memory, one after another, as `--fix` does.
import { posix } from "node:path";
import { analyse } from "../../server/analysis/index.ts";
import { catalogue } from "../../server/catalogue/index.ts";
import { applyEdits } from "../../server/facts/edits.ts";
import type { Detection, Fix } from "../../server/facts/finding.ts";
import type { FunctionFacts } from "../../server/facts/function.ts";
import { propose } from "../../server/fixes/index.ts";
import { spell } from "../../server/languages/typescript/write.ts";
import { platforms } from "../../server/platforms/index.ts";
import { detect } from "../../server/rules/index.ts";
import { createWorkspace, type Workspace } from "../../server/workspace/workspace.ts";
import { type Case, diskOf, ROOT } from "../rules/cases.ts";

export interface Proposed {
  /** The file that was analysed. */
  readonly file: string;
  readonly detection: Detection;
  readonly fix: Fix;
}

export interface Engine {
  text(file: string): string;
  functions(): readonly FunctionFacts[];
  proposed(): readonly Proposed[];
  /** The text of the fix's file after it; undefined where it can't be written. */
  written(fix: Fix): string | undefined;
  set(file: string, text: string): void;
}

export const isCode = (path: string): boolean => /\.[cm]?[jt]sx?$/.test(path);

export async function createEngine(example: Case): Promise<Engine> {
  const workspace = createWorkspace(diskOf(example));
  const files = example.files.map((file) => posix.join(ROOT, file.path)).filter(isCode);
  await workspace.prepare(files);
  const text = (file: string) => workspace.text(file) ?? "";
  const functionsOf = (file: string) => analyse(file, workspace, platforms, catalogue);
  return {
    text,
    functions: () => files.flatMap(functionsOf),
    proposed: () => files.flatMap((file) => proposedOf(file, functionsOf(file))),
    written(fix) {
      const { file } = fix.change;
      const edits = spell(fix.change, text(file), (specifier) => importedText(workspace, file, specifier));
      return edits && applyEdits(text(file), edits);
    },
    set: (file, changed) => workspace.open(file, changed),
  };
}

function proposedOf(file: string, functions: readonly FunctionFacts[]): readonly Proposed[] {
  return detect(functions).flatMap((detection) =>
    propose(detection, functions).map((fix) => ({ file, detection, fix })),
  );
}

function importedText(workspace: Workspace, file: string, specifier: string): string | undefined {
  const path = workspace.resolve(file, specifier);
  return path === undefined ? undefined : workspace.text(path);
}

export interface Round {
  readonly title: string;
  readonly kind: Fix["change"]["kind"];
  readonly file: string;
}

/** Applies the first fix that can be written until there is none. Throws when that does not end. */
export function fixAll(engine: Engine, unsafe: boolean): readonly Round[] {
  const rounds: Round[] = [];
  for (;;) {
    const next = firstWritten(engine, unsafe);
    if (!next) return rounds;
    engine.set(next.file, next.text);
    rounds.push(next);
    if (rounds.length > 40) {
      throw new Error(
        `Fixes without end: ${rounds
          .slice(-4)
          .map((round) => round.title)
          .join("; ")}`,
      );
    }
  }
}

function firstWritten(engine: Engine, unsafe: boolean): (Round & { readonly text: string }) | undefined {
  for (const { fix } of engine.proposed()) {
    if (fix.safety === "unsafe" && !unsafe) continue;
    const text = engine.written(fix);
    if (text !== undefined) return { title: fix.title, kind: fix.change.kind, file: fix.change.file, text };
  }
  return undefined;
}
