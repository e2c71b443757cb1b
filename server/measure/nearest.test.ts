// Suggestions for mistyped names.
import { expect, it } from "vitest";
import { nearest } from "./nearest.ts";

it.each([
  ["serch", "search"],
  ["Search", "search"],
  ["words2", "words"],
  ["caption", undefined],
])("%s means %s", (typed, expected) => {
  expect(nearest(typed, ["search", "words"])).toBe(expected);
});
