// For the tests of the writer: texts whose places are marked with ⟦ and ⟧.

import { expect } from "vitest";
import { applyEdits } from "../../../facts/edits.ts";
import type { Change } from "../../../facts/finding.ts";
import type { Spelling } from "../../../facts/function.ts";
import type { Range } from "../../../facts/module.ts";
import { parse, syntaxErrorsOf } from "../read.ts";
import { spell } from "../write.ts";

export interface Marked {
  readonly file: string;
  readonly text: string;
  readonly ranges: readonly Range[];
  /** The calls of `app.function` in the text. */
  readonly definitions: readonly Spelling[];
}

export function marked(source: string, file = "/app.ts"): Marked {
  let text = "";
  const ranges: Range[] = [];
  const open: number[] = [];
  for (const letter of source) {
    if (letter === "⟦") open.push(text.length);
    else if (letter === "⟧") ranges.push({ start: open.pop() ?? 0, end: text.length });
    else text += letter;
  }
  const definitions = [...text.matchAll(/app\.function\(/g)].map(({ index }) => {
    const call = { start: index, end: closing(text, text.indexOf("(", index)) };
    return spelling({ definition: { call, handler: 0 } });
  });
  return { file, text, ranges, definitions };
}

export function spelling(own: Partial<Spelling>): Spelling {
  return {
    platform: "coldstart",
    enter: { kind: "option", option: "enter" },
    build: { kind: "option", option: "build" },
    ...own,
  };
}

/** The text after a change; undefined where it can't be written. What is written parses. */
export function changed(
  { file, text }: Marked,
  change: Change,
  imported?: (specifier: string) => string | undefined,
): string | undefined {
  const edits = spell(change, text, imported);
  if (!edits) return undefined;
  const result = applyEdits(text, edits);
  expect(syntaxErrorsOf(parse(file, result))).toEqual([]);
  return result;
}

function closing(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if ("([{".includes(text[at] ?? "")) depth++;
    else if (")]}".includes(text[at] ?? "") && --depth === 0) return at + 1;
  }
  return text.length;
}
