// Fixed programs, made up by the thousand forms of their statements, give what the originals gave.
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Case } from "../rules/cases.ts";
import { createEngine, fixAll } from "./engine.ts";
import { programOf, runProgram, type Shape, shapes } from "./programs.ts";

const path = "app.mjs";

it("safe fixes keep results, effects and their order", async () => {
  let fixed = 0;
  await fc.assert(
    fc.asyncProperty(shapes, async (shape) => {
      const original = programOf(shape);
      const { text, count } = await fixedText(shape, false);
      if (count === 0) return;
      fixed++;
      expect(await runProgram(text), text).toEqual(await runProgram(original));
    }),
    { numRuns: 250 },
  );
  expect(fixed).toBeGreaterThan(80);
});

it("unsafe fixes keep results too, where nothing fails", async () => {
  await fc.assert(
    fc.asyncProperty(shapes, async (shape) => {
      const original = programOf(shape);
      const { text, count } = await fixedText(shape, true);
      if (count === 0) return;
      const [before, after] = [await runProgram(original), await runProgram(text)];
      expect(after.results, text).toEqual(before.results);
      expect(new Set(after.prints), text).toEqual(new Set(before.prints));
    }),
    { numRuns: 150 },
  );
});

async function fixedText(
  shape: Shape,
  unsafe: boolean,
): Promise<{ readonly text: string; readonly count: number }> {
  const files = ["a", "b", "c", "d", "e"].map((name) => ({ path: `data/${name}.bin`, bytes: 2e6 }));
  const example: Case = {
    page: "made",
    title: "made",
    text: "",
    files: [{ path, text: programOf(shape) }],
    after: [],
    data: files,
  };
  const engine = await createEngine(example);
  const rounds = fixAll(engine, unsafe);
  return { text: engine.text(`/case/${path}`), count: rounds.length };
}
