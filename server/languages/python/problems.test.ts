// What is said of texts that are no Python, and that Python itself agrees.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { readGrammar } from "../../workspace/grammar.ts";
import { firstProblem } from "./problems.ts";
import { initialise, readModule } from "./read.ts";

beforeAll(() => initialise(readGrammar));

const head = "import modal\n\n";

/** Line and column, from 1, and what is said there. */
function firstOf(source: string): string | undefined {
  const text = head + source;
  const [first] = readModule("/a.py", text).syntaxErrors;
  if (!first) return undefined;
  const lines = text.slice(0, first.range.start).split("\n");
  return `${lines.length}:${(lines.at(-1)?.length ?? 0) + 1} ${first.message}`;
}

describe("the first problem of a text", () => {
  it.each([
    ["def f(x:\n    return x\n\ny = 1\n", "3:6 `(` is never closed."],
    ["a = [1, 2\nb = 3\ndef g(): pass\n", "3:5 `[` is never closed."],
    ["a = (1, 2]\n", "3:10 `]` does not close `(` of line 3."],
    ["a = 1)\n", "3:6 `)` closes nothing."],
    ["def f(x):\n    if x\n        return 1\n", "4:9 `:` is expected at the end of `if x`."],
    ["class A\n    x = 1\n", "3:8 `:` is expected at the end of `class A`."],
    ["try\n    f()\nexcept E:\n    pass\n", "3:4 `:` is expected at the end of `try`."],
    ["def f():\nreturn 1\n", "4:1 An indented block is expected after line 3."],
    ["def f():\n", "4:1 An indented block is expected after line 3."],
    ["x = 1\n    y = 2\n", "4:5 This line is indented, though nothing above it opens a block."],
    ["for i in a:\n    pass\n  x = 1\n", "5:3 The indentation of this line fits none of the lines above."],
    ['s = "abc\nt = 1\n', '3:5 `"` is not closed on its line.'],
    ["s = '''abc\nt = 1\n", "3:5 `'''` is never closed."],
    ['print "x"\n', "3:1 `print` is a function: put what it is given into parentheses."],
    ["return = 4\n", "3:8 `=` is not expected here."],
    ["def g(x):\n    return x +\n\nh(1)\n", "4:14 Something is expected after `+`."],
    ["x = a b c\n", "3:5 `a b` can't be read as Python."],
  ])("of %j", (source, said) => {
    expect(firstOf(source)).toBe(said);
  });

  it.each([
    'x = f"{a["b"]:>{width}} {{ {c!r} \\N{DASH}"\n',
    "x = rf'\\{a}' if a else lambda: b\n",
    "if (a and\n  b): c = {1: 2}; d = e[1:]\n",
    "x = 1 + \\\n        2\n",
    "def f(): return 1\nclass A: pass\n",
    "if a:\n\tb\n# comment\n  # comment\nelse:\n        c\n",
    "match = 1\nprint(match)\n",
    "x = 1\nprint if x else f\n",
    "x = '''\n  (\n'''\n",
  ])("is none in %j", (source) => {
    expect(firstOf(source)).toBeUndefined();
  });
});

const pieces = [
  "",
  "(",
  ")",
  "]",
  ":",
  "'''",
  '"',
  "\n",
  "\n  ",
  "\t",
  "\\",
  "f'{",
  "if x",
  "def f():",
  "#",
  "{",
];
const cut = fc.record({ at: fc.nat(20_000), remove: fc.nat(12), insert: fc.constantFrom(...pieces) });

it("is one for Python, too, and there is none in its own library", () => {
  const folder = execFileSync("python3", ["-c", "import os; print(os.path.dirname(os.__file__))"], {
    encoding: "utf8",
  }).trim();
  const sources = readdirSync(folder)
    .filter((name) => name.endsWith(".py"))
    .map((name) => readFileSync(join(folder, name), "utf8"));
  expect(sources.map(firstProblem)).toEqual(sources.map(() => undefined));
  fc.assert(
    fc.property(
      fc.array(fc.record({ source: fc.constantFrom(...sources), cut }), { minLength: 60, maxLength: 60 }),
      (cases) => {
        const texts = cases.map(({ source, cut: { at, remove, insert } }) => {
          const place = Math.min(at, source.length);
          return source.slice(0, place) + insert + source.slice(place + remove);
        });
        const wrong = texts.filter((text) => firstProblem(text) !== undefined);
        const sound = compiles(wrong);
        expect(wrong.filter((_, index) => sound[index])).toEqual([]);
      },
    ),
    { numRuns: 4, endOnFailure: true },
  );
});

const check = `import json, sys, warnings
warnings.simplefilter("ignore")
def compiles(text):
    try:
        compile(text, "a.py", "exec")
        return True
    except SyntaxError:
        return False
print(json.dumps([compiles(text) for text in json.load(sys.stdin)]))`;

function compiles(texts: readonly string[]): readonly boolean[] {
  const out = execFileSync("python3", ["-c", check], { input: JSON.stringify(texts), encoding: "utf8" });
  return JSON.parse(out) as readonly boolean[];
}
