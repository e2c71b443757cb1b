// What JSON can say passes unchanged, and the place of anything else is named.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toJson } from "./values.ts";

const unsayable = [
  undefined,
  1n,
  Symbol("s"),
  () => 1,
  Number.NaN,
  new Map(),
  new Set(),
  new Error("e"),
  new Uint8Array(1),
];

describe("results", () => {
  it("pass as JSON says them", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        expect(toJson(value)).toBe(JSON.stringify(value));
      }),
    );
  });

  it("name the place of what JSON can't say, however deep it lies", () => {
    const step = fc.oneof(fc.nat(5), fc.stringMatching(/^[a-z]{1,5}$/));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 }), fc.constantFrom(...unsayable.slice(1)), (path, value) => {
        const nested = path.reduceRight<unknown>(
          (inner, key) => (typeof key === "number" ? [...Array(key).fill(null), inner] : { [key]: inner }),
          value,
        );
        const place = `result${path.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("")}`;
        expect(() => toJson(nested)).toThrow(`${place} is `);
      }),
    );
  });

  it.each([
    [undefined, "null"],
    [{ a: undefined, b: [undefined] }, '{"b":[null]}'],
    [{ at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}'],
    [Object.create(null, { a: { value: 1, enumerable: true } }), '{"a":1}'],
    [Buffer.from("a"), '{"type":"Buffer","data":[97]}'],
    [{ toJSON: () => "mine" }, '"mine"'],
  ])("%o is %s", (value, json) => {
    expect(toJson(value)).toBe(json);
  });

  it("may hold the same object twice, but not within itself", () => {
    const shared = { x: 1 };
    expect(toJson([shared, shared])).toBe('[{"x":1},{"x":1}]');
    const loop: { inner?: unknown } = {};
    loop.inner = [loop];
    expect(() => toJson(loop)).toThrow("result.inner[0] refers back to result");
  });

  it("may lie as deep as they like", () => {
    const deep = (inner: unknown) => Array.from({ length: 500 }).reduce<unknown>((value) => [value], inner);
    expect(toJson(deep(1))).toBe(`${"[".repeat(500)}1${"]".repeat(500)}`);
    expect(() => toJson(deep(1n))).toThrow(`result${"[0]".repeat(500)} is a BigInt`);
  });

  it("are judged by what toJSON gives", () => {
    expect(() => toJson({ big: { toJSON: () => 1n } })).toThrow("result.big is a BigInt");
  });
});
