import { expect, it } from "vitest";
import { initNote } from "./init-limit.ts";

const stages = (global: number) => ({ queue: 0, boot: 100, global, enter: 0, body: 20_000 });

it("warns of Lambda's limit from seven seconds of init on, and of that of no other platform", () => {
  expect(initNote("lambda", stages(6800))).toBeUndefined();
  expect(initNote("lambda", stages(6900))).toMatch(
    /^Init takes 7.0 s here. .* 10 s; a start that takes longer/,
  );
  expect(initNote("lambda", stages(11_900))).toMatch(
    /^Init takes 12.0 s here. .* 10 s; then it begins such a start again/,
  );
  expect(initNote("modal", stages(11_900))).toBeUndefined();
  expect(initNote(undefined, stages(11_900))).toBeUndefined();
});
