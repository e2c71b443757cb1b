// What the reader says of each form of the language, in a notation that shows names with the place of their declaration.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Block, ModuleFacts, Pattern, Statement, Value } from "../../facts/module.ts";
import { importsOf, readModule } from "./read.ts";

describe("names", () => {
  it("resolves a name to the innermost declaration, whichever function it stands in", () => {
    expect(names("const a = 1; function f(a) { { let a; a; } a; } a;", "a")).toEqual([
      "const@0",
      "variable@1",
      "variable@1",
      "parameter@1",
      "const@0",
    ]);
  });

  it("hoists functions and `var`, and leaves names that nobody declares to the globals", () => {
    expect(names("f(); function f() { x; if (a) { var x = 1; } } x;", "f")).toEqual(["function@0"]);
    expect(names("f(); function f() { x; if (a) { var x = 1; } } x;", "x")).toEqual([
      "variable@1",
      "variable@1",
      "global",
    ]);
  });

  it("keeps the names of loops, `catch` and `switch` to themselves", () => {
    const text =
      "for (const x of xs) x; x; for (let x = 0; x < 1; x++); try {} catch (x) { x } switch (y) { case 1: const x = 2; x }";
    expect(names(text, "x")).toEqual([
      "const@0",
      "const@0",
      "global",
      "variable@0",
      "variable@0",
      "variable@0",
      "variable@0",
      "variable@0",
      "const@0",
      "const@0",
    ]);
  });

  it("binds names in nested patterns with defaults, and evaluates the defaults", () => {
    const module = read("const { a, b: { c = d() }, ...e } = f, [g, , h] = i;");
    expect(module.bindings.map((binding) => binding.name)).toEqual(["a", "c", "e", "g", "h"]);
    expect(shape(module)).toEqual(["const {a: a, b: {c: c = d()}, e} = f", "const [g, -, h] = i"]);
  });

  it.each([
    ["let x = 1;", false],
    ["let x = 1; function f() { x = 2; }", true],
    ["let x = 1; x++;", true],
    ["let x = 1; x ??= 2;", true],
    ["let x; ({ x } = f());", true],
    ["let x; [x = 1] = f();", true],
    ["let x; for (x of xs);", true],
    ["var x = 1; var x = 2;", true],
    ["function x() {} function x() {}", true],
    ["function x(a: string): void; function x(a: any) {}", false],
    ["let x = 1; { let x; x = 2; }", false],
  ])("knows whether a name is written to again: %s", (text, expected) => {
    expect(read(text).bindings.find((binding) => binding.name === "x")?.reassigned).toBe(expected);
  });

  it("lets a function expression know its own name, and nobody else", () => {
    expect(names("const f = function g() { g; }; g;", "g")).toEqual(["function@1", "global"]);
  });
});

describe("statements and values", () => {
  it.each([
    ["(await (f(1) as T))!;", "await f(1)"],
    ["a?.b.c?.[d]?.();", "a?.b.c?.[d]?.()"],
    ["new X(1, ...y);", "new X(1, ...(y))"],
    ["a.b['c'] ??= d;", "a.b.c ??= d"],
    ["x = a ?? b ?? c;", "x = ??(a, b, c)"],
    ["a && b || c;", "||(&&(a, b), c)"],
    ["a ? b : c;", "?:(a, b, c)"],
    ["1 + 2 * 3 - x;", "-(1, *(2, 3), x)"],
    ["void 0; undefined; -1;", "undefined", "undefined", "-1"],
    ["`a$" + "{b}c`; `d`;", "`a,b,c`", '"d"'],
    ["tag`a$" + "{b}`;", "`(tag, b)"],
    ["[a, , ...b];", "[a, undefined, ...(b)]"],
    ["({ a, 'b': 1, [c]: 2, ['d']: 3, ...e });", "{a: a, b: 1, ?: [](c, 2), d: 3, ...: e}"],
    ["x satisfies T; f<string>(a); <T>y;", "x", "f(a)", "y"],
    ["delete a.b; typeof c;", "delete(a.b)", "typeof(c)"],
    ["import.meta.url; this.x; /r/g;", "`import.meta`.url", "`this`.x", "`/r/g`"],
    ["using a = b();", "const a = b()"],
  ])("reads %s", (text, ...expected) => {
    expect(shape(read(text))).toEqual(expected);
  });

  it("reads control flow as blocks, also where nobody wrote braces", () => {
    const text = `
      if (a) b(); else if (c) { d(); }
      switch (e) { case 1: f(); break; default: g(); }
      for (let i = 0; i < 2; i++) h();
      outer: for await (const j of k) continue outer;
      do l(); while (m);
      try { n(); } catch { o(); } finally { p(); }
      throw q;
      { r(); }`;
    expect(shape(read(text))).toEqual([
      "if a [b()] [if c [d()]]",
      "if e, 1 [f(); jump] [g()]",
      "loop i = 0, <(i, 2), i ++ [h()]",
      "loop await j of k [jump]",
      "loop m [l()]",
      "try [n()] [o()] [p()]",
      "throw q",
      "block [r()]",
    ]);
  });

  it("gives each declarator of a list its own range, and all of them the statement's", () => {
    const text = "const a = 1, b = 2;";
    const [first, second] = read(text).functions[0]?.body.statements ?? [];
    expect([first, second].map((statement) => sliced(text, statement?.range))).toEqual(["a = 1", "b = 2"]);
    expect(second?.kind === "declare" && sliced(text, second.declaration)).toBe(text);
  });

  it("reads functions of every form with their flags", () => {
    const module = read(
      "async function a() {} const b = async () => 1; const c = { async *d() {}, get e() { return 1 } };",
    );
    expect(
      module.functions.map(({ name, kind, async, generator, accessor, parent }) => [
        name,
        kind,
        async,
        generator,
        accessor,
        parent,
      ]),
    ).toEqual([
      [undefined, "module", false, false, undefined, undefined],
      ["a", "function", true, false, undefined, 0],
      [undefined, "arrow", true, false, undefined, 0],
      ["d", "method", true, true, undefined, 0],
      ["e", "method", false, false, "get", 0],
    ]);
    expect(shape(module, 2)).toEqual(["return 1"]);
  });

  it("runs what a class initialises where it runs", () => {
    const module = read(`
      @app.cls({ keepWarm: 3 })
      export class A extends B {
        static s = f();
        p = g();
        static { h(); }
        constructor(private readonly q: Q) { super(); }
        @enter() async load() {}
      }`);
    expect(shape(module)).toEqual(["class A extends B @app.cls({keepWarm: 3}) A.s = f() fn1() fn2 fn3"]);
    expect(shape(module, 1)).toEqual(["h()"]);
    expect(shape(module, 2)).toEqual(["`this`.q = q", "`this`.p = g()", "`super`()"]);
    expect(module.functions[3]?.decorators?.map((value) => text(module, value))).toEqual(["enter()"]);
  });

  it("gives a class without a constructor one for its properties", () => {
    const module = read("class A { x = f(); m() {} }");
    expect(module.functions.map((definition) => definition.kind)).toEqual([
      "module",
      "method",
      "constructor",
    ]);
    expect(shape(module, 2)).toEqual(["`this`.x = f()"]);
  });

  it("reads JSX as an operation on what it evaluates", () => {
    const module = readModule("/a.tsx", "x = <A b={c} {...d}>t {e()}<p>{f}</p></A>;");
    expect(shape(module)).toEqual(["x = jsx(A, c, d, e(), jsx(f))"]);
  });

  it("reads enums and namespaces as constants, and promises as nothing", () => {
    const module = read(
      "enum E { A = f() } namespace N { export const x = g(); } declare const d: number; d;",
    );
    expect(shape(module)).toEqual([
      "const E = `enum`(f())",
      "const N = `namespace`",
      "block [const x = g()]",
      "inert",
      "d",
    ]);
    expect(module.exports).toEqual([]);
    expect(names("declare const d: number; d;", "d")).toEqual(["global"]);
  });
});

describe("imports and exports", () => {
  it.each([
    ["import a, { b as c, type T } from 'x';", ["a=default", "c=b", "T=T type"]],
    ["import * as n from 'x'; import type U from 'x';", ["n=*", "U=default type"]],
    ["import 'x';", ["=*"]],
    ["import r = require('x');", ["r=* require"]],
    [
      "const a = require('x'), { b: c, d = 1 } = require('x');",
      ["a=* require", "c=b require", "d=d require"],
    ],
    ["const p = require('x').promises;", ["p=promises require"]],
    ["async () => { const { a } = await import('x'); }", ["a=a dynamic"]],
    ["const m = (await import('x')).default;", ["m=default dynamic"]],
    ["f(require('x'), import('x'));", ["=* require", "=* dynamic"]],
    ["const require = createRequire(import.meta.url); const a = require('x');", ["a=* require"]],
    ["function f(require) { require('x') }", []],
  ])("reads %s", (source, expected) => {
    const module = read(source);
    expect(
      module.imports.map(({ binding, imported, typeOnly, form, specifier }) => {
        expect(specifier).toBe("x");
        const name = binding === undefined ? "" : module.bindings[binding]?.name;
        return `${name}=${imported}${typeOnly ? " type" : ""}${form === "import" ? "" : ` ${form}`}`;
      }),
    ).toEqual(expected);
  });

  it.each([
    ["export const a = 1, { b, c: [d] } = x;", ["a:a", "b:b", "d:d"]],
    ["export function f() {} export class C {}", ["f:f", "C:C"]],
    ["export default function () {}", ["default=fn1"]],
    ["export default app.function(h);", ["default=app.function(h)"]],
    ["const h = 1; export { h as handler, T }; export default h;", ["handler:h", "default:h"]],
    ["export { a as b } from 'x'; export * from 'y'; export * as z from 'z';", ["b<x#a", "*<y#*", "z<z#*"]],
    ["exports.handler = async () => 1; module.exports.x = y;", ["handler=fn1", "x=y"]],
    ["exports.a = exports.b = void 0; exports.a = exports.b = c;", ["b=c", "a=c"]],
    [
      "const f = 1; module.exports = { f, g: h(), ...require('x') };",
      ["default={…}", "f:f", "g=h()", "*<x#*"],
    ],
    ["export = f;", ["default=f"]],
    ["function g(exports) { exports.x = 1 }", []],
  ])("reads %s", (source, expected) => {
    const module = read(source);
    expect(
      module.exports.map(({ name, binding, value, from }) => {
        if (from) return `${name}<${from.specifier}#${from.name}`;
        if (binding !== undefined) return `${name}:${module.bindings[binding]?.name}`;
        return `${name}=${value?.kind === "object" ? "{…}" : value && text(module, value)}`;
      }),
    ).toEqual(expected);
  });

  it.each([
    ["/a.ts", "export const a = 1;", "esm"],
    ["/a.js", "const a = require('x');", "cjs"],
    ["/a.js", "exports.a = 1;", "cjs"],
    ["/a.js", "await f();", "esm"],
    ["/a.js", "f();", "esm"],
    ["/a.cjs", "f();", "cjs"],
    ["/a.mts", "const a = require('x');", "esm"],
  ])("says of %s with %s which module system it is written for", (path, source, expected) => {
    expect(readModule(path, source).syntax).toBe(expected);
  });

  it("scans for specifiers without reading", () => {
    expect(
      importsOf("import a from 'x'; export * from 'y'; const b = require('z'); await import('w');"),
    ).toEqual(["x", "y", "z", "w"]);
  });
});

describe("comments", () => {
  it("finds comments, and takes no string, template, regular expression or JSX text for one", () => {
    const source = `#!/usr/bin/env node // no
      // coldstart-disable-next-line sequential-loads -- why
      const a = "// no", b = /\\/\\/ no/, c = \`// no \${ d /* yes */ } // no\`; // last
      type T = "http://no"; /** doc
       * more */
      const e = <p>// no</p>;`;
    expect(readModule("/a.tsx", source).comments.map((comment) => comment.text)).toEqual([
      "coldstart-disable-next-line sequential-loads -- why",
      "yes",
      "last",
      "doc\n       * more",
    ]);
  });
});

describe("any text", () => {
  it("reads a broken file as far as it parses, and says where it breaks", () => {
    const module = read("const a = load(); const b = ; f(a");
    expect(shape(module)).toEqual(["const a = load()", "const b = ``", "f(a)"]);
    expect(module.syntaxErrors).toHaveLength(2);
  });

  it("says so when code is nested too deeply", () => {
    expect(read("(".repeat(100_000)).syntaxErrors[0]?.message).toMatch(/too deeply/);
  });

  it("survives every mutilation of real sources, with ranges inside the text and ids that exist", () => {
    const require = createRequire(import.meta.url);
    const sources = ["valibot", "commander", "magic-string", "fast-check"].map((name) => {
      const source = readFileSync(require.resolve(name), "utf8");
      return source.slice(0, 20_000);
    });
    sources.push(readFileSync(import.meta.filename, "utf8"));
    const cut = fc.record({
      at: fc.nat(20_000),
      remove: fc.nat(200),
      insert: fc.constantFrom("", "{", "(", "`", "/*", "<", "async ", "}", '"', "@", "=>"),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...sources),
        fc.constantFrom("/a.ts", "/a.tsx", "/a.js", "/a.cjs"),
        fc.array(cut, { minLength: 1, maxLength: 6 }),
        (source, path, cuts) => {
          let mutilated = source;
          for (const { at, remove, insert } of cuts) {
            mutilated = mutilated.slice(0, at) + insert + mutilated.slice(at + remove);
          }
          expectSound(readModule(path, mutilated), mutilated);
        },
      ),
      { numRuns: 60 },
    );
  });
});

function read(source: string): ModuleFacts {
  return readModule("/a.ts", source);
}

function sliced(source: string, range: { start: number; end: number } | undefined): string {
  return range ? source.slice(range.start, range.end) : "";
}

/** Each use of a name, as `kind@function` of the binding that it means, in the order of evaluation. */
function names(source: string, name: string): string[] {
  const module = read(source);
  const found: { readonly at: number; readonly text: string }[] = [];
  const note = (range: { start: number }, binding: number | undefined) => {
    const meant = binding === undefined ? undefined : module.bindings[binding];
    found.push({ at: range.start, text: meant ? `${meant.kind}@${meant.scope}` : "global" });
  };
  walk(module.functions, (node) => {
    if (node.kind !== "name") return;
    if ("name" in node && node.name === name) note(node.range, node.binding);
    else if (
      !("name" in node) &&
      typeof node.binding === "number" &&
      module.bindings[node.binding]?.name === name
    )
      note(node.range, node.binding);
  });
  const declared = new Set(
    module.bindings.filter((binding) => binding.kind === "parameter").map((b) => b.range.start),
  );
  return found
    .filter(({ at }) => !declared.has(at))
    .sort((a, b) => a.at - b.at)
    .map(({ text }) => text);
}

interface Named {
  readonly kind?: string;
  readonly name?: string;
  readonly binding?: number;
  readonly range: { readonly start: number; readonly end: number };
}

function walk(node: unknown, visit: (node: Named) => void): void {
  if (Array.isArray(node)) for (const item of node) walk(item, visit);
  else if (node && typeof node === "object") {
    if ("range" in node) visit(node as Named);
    for (const value of Object.values(node)) walk(value, visit);
  }
}

function expectSound(module: ModuleFacts, source: string): void {
  walk(module, ({ range, binding }) => {
    if (range.start < 0 || range.start > range.end || range.end > source.length) {
      throw new Error(`range ${range.start}..${range.end} of ${source.length}`);
    }
    if (binding !== undefined && !module.bindings[binding]) throw new Error(`binding ${binding}`);
  });
  for (const definition of module.functions) {
    if (definition.parent === undefined && definition.kind !== "module")
      throw new Error("function without parent");
  }
}

function shape(module: ModuleFacts, id = 0): string[] {
  return (module.functions[id]?.body.statements ?? []).map((statement) => line(module, statement));
}

function line(module: ModuleFacts, statement: Statement): string {
  const block = (body: Block | undefined) =>
    body ? ` [${body.statements.map((inner) => line(module, inner)).join("; ")}]` : "";
  const list = (values: readonly Value[]) => values.map((value) => text(module, value)).join(", ");
  switch (statement.kind) {
    case "declare":
      return `const ${pattern(module, statement.pattern)}${statement.value ? ` = ${text(module, statement.value)}` : ""}`;
    case "expression":
      return text(module, statement.value);
    case "return":
    case "throw":
      return statement.value ? `${statement.kind} ${text(module, statement.value)}` : statement.kind;
    case "branch":
      return `if ${list(statement.tests)}${statement.branches.map(block).join("")}`;
    case "loop": {
      const of = statement.pattern ? `${pattern(module, statement.pattern)} of ` : "";
      return `loop ${statement.async ? "await " : ""}${of}${list(statement.header)}${block(statement.body)}`;
    }
    case "try":
      return `try${block(statement.body)}${block(statement.handler)}${block(statement.finalizer)}`;
    case "block":
      return `block${block(statement.body)}`;
    case "class": {
      const name = statement.binding === undefined ? "" : module.bindings[statement.binding]?.name;
      const base = statement.extends ? ` extends ${text(module, statement.extends)}` : "";
      const decorators = (statement.decorators ?? []).map((value) => ` @${text(module, value)}`).join("");
      return `class ${name}${base}${decorators} ${statement.members.map((member) => text(module, member)).join(" ")}`;
    }
    case "function":
      return `fn${statement.function}`;
    default:
      return statement.kind;
  }
}

function pattern(module: ModuleFacts, target: Pattern): string {
  switch (target.kind) {
    case "name":
      return module.bindings[target.binding]?.name ?? "?";
    case "place":
      return text(module, target.value);
    case "array":
      return `[${target.items.map((item) => (item ? pattern(module, item) : "-")).join(", ")}]`;
    case "object": {
      const entries = target.entries.map(({ key, pattern: inner, default: initial }) => {
        const name = key === undefined ? "" : `${key}: `;
        return name + pattern(module, inner) + (initial ? ` = ${text(module, initial)}` : "");
      });
      return `{${entries.join(", ")}}`;
    }
  }
}

function text(module: ModuleFacts, value: Value): string {
  const all = (values: readonly Value[]) => values.map((inner) => text(module, inner)).join(", ");
  switch (value.kind) {
    case "literal":
      return typeof value.value === "string" ? JSON.stringify(value.value) : String(value.value);
    case "name":
      return value.name;
    case "member": {
      const dot = value.optional ? "?." : value.key ? "" : ".";
      return text(module, value.object) + dot + (value.key ? `[${text(module, value.key)}]` : value.property);
    }
    case "call": {
      const dot = value.optional ? "?." : "";
      return `${value.construct ? "new " : ""}${text(module, value.callee)}${dot}(${all(value.args)})`;
    }
    case "await":
      return `await ${text(module, value.value)}`;
    case "yield":
      return `yield ${value.value ? text(module, value.value) : ""}`;
    case "object":
      return `{${value.entries
        .map((entry) => `${entry.spread ? "..." : (entry.key ?? "?")}: ${text(module, entry.value)}`)
        .join(", ")}}`;
    case "array":
      return `[${all(value.items)}]`;
    case "function":
      return `fn${value.function}`;
    case "template":
      return `\`${value.parts.map((part) => (typeof part === "string" ? part : text(module, part))).join(",")}\``;
    case "assign":
      return `${pattern(module, value.target)} ${value.operator}${value.value ? ` ${text(module, value.value)}` : ""}`;
    case "choice":
    case "operation":
      return `${value.operator}(${all(value.operands)})`;
    case "other":
      return `\`${value.text.split(" ")[0]}\`${value.parts.length > 0 ? `(${all(value.parts)})` : ""}`;
  }
}
