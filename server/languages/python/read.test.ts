// What the reader says of each form of the language, in the notation of notation.ts.
import { beforeAll, describe, expect, it } from "vitest";
import type { ModuleFacts } from "../../facts/module.ts";
import { readGrammar } from "../../workspace/grammar.ts";
import { pattern, shape, text } from "./notation.ts";
import { initialise, readModule } from "./read.ts";

beforeAll(() => initialise(readGrammar));

const read = (source: string): ModuleFacts => readModule("/app.py", source);
const lines = (...parts: readonly string[]): string => `${parts.join("\n")}\n`;

describe("statements", () => {
  it.each([
    ["a = b = c()", "let a = c()", "let b = a"],
    ["self.a = b = c()", "self.a = b = c()"],
    ["a = self.b = c()", "let a = self.b = c()"],
    ["a, (b, *c) = d", "let [a, [b, c]] = d"],
    ["a: int = b()", "let a = b()"],
    ["a: int", "inert"],
    ["a = 1\na += b()", "let a = 1", "a += b()"],
    ["a[0], b.c = d", "[a.0, b.c] = d"],
    ["a = yield b", "let a = yield b"],
    ["a; b", "a", "b"],
    ["a,", "[a]"],
    ["if a: b()\nelif c: d()\nelse: e()", "if a [b()] [if c [d()] [e()]]"],
    ["if __name__ == '__main__': a()", "if false [a()]"],
    ["for a in b: c()\nelse: d()", "block [loop a of b [c()]; if  [d()]]"],
    ["while a: break", "loop a [jump]"],
    ["try: a()\nexcept B as c: d()\nfinally: e()", "try [a()] [let c; d()] [e()]"],
    ["try: a()\nexcept B: b()\nexcept (C, D): c()", "try [a()] [if B, [C, D] [b()] [c()]]"],
    ["try: a()\nexcept: b()\nelse: c()", "block [try [a()] [b()]; if  [c()]]"],
    ["try: a()\nexcept* B: b()", "try [a()] [b()]"],
    ["with a, b as c, d: e()", "with a [let c = b; d; e()]"],
    ["with (a as b, c): d()", "with  [let b = a; c; d()]"],
    ["raise", "throw `raise`"],
    ["raise A(b) from c", "throw `raise`(A(b), c)"],
    ["assert a, b", "assert(a, b)"],
    ["del a[b], c", "delete(a[b], c)"],
    ["print a", "print(a)"],
    ["type A = list[int]", "inert"],
    [
      "match a():\n    case 1 if b: c()\n    case D.e: f()",
      "block [let  = a(); if _, 1, b, D.e [c()] [f()]]",
    ],
  ])("reads %j", (source, ...expected) => {
    expect(shape(read(source))).toEqual(expected);
  });

  it("reads `async` forms", () => {
    const source = lines(
      "async def f():",
      "    async with a() as b:",
      "        async for c in d:",
      "            await e(c)",
    );
    const module = read(source);
    expect(module.functions[1]?.async).toBe(true);
    expect(shape(module, 1)).toEqual(["with  [let b = await a(); loop await c of d [await e(c)]]"]);
  });

  it("gives a `with` item the place of its item, and a decorated function that of its decorators", () => {
    const source = "with open(a) as f:\n    pass\n@b\ndef c(): pass\n";
    const module = read(source);
    const [opened, defined] = module.functions[0]?.body.statements ?? [];
    const first = opened?.kind === "with" ? opened.body.statements[0] : undefined;
    expect(source.slice(first?.range.start, first?.range.end)).toBe("open(a) as f");
    expect(source.slice(defined?.range.start, defined?.range.end)).toBe("@b\ndef c(): pass");
  });
});

describe("values", () => {
  it.each([
    ["a.b(c, *d, e=f, **g)", "a.b(c, ...(d), e=f, **=g)"],
    ["a[0]['k'][b][1:2, c]", "a.0.k[b][[:(1, 2), c]]"],
    ["a and b and c or not d", "||(&&(a, b, c), !(d))"],
    ["a if b else c", "?:(b, a, c)"],
    ["a < b <= c", "<(a, b, c)"],
    ["a is  not None", "is not(a, null)"],
    ["1 + 2 * 3 - x", "-(1, *(2, 3), x)"],
    ["(-1, 0x1F, 1_000, 1.5e3, 2j)", "[-1, 31, 1000, 1500, `2j`]"],
    ["99999999999999999999", "99999999999999999999"],
    ["(True, None, ...)", "[true, null, `...`]"],
    [String.raw`'a\n\x41\'' "b" r'\n'`, String.raw`"a\nA'b\\n"`],
    ["f'a{b}{{c}}' 'd'", "`a{b}{c}d`"],
    ["f'{a!r:>{w}}{b:d}'", "`{format(a, w)}{format(b)}`"],
    ["b'a'", "`b'a'`"],
    ["{'a': 1, 2: b, c: d, **e}", "{a: 1, 2: b, ?: [](c, d), ...: e}"],
    ["{a, b}", "[a, b]"],
    ["f(x for x in y)", "f(fn1())"],
    ["lambda: 1", "fn1"],
    ["hasattr(self, 'a')", "hasattr(self.a)"],
    ["getattr(self, 'a', None) or b", "||(??(self.a, null), b)"],
    ["setattr(self, 'a', b)", "self.a = b"],
    ["super().__init__(a)", "`super`.__init__(a)"],
  ])("reads %s", (source, expected) => {
    expect(shape(read(source))).toEqual([expected]);
  });

  it("reads a comprehension as a function that loops", () => {
    const module = read("{k: f(v) async for k, v in d if v for w in v}");
    expect(shape(module)).toEqual(["fn1()"]);
    expect(module.functions[1]).toMatchObject({ kind: "arrow", async: true, parent: 0 });
    expect(shape(module, 1)).toEqual([
      "let  = []",
      "loop await [k, v] of d [if v [loop w of v [ = {?: [](k, f(v))}]]]",
      "return _",
    ]);
  });
});

describe("functions and classes", () => {
  it("reads parameters of every kind", () => {
    const module = read("def f(a, /, b: int, c=x(), *d, e, g=1, **h): pass\ndef i(*, j): pass");
    const told = module.functions.slice(1).map((definition) =>
      definition.parameters.map(({ pattern: name, rest, named, default: otherwise }) => {
        const value = otherwise ? `=${text(module, otherwise)}` : "";
        return `${rest ? "*" : ""}${pattern(module, name)}${value}${named ? ` ${named}` : ""}`;
      }),
    );
    expect(told).toEqual([["a", "b", "c=x()", "*d", "e only", "g=1 only", "h rest"], ["j only"]]);
  });

  it("says which parameter is the receiver", () => {
    const source = lines(
      "class A(B, metaclass=M):",
      "    def __init__(self, a): self.a = a",
      "    @modal.method()",
      "    async def b(this, c): yield this.a",
      "    @staticmethod",
      "    def d(e): pass",
      "    @classmethod",
      "    def f(cls): pass",
      "    @functools.cached_property",
      "    def g(self): pass",
      "    @g.setter",
      "    def g(self, value): pass",
      "    lazy = lambda self: 1",
      "    class C: pass",
    );
    const module = read(source);
    const told = module.functions.slice(1).map((definition) => {
      const receiver = definition.receiver === undefined ? "-" : module.bindings[definition.receiver]?.name;
      const {
        name,
        kind,
        parameters,
        static: isStatic,
        accessor,
        async,
        generator,
        decorators = [],
      } = definition;
      const flags = [isStatic && "static", accessor, async && "async", generator && "generator"].filter(
        Boolean,
      );
      return [
        name,
        kind,
        receiver,
        parameters.length,
        decorators.map((each) => text(module, each)).join(),
        ...flags,
      ];
    });
    expect(told).toEqual([
      ["__init__", "constructor", "self", 1, ""],
      ["b", "method", "this", 1, "modal.method()", "async", "generator"],
      ["d", "method", "-", 1, "staticmethod", "static"],
      ["f", "method", "cls", 0, "classmethod", "static"],
      ["g", "method", "self", 0, "functools.cached_property", "get"],
      ["g", "method", "self", 1, "A.g.setter", "set"],
      [undefined, "arrow", "-", 1, ""],
    ]);
    expect(shape(module)).toEqual(["class A(B) fn1, fn2, fn3, fn4, fn5, fn6, A.lazy = fn7, A.C = class()"]);
  });

  it("reads code of a class body that does more than define", () => {
    const module = read(lines("class A(B, C):", "    if X:", "        n = f()", "        def g(self): pass"));
    expect(shape(module)).toEqual(["class A(B, C) fn2, fn1()"]);
    expect(shape(module, 1)).toEqual(["if X [A.n = f(); fn2]"]);
    expect(module.functions[2]).toMatchObject({ kind: "method", name: "g" });
  });

  it("reads generic forms as far as the grammar goes", () => {
    const source =
      "class A[T: int](B[T]):\n    def f[U](self, a: U) -> U: return g(a)\ntype X[T] = list[T]\n";
    const module = read(source);
    expect(module.syntaxErrors).toEqual([]);
    expect(shape(module)).toEqual(["class A(B[T]) fn1", "inert"]);
    expect(shape(read("def f[T = int](a): return g(a)\n"), 1)).toEqual(["return g(a)"]);
  });

  it("gives names of functions and classes their places", () => {
    const source = "@app.function()\ndef f(): pass\n";
    const definition = read(source).functions[1];
    expect(source.slice(definition?.nameRange?.start, definition?.nameRange?.end)).toBe("f");
    expect(source.slice(definition?.range.start, definition?.range.end)).toBe(source.trimEnd());
  });
});

describe("texts that are no clean Python", () => {
  it("lists comments without their marks", () => {
    const source = "# é first\nx = '# none'  ## second #\n";
    expect(read(source).comments.map((comment) => [comment.text, comment.range.start])).toEqual([
      ["é first", 0],
      ["second #", source.indexOf("##")],
    ]);
  });

  it("counts in UTF-16 units", () => {
    const source = "s = '😀é'; f(s)\n";
    const [, call] = read(source).functions[0]?.body.statements ?? [];
    expect(source.slice(call?.range.start, call?.range.end)).toBe("f(s)");
  });

  it("keeps the calls of broken code and says where it is broken", () => {
    const source = "import modal\nx = load(1)\ndef f(:\n    y = load(2)\n\nz = load(3)\n";
    const module = read(source);
    expect(module.syntaxErrors.length).toBeGreaterThan(0);
    const [first] = module.syntaxErrors;
    expect(source.slice(0, first?.range.start).split("\n").length).toBe(3);
    expect(JSON.stringify(module.functions).match(/"name":"load"/g)?.length).toBe(3);
  });

  it("reads notebook cells past their magics", () => {
    const source = lines(
      "%pip install modal",
      "import modal",
      "!ls -l",
      "x = (7",
      "  %y)",
      "modal.App?",
      "f(x)",
    );
    const module = read(source);
    expect(module.syntaxErrors).toEqual([]);
    expect(shape(module)).toEqual(["inert", "let x = %(7, y)", "f(x)"]);
    expect(read("%%bash\nls -l\nif x; then y; fi\n").syntaxErrors).toEqual([]);
  });

  it("says so where code nests too deeply", () => {
    const deep = `${"(".repeat(200_000)}1${")".repeat(200_000)}`;
    expect(read(deep).syntaxErrors.length).toBeGreaterThan(0);
  });

  it("reads long chains that lean to the left", () => {
    expect(shape(read(Array(5000).fill("a").join(" + "))).length).toBe(1);
    expect(read("\\").functions.length).toBe(1);
    expect(read("").syntaxErrors).toEqual([]);
  });
});
