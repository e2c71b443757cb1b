// What the reader says of each form of the language, in the notation of notation.ts.
import { beforeAll, describe, expect, it } from "vitest";
import type { ModuleFacts } from "../../facts/module.ts";
import { readGrammar } from "../../workspace/grammar.ts";
import { names, pattern, shape, text } from "./notation.ts";
import { initialise, readModule } from "./read.ts";

beforeAll(() => initialise(readGrammar));

const read = (source: string): ModuleFacts => readModule("/app.py", source);
const lines = (...parts: readonly string[]): string => `${parts.join("\n")}\n`;

describe("names", () => {
  it("make a name local wherever a function assigns it", () => {
    const source = lines("x = 1", "def f():", "    print(x)", "    x = 2", "def g():", "    print(x)", "x");
    expect(names(read(source), "x")).toEqual([
      "variable@0",
      "variable@1",
      "variable@1",
      "variable@0",
      "variable@0",
    ]);
  });

  it("follow `global` and `nonlocal`", () => {
    const source = lines(
      "def f():",
      "    global x, y",
      "    x = 1",
      "    def g():",
      "        nonlocal z",
      "        z = x",
      "    z = 2",
      "print(y)",
    );
    const module = read(source);
    expect(names(module, "x")).toEqual(["variable@0", "variable@0"]);
    expect(names(module, "z")).toEqual(["variable@1", "variable@1"]);
    expect(names(module, "y")).toEqual(["variable@0"]);
  });

  it("hide a class's own names from its methods, not from its body", () => {
    const module = read(
      lines("class A:", "    n = 1", "    m = n + 1", "    def f(self):", "        return n"),
    );
    expect(shape(module)).toEqual(["class A() A.n = 1, A.m = +(A.n, 1), fn1"]);
    expect(shape(module, 1)).toEqual(["return n"]);
    expect(names(module, "n")).toEqual(["global"]);
  });

  it("keep comprehension and lambda variables to themselves, and let `:=` out", () => {
    const source = lines("r = [y := x for x in x if x]", "f = lambda x, z=x: x + z", "print(y)");
    const module = read(source);
    expect(names(module, "x")).toEqual([
      "variable@1",
      "variable@1",
      "global",
      "variable@1",
      "global",
      "parameter@2",
    ]);
    expect(names(module, "y")).toEqual(["variable@0", "variable@0"]);
  });

  it("bind what loops, `with`, `except`, `match` and unpacking name", () => {
    const source = lines(
      "for a, (b, *c) in d: pass",
      "with e() as f, g: pass",
      "try: pass",
      "except E as h: pass",
      "match i:",
      "    case [j, *k]: pass",
      "    case {'l': l, **m}: pass",
      "    case P(n, o=q) | R.s as t: pass",
      "    case _: pass",
    );
    const bound = read(source).bindings.map((binding) => binding.name);
    expect(bound.filter(Boolean)).toEqual(["a", "b", "c", "f", "h", "j", "k", "l", "m", "n", "q", "t"]);
  });

  it.each([
    ["x = 1", false],
    ["x = 1\nx = 2", true],
    ["x = None\ndef f():\n    global x\n    x = 1", true],
    ["def f():\n    global x\n    x = 1", true],
    ["x = None\ndef f():\n    x = 1", false],
    ["x = 1\nx += 1", true],
    ["x = 1\nfor x in y: pass", true],
    ["x = 1\ndel x", true],
    ["x = 1\nprint(x := 2)", true],
    ["try:\n    import x\nexcept ImportError:\n    x = None", true],
    ["import x.y\nimport x.z", false],
    ["def x(): pass\ndef x(): pass", true],
    ["x: int\nx = 1", true],
  ])("know whether a name is written to again: %j", (source, expected) => {
    expect(read(source).bindings.find((binding) => binding.name === "x")?.reassigned).toBe(expected);
  });

  it("are all exported from a module", () => {
    const module = read("import a\nb = 1\ndef c(): d = 1\nclass E: pass\nfrom .f import *\n");
    expect(module.exports.map(({ name, from }) => (from ? `${from.specifier}:${name}` : name))).toEqual([
      ...["a", "b", "c", "E", ".f:*"],
    ]);
  });
});

describe("imports", () => {
  const imports = (source: string) => {
    const module = read(source);
    return module.imports.map(({ specifier, imported, binding, submodule, typeOnly, function: id }) => {
      const name = binding === undefined ? "-" : module.bindings[binding]?.name;
      return `${specifier}:${imported} as ${name}${submodule ? ` or ${submodule}` : ""}${typeOnly ? " type" : ""}${id > 0 ? ` in ${id}` : ""}`;
    });
  };

  it.each([
    ["import a", "a:* as a"],
    ["import a.b as c", "a.b:* as c"],
    ["import a.b, d", "a:* as a", "a.b:* as a.b", "d:* as d"],
    ["from a.b import c as d, e", "a.b:c as d or a.b.c", "a.b:e as e or a.b.e"],
    ["from . import a", ".:a as a or .a"],
    ["from ..a import (b,\n  c)", "..a:b as b or ..a.b", "..a:c as c or ..a.c"],
    ["from a import *", "a:* as -"],
    ["from __future__ import annotations"],
    ["def f():\n    import a", "a:* as a in 1"],
    ["if TYPE_CHECKING:\n    import a\nelse:\n    import b", "a:* as a type", "b:* as b"],
    ["if typing.TYPE_CHECKING:\n    from a import b", "a:b as b or a.b type"],
    ["with image.imports():\n    import torch", "torch:* as torch"],
    ["try:\n    import a\nexcept ImportError:\n    import b as a", "a:* as a", "b:* as a"],
  ])("reads %j", (source, ...expected) => {
    expect(imports(source)).toEqual(expected);
  });

  it("take `a.b` for one name after `import a.b`, where `a` is that import", () => {
    const module = read("import a.b\na.b.c()\na.d()\ndef f(a):\n    a.b.c()\n");
    expect(names(module, "a.b")).toEqual(["import@0"]);
    expect(shape(module)).toEqual(["inert", "a.b.c()", "a.d()", "fn1"]);
  });

  it("give undeclared names that Python does not have to the one `from x import *`", () => {
    expect(imports("from a import *\nload(print)\nload()")).toEqual(["a:* as -", "a:load as load"]);
    expect(imports("from a import *\nfrom b import *\nload()")).toEqual(["a:* as -", "b:* as -"]);
  });

  it("read `import_module` and `__import__` as dynamic imports", () => {
    const module = read(
      'import importlib as i\nm = i.import_module("a.b")\nn = __import__("c")\no = i.import_module(d)',
    );
    expect(module.imports.map(({ specifier, form }) => `${form} ${specifier}`)).toEqual([
      ...["import importlib", "dynamic a.b", "dynamic c"],
    ]);
    expect(shape(module)).toEqual([
      "inert",
      'let m = import("a.b")',
      'let n = import("c")',
      "let o = i.import_module(d)",
    ]);
  });
});

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
