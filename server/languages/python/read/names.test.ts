// What names mean: scopes, imports, exports.
import { beforeAll, describe, expect, it } from "vitest";
import type { ModuleFacts } from "../../../facts/module.ts";
import { readGrammar } from "../../../workspace/grammar.ts";
import { names, shape } from "../notation.ts";
import { initialise, readModule } from "../read.ts";

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

  it("give undeclared names that Python does not have to `from x import *`", () => {
    expect(imports("from a import *\nload(print)\nload()")).toEqual(["a:* as -", "a:load as load"]);
  });

  it("give them to the last of several, which knows the others", () => {
    const text = "from a import *\nfrom b import *\nload()";
    expect(imports(text)).toEqual(["a:* as -", "b:* as -", "b:load as load"]);
    expect(read(text).imports.at(-1)?.others).toEqual(["a"]);
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
