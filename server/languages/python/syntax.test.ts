// Parsing: any text gives sound facts, edits are parsed to the same facts, and no tree outlives its use.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { readGrammar } from "../../workspace/grammar.ts";
import { expectSound } from "./notation.ts";
import { initialise, keep, readModule, release, treesAlive } from "./read.ts";
import { errorsAfter, parse } from "./syntax.ts";

beforeAll(() => initialise(readGrammar));

/** Some of the standard library: large files, deep ones, and all kinds of syntax. */
const sources = standardLibrary();

const cut = fc.record({
  at: fc.nat(30_000),
  remove: fc.nat(200),
  insert: fc.constantFrom(
    "",
    "(",
    ")",
    ":",
    "'''",
    "\n",
    "\\",
    "def ",
    "@",
    "f'{",
    "\t",
    "async ",
    "%x",
    "😀",
    "import a.",
    "global x\n",
  ),
});
const mutilated = fc
  .record({ source: fc.constantFrom(...sources), cuts: fc.array(cut, { minLength: 1, maxLength: 6 }) })
  .map(({ source, cuts }) => ({ source, result: cuts.reduce(apply, source) }));

function apply(text: string, { at, remove, insert }: { at: number; remove: number; insert: string }): string {
  return text.slice(0, at) + insert + text.slice(at + remove);
}

function standardLibrary(): readonly string[] {
  const folder = execFileSync("python3", ["-c", "import os; print(os.path.dirname(os.__file__))"], {
    encoding: "utf8",
  }).trim();
  const names = [
    "argparse.py",
    "typing.py",
    "ast.py",
    "dataclasses.py",
    "asyncio/tasks.py",
    "this.py",
    "contextlib.py",
  ];
  const known = new Set(readdirSync(folder, { recursive: true }).map(String));
  return names.filter((name) => known.has(name)).map((name) => readFileSync(join(folder, name), "utf8"));
}

describe("any text", () => {
  it("of the standard library is read without an error", () => {
    expect(sources.length).toBeGreaterThan(3);
    for (const source of sources) {
      const module = readModule("/a.py", source);
      expect(module.syntaxErrors).toEqual([]);
      expectSound(module, source);
    }
  });

  it("gives sound facts however it is mutilated", () => {
    fc.assert(
      fc.property(mutilated, ({ result }) => {
        expectSound(readModule("/a.py", result), result);
      }),
      { numRuns: 80 },
    );
  });
});

describe("the errors of a text after some edits", () => {
  const pieces = fc.uniqueArray(cut, { minLength: 1, maxLength: 4, selector: ({ at }) => at });
  const change = fc.record({ source: fc.constantFrom(...sources), pieces, opened: fc.boolean() });

  it("are those of the edited text parsed afresh, and no tree is left of them", () => {
    fc.assert(
      fc.property(change, ({ source, pieces, opened }) => {
        const edits = disjoint(source, pieces);
        const after = edits.reduceRight(
          (text, { start, end, text: inserted }) => text.slice(0, start) + inserted + text.slice(end),
          source,
        );
        if (opened) keep("/open.py");
        readModule("/open.py", source);
        const before = treesAlive();
        const counted = errorsAfter("/open.py", source, edits);
        expect(treesAlive()).toBe(before);
        release("/open.py");
        expect(counted).toBe(parse("/fresh.py", after).errors.length);
      }),
      { numRuns: 80 },
    );
  });
});

/** Cuts in the order of the text, without those that reach into the next one. */
function disjoint(text: string, cuts: readonly { at: number; remove: number; insert: string }[]) {
  return cuts
    .map(({ at, remove, insert }) => {
      const start = Math.min(at, text.length);
      return { start, end: Math.min(start + remove, text.length), text: insert };
    })
    .sort((a, b) => a.start - b.start)
    .filter(({ end }, index, all) => end < (all[index + 1]?.start ?? Number.POSITIVE_INFINITY));
}

describe("documents that are edited", () => {
  afterEach(() => release("/open.py"));

  it("give the facts of a text that is parsed afresh", () => {
    fc.assert(
      fc.property(mutilated, cut, ({ source, result }, last) => {
        keep("/open.py");
        for (const text of [source, result, apply(result, last), source]) {
          const edited = readModule("/open.py", text);
          const { path: _, ...facts } = readModule("/fresh.py", text);
          expect({ ...edited, path: undefined }).toEqual({ ...facts, path: undefined });
        }
        release("/open.py");
      }),
      { numRuns: 8 },
    );
  });

  it("keep one tree each, and all others are deleted", () => {
    readModule("/other.py", "before = 1\n");
    expect(treesAlive()).toBe(0);
    keep("/open.py");
    keep("/open.py");
    for (const text of ["a = 1\n", "a = 12\n", "a = 12\n", "b = (\n", "%ls\n", ""])
      readModule("/open.py", text);
    for (const source of sources) readModule("/other.py", source);
    expect(treesAlive()).toBe(1);
    release("/open.py");
    release("/open.py");
    expect(treesAlive()).toBe(0);
  });
});
