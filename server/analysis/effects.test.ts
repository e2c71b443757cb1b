// Conflicts between pieces of code: when they may not change places.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ANY, conflict, type Effects, noEffects } from "./effects.ts";

function effects(change: Partial<Effects>): Effects {
  return { ...noEffects(), ...change };
}

const place = fc.constantFrom("m#1", "m#1.a", "m#1.b", "m#2", "@m#3", "@m#3.x", ANY);
const file = fc.constantFrom("/a", "/a/b", "/c", "$HOME/x", ANY);
const any = fc.record({
  reads: fc.uniqueArray(place).map((keys) => new Set(keys)),
  writes: fc.uniqueArray(place).map((keys) => new Set(keys)),
  filesRead: fc.uniqueArray(file).map((keys) => new Set(keys)),
  filesWritten: fc.uniqueArray(file).map((keys) => new Set(keys)),
});

describe("conflict", () => {
  it("goes both ways", () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        expect(conflict(effects(a), effects(b))).toBe(conflict(effects(b), effects(a)));
      }),
    );
  });

  it("never lies between code that only reads", () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        const reader = (each: typeof a) => effects({ reads: each.reads, filesRead: each.filesRead });
        expect(conflict(reader(a), reader(b))).toBe(false);
      }),
    );
  });

  it("only grows with what code does", () => {
    fc.assert(
      fc.property(any, any, any, (a, b, more) => {
        const wider = effects({
          reads: new Set([...a.reads, ...more.reads]),
          writes: new Set([...a.writes, ...more.writes]),
          filesRead: new Set([...a.filesRead, ...more.filesRead]),
          filesWritten: new Set([...a.filesWritten, ...more.filesWritten]),
        });
        if (conflict(effects(a), effects(b))) expect(conflict(wider, effects(b))).toBe(true);
      }),
    );
  });

  it.each([
    ["a whole and a part of it", { writes: new Set(["m#1"]) }, { reads: new Set(["m#1.a"]) }, true],
    ["two parts", { writes: new Set(["m#1.a"]) }, { reads: new Set(["m#1.b"]) }, false],
    ["names that begin alike", { writes: new Set(["m#1"]) }, { reads: new Set(["m#11"]) }, false],
    ["a folder and a file in it", { filesWritten: new Set(["/a"]) }, { filesRead: new Set(["/a/b"]) }, true],
    ["two files", { filesWritten: new Set(["/a"]) }, { filesWritten: new Set(["/ab"]) }, false],
    [
      "a file and one that nobody knows",
      { filesWritten: new Set([ANY]) },
      { filesRead: new Set(["/a"]) },
      true,
    ],
    ["unknown code and anything", { unknown: "f" }, {}, true],
  ])("between %s: %j %j", (_what, a, b, expected) => {
    expect(conflict(effects(a), effects(b))).toBe(expected);
  });
});
