// For the tests of the writer: texts whose places are marked with ⟦ and ⟧, and Modal's way to write phases.

import { expect } from "vitest";
import { applyEdits } from "../../../facts/edits.ts";
import type { Change } from "../../../facts/finding.ts";
import type { Spelling } from "../../../facts/function.ts";
import type { Range } from "../../../facts/module.ts";
import { readModule } from "../read.ts";
import { spell } from "../write.ts";

export interface Marked {
  readonly file: string;
  readonly text: string;
  /** In the order in which they close. */
  readonly ranges: readonly Range[];
}

export function marked(source: string, file = "/app.py"): Marked {
  let text = "";
  const ranges: Range[] = [];
  const open: number[] = [];
  for (const letter of source) {
    if (letter === "⟦") open.push(text.length);
    else if (letter === "⟧") ranges.push({ start: open.pop() ?? 0, end: text.length });
    else text += letter;
  }
  return { file, text, ranges };
}

/** The text after a change; undefined where it can't be written. What is written parses. */
export function changed({ file, text }: Marked, change: Change): string | undefined {
  const edits = spell(change, text);
  if (!edits) return undefined;
  const result = applyEdits(
    text,
    edits.filter((edit) => edit.file === file),
  );
  expect(readModule(file, result).syntaxErrors).toEqual([]);
  return result;
}

export const becomes = {
  decorator: "cls",
  method: "modal.method",
  endpoints: ["modal.fastapi_endpoint", "modal.asgi_app", "modal.batched"],
  onClass: ["modal.concurrent"],
  refuses: ["schedule"],
} as const;

/** @param call The call that decorates the function or its class. */
export function spelling(call: Range | undefined, own: Partial<Spelling> = {}): Spelling {
  return {
    platform: "modal",
    enter: { kind: "method", decorator: "modal.enter", apart: "snap" },
    build: { kind: "none", say: "" },
    volume: { option: "volumes", create: "modal.Volume.from_name" },
    ...(call && { definition: { call, handler: 1 } }),
    ...own,
  };
}

/** The first call in a text that begins so. */
export function callOf(text: string, start: string, from = 0): Range {
  const at = text.indexOf(start, from);
  let depth = 0;
  for (let end = at; end < text.length; end++) {
    if ("([{".includes(text[end] ?? "")) depth++;
    else if (")]}".includes(text[end] ?? "") && --depth === 0) return { start: at, end: end + 1 };
  }
  throw new Error(`There is no call ${start}`);
}
