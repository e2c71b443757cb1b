import fc from "fast-check";
import { expect, it } from "vitest";
import { parseValues, spellValues } from "./parameters.ts";

/** Without what JSON has no spelling for. */
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const names = fc.stringMatching(/^[A-Za-z_$][\w$]{0,8}$/).filter((name) => name !== "__proto__");
const values = fc.dictionary(names, json, { maxKeys: 4, noNullPrototype: true });

it("values that are spelled and read again are what they were", () => {
  fc.assert(
    fc.property(values, (given) => {
      const text = spellValues(given, "Sized");
      expect(parseValues(text.slice(1, -1), "Sized")).toEqual(given);
    }),
  );
});

it("equal values have one spelling, in whatever order they are given", () => {
  fc.assert(
    fc.property(values, (given) => {
      const turned = Object.fromEntries(Object.entries(given).reverse());
      expect(spellValues(turned, "Sized")).toBe(spellValues(given, "Sized"));
    }),
  );
});

it("commas and brackets within texts are part of them", () => {
  expect(parseValues('a="x, b=1)", b=[1, {"c": "],"}] , c=null', "Sized")).toEqual({
    a: "x, b=1)",
    b: [1, { c: "]," }],
    c: null,
  });
});
