// Sizes as people read them.
import { expect, it } from "vitest";
import { size } from "./words.ts";

it.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1 kB"],
  [999_499, "999 kB"],
  [999_999, "1 MB"],
  [1_200_000, "1.2 MB"],
  [12_340_000, "12 MB"],
  [3_100_000_000, "3.1 GB"],
])("%i bytes are %s", (bytes, text) => {
  expect(size(bytes)).toBe(text);
});
