// Fixed Python programs, made up by the hundred, give what the originals gave.
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import type { Case } from "../rules/cases.ts";
import { fixed } from "../rules/fixing.ts";
import { programOf, type Shape, shapes } from "./python-programs.ts";
import { createRunner, type Outcome } from "./python-running.ts";

const runner = createRunner();
afterAll(() => runner.close());

it("safe fixes keep results, effects and their order", async () => {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(shapes, async (shape) => {
      const original = programOf(shape);
      const text = await fixedText(original, "safe");
      if (text === undefined) return;
      count++;
      const [before, after] = await Promise.all([run(shape, original), run(shape, text)]);
      expect(after.outcome, text).toEqual(before.outcome);
      expect(seen(after), text).toEqual(seen(before));
    }),
    { numRuns: 120 },
  );
  expect(count).toBeGreaterThan(40);
}, 120_000);

it("unsafe fixes keep results too, where nothing fails", async () => {
  await fc.assert(
    fc.asyncProperty(shapes, async (shape) => {
      const original = programOf(shape);
      const text = await fixedText(original, "unsafe");
      if (text === undefined) return;
      const [before, after] = await Promise.all([run(shape, original), run(shape, text)]);
      expect(after.outcome, text).toEqual(before.outcome);
      expect(new Set(seen(after)), text).toEqual(new Set(seen(before)));
    }),
    { numRuns: 80 },
  );
}, 120_000);

const path = "app.py";

async function fixedText(text: string, kind: "safe" | "unsafe"): Promise<string | undefined> {
  const example: Case = {
    page: "made",
    title: "made",
    text: "",
    files: [{ path, text }],
    after: [],
    data: [],
  };
  return (await fixed(example, kind))[0]?.text;
}

/** What can be seen of a run from outside, in its order. */
function seen({ entries }: Outcome): readonly string[] {
  return entries.filter(([kind]) => kind === "print" || kind === "write").map(([, text]) => text);
}

async function run({ kind }: Shape, text: string): Promise<Outcome> {
  // A function that became a class is one of its methods now.
  const owner = /^class (\w+)/m.exec(text)?.[1];
  const name = kind === "lambda" ? "lambda_handler" : owner === undefined ? "f" : `${owner}.f`;
  const platform = kind === "lambda" ? "lambda" : "modal";
  return await runner.run({ file: path, name, platform, texts: { [path]: text } });
}
