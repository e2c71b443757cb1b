// Addresses are read as URLs are, whichever way is taken.
import fc from "fast-check";
import { expect, it } from "vitest";
import { addressOf } from "./address.ts";

it("reads a path as a URL does", () => {
  const piece = fc.constantFrom(
    "f",
    "api",
    "hello",
    "a.b",
    ".",
    "..",
    "%2e%2E",
    "%41",
    "ö",
    " ",
    "\\",
    "~x",
    "-",
    "",
  );
  const rest = fc.constantFrom("", "?", "?a=/../b", "#c", "/", "//");
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 5 }), rest, (pieces, after) => {
      const url = `/${pieces.join("/")}${after}`;
      const read = URL.parse(url, "http://localhost");
      fc.pre(read !== null);
      expect(addressOf(url).pathname).toBe(read.pathname);
    }),
    { numRuns: 1000 },
  );
});
