// Whatever a change says, the writer gives edits that parse or none; it never throws.

import fc from "fast-check";
import { expect, it } from "vitest";
import { applyEdits } from "../../../facts/edits.ts";
import type { Change } from "../../../facts/finding.ts";
import type { Range } from "../../../facts/module.ts";
import { ts } from "../compiler.ts";
import { parse, syntaxErrorsOf } from "../read.ts";
import { spell } from "../write.ts";
import { spelling } from "./testing.ts";

const program = `import { readFileSync } from "node:fs";
import { App } from "coldstart";
const app = new App("any");
let kept: string | undefined;
const load = (name: string) => readFileSync(name, "utf8");
class Store { async open() { this.a = await one(); this.b = await two(); } a?: string; b?: string }
export const f = app.function({ timeout: 3, enter: async () => ({ a: await one() }) }, async ({ a }, q: string) => {
  const b = await two(), c = load("c"); // both
  kept ??= await three(\`\${q}
  more\`);
  if (q) return [a, await four(q)];
  for await (const d of five()) await d?.close();
  return { b, c: (await fetch(q)).json(), kept };
});
export default app.function(async q => await one(q) + await two());
export async function handler(event: { id: string }) {
  const table = JSON.parse(await six());
  return table[event.id];
}
`;

const sources = [program, program.replace(/;$/gm, ""), program.replaceAll("\n", "\r\n")];

const changes = fc.constantFrom(...sources).chain((text) => {
  const range = fc.constantFrom(...rangesOf(text));
  const ranges = fc.array(range, { minLength: 1, maxLength: 4 });
  const enter = fc.constantFrom(
    { kind: "option", option: "enter" } as const,
    { kind: "module-scope", format: "esm" } as const,
    { kind: "module-scope", format: "cjs" } as const,
  );
  const own = fc
    .record({ enter, call: fc.constantFrom(...callsOf(text)) })
    .map(({ enter, call }) => spelling({ enter, definition: { call, handler: 1 } }));
  const file = "/any.ts";
  const change: fc.Arbitrary<Change> = fc.oneof(
    ranges.map((all) => ({
      kind: "concurrently" as const,
      file,
      scope: 1,
      items: all.map((each) => ({ call: each, statement: each })),
    })),
    fc.tuple(ranges, own).map(([statements, spelling]) => ({
      kind: "move-to-enter" as const,
      file,
      statements,
      provides: [],
      spelling,
    })),
    fc.tuple(range, own).map(([run, spelling]) => ({ kind: "run-in-enter" as const, file, run, spelling })),
    fc.tuple(ranges, fc.array(own, { minLength: 1, maxLength: 2 })).map(([statements, spellings]) => ({
      kind: "move-to-build" as const,
      file,
      statements,
      spellings,
    })),
  );
  return fc.record({ text: fc.constant(text), change });
});

it("never throws, and never breaks a text", () => {
  let written = 0;
  fc.assert(
    fc.property(changes, ({ text, change }) => {
      const edits = spell(change, text);
      if (!edits) return;
      written++;
      expect(syntaxErrorsOf(parse(change.file, applyEdits(text, edits)))).toEqual([]);
    }),
    { numRuns: 600 },
  );
  expect(written).toBeGreaterThan(50);
});

function rangesOf(text: string): readonly Range[] {
  const source = parse("/any.ts", text, true);
  const found: Range[] = [];
  const visit = (node: ts.Node): void => {
    found.push({ start: node.getStart(source), end: node.end });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Calls, those of `app.function` above all. */
function callsOf(text: string): readonly Range[] {
  return rangesOf(text).filter(
    ({ start, end }) => text.startsWith("app.function(", start) && text[end - 1] === ")",
  );
}
