import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lower } from "./lowering.ts";
import type { Program } from "./program.ts";
import { run as runProgram } from "./running.ts";

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "lowering-")));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}

const at = (name: string): string => join(root, name);

function lowered(entry: string, overlay?: Readonly<Record<string, string>>): Promise<Program> {
  return lower(at(entry), { root, cache: at(".cache"), sdk: at("the-sdk.js"), ...(overlay && { overlay }) });
}

const run = (program: Program) => runProgram(program, root);

describe("what needs no lowering", () => {
  it("gives empty maps for a project of JavaScript with its own SDK", async () => {
    write({
      "package.json": `{ "type": "module" }`,
      "node_modules/coldstart/package.json": `{ "name": "coldstart", "exports": "./sdk.js" }`,
      "node_modules/coldstart/sdk.js": "export class App {}",
      "app.js": `import { App } from "coldstart"; import fs from "node:fs"; import "./b.js"; export default App;`,
      "b.js": "export const b = 1;",
    });
    const program = await lowered("app.js");
    expect(program).toMatchObject({ files: {}, resolutions: {}, sdk: "project", format: "module" });
    expect(program.imports).toEqual(["coldstart", "node:fs", "./b.js"]);
  });

  it("leaves what Node's require finds by itself", async () => {
    write({
      "app.js": `const a = require("./a"); const d = require("./dir"); module.exports = { a, d };`,
      "a.js": "",
      "dir/index.js": "",
    });
    expect(await lowered("app.js")).toMatchObject({
      files: {},
      resolutions: {},
      format: "commonjs",
      sdk: "none",
    });
  });

  it("does not look into packages", async () => {
    write({
      "app.mjs": `import "pkg";`,
      "node_modules/pkg/package.json": `{ "main": "index.ts" }`,
      "node_modules/pkg/index.ts": "export const = ;",
    });
    expect((await lowered("app.mjs")).files).toEqual({});
  });
});

describe("names that Node does not resolve as the build does", () => {
  it("follows endings, folders, aliases and inherited configs", async () => {
    write({
      "package.json": `{ "type": "module" }`,
      "base.json": `{ "compilerOptions": { "paths": { "@lib/*": ["./lib/*"], "exact": ["./lib/c.ts"] } } }`,
      "tsconfig.json": `{ // comments and trailing commas are fine
        "extends": "./base", }`,
      "app.ts": `
        import { a } from "./a"; import { b } from "./b.js"; import { d } from "./dir"; import { c } from "@lib/c";
        import { c as e } from "exact"; import { m } from "./m.mjs";
        const { lazy } = await import("./lazy");
        console.log(a, b, c, d, e, m, lazy);`,
      "a.ts": "export const a: string = 'a';",
      "b.ts": "export const b: string = 'b';",
      "m.mts": "export const m: string = 'm';",
      "lib/c.ts": "export const c: string = 'c';",
      "dir/index.ts": "export { d } from './d.js';",
      "dir/d.ts": "export const d: string = 'd';",
      "lazy.ts": "export const lazy: string = 'lazy';",
    });
    const program = await lowered("app.ts");
    expect(await run(program)).toBe("a b c d c m lazy");
    expect(program.imports).not.toContain("./nowhere");
    expect(program.resolutions[at("app.ts")]?.["@lib/c"]).toBe(at("lib/c.ts"));
  });

  it("follows baseUrl", async () => {
    write({
      "package.json": `{ "type": "module" }`,
      "tsconfig.json": `{ "compilerOptions": { "baseUrl": "./src" } }`,
      "src/app.ts": `import { a } from "deep/a"; console.log(a);`,
      "src/deep/a.ts": "export const a: number = 1;",
    });
    expect(await run(await lowered("src/app.ts"))).toBe("1");
  });

  it("follows a part of the project that is linked into node_modules", async () => {
    write({
      "package.json": `{ "type": "module" }`,
      "app.ts": `import { shared } from "@org/shared/x"; console.log(shared);`,
      "packages/shared/package.json": `{ "name": "@org/shared", "type": "module", "exports": { "./*": { "import": "./src/*.ts" } } }`,
      "packages/shared/src/x.ts": "export const shared: string = 'shared';",
      "node_modules/@org/.keep": "",
    });
    const { symlinkSync } = await import("node:fs");
    symlinkSync(at("packages/shared"), at("node_modules/@org/shared"));
    const program = await lowered("app.ts");
    expect(Object.keys(program.files)).toContain(at("packages/shared/src/x.ts"));
    expect(await run(program)).toBe("shared");
  });

  it("follows the package's own imports field", async () => {
    write({
      "package.json": `{ "type": "module", "imports": { "#*": "./src/*.ts" } }`,
      "app.ts": `import { a } from "#a"; console.log(a);`,
      "src/a.ts": "export const a: number = 7;",
    });
    expect(await run(await lowered("app.ts"))).toBe("7");
  });

  it("lends the bundled SDK to a project that has none, and says so", async () => {
    write({
      "the-sdk.js": "exports.App = 'lent';",
      "app.ts": `import { App } from "coldstart"; console.log(App);`,
    });
    const program = await lowered("app.ts");
    expect(program.sdk).toBe("bundled");
    expect(await run(program)).toBe("lent");
  });
});

describe("what users of JavaScript and TypeScript side by side meet", () => {
  it("runs CommonJS that requires TypeScript, folders with a main and names without ending", async () => {
    write({
      "package.json": "{}",
      "app.js": `console.log(require("./lib").lib, require("./util").util, require("./pkg").pkg, require("./x.js").x);`,
      "lib/index.ts": "export const lib = 'lib' as const;",
      "util.ts": "import x = require('./x'); export const util = 'util' + x.x;",
      "x.cts": "",
      "x.ts": "export const x: string = 'x';",
      "pkg/package.json": `{ "main": "./src/main" }`,
      "pkg/src/main.ts": "export const pkg: string = 'pkg';",
    });
    expect(await run(await lowered("app.js"))).toBe("lib utilx pkg x");
  });

  it("prefers the source to its own output in TypeScript, and leaves JavaScript to Node", async () => {
    write({
      "package.json": "{}",
      "tsconfig.json": `{ "compilerOptions": { "module": "commonjs" } }`,
      "a.ts": `import { v } from "./v"; console.log(v);`,
      "b.js": `console.log(require("./v").v);`,
      "v.ts": "export const v: string = 'source';",
      "v.js": "exports.v = 'output';",
    });
    expect(await run(await lowered("a.ts"))).toBe("source");
    expect(await run(await lowered("b.js"))).toBe("output");
  });

  it("takes the most exact alias, and what extends arrays and inherited base folders say", async () => {
    write({
      "package.json": `{ "type": "module" }`,
      "configs/one.json": `{ "compilerOptions": { "baseUrl": "../src", "target": "es2020" } }`,
      "node_modules/@acme/ts/package.json": "{}",
      "node_modules/@acme/ts/tsconfig.json": `{ "compilerOptions": { "jsx": "react-jsx", "jsxImportSource": "tiny" } }`,
      "tsconfig.json": `{
        "extends": ["./configs/one", "@acme/ts/tsconfig.json"],
        "compilerOptions": { "paths": { "*": ["any/*"], "@/*": ["./at/*"], "@/deep/*": ["deep/*"] } }
      }`,
      "src/app.tsx": `import { d } from "@/deep/d"; import { a } from "@/a"; import { y } from "y"; console.log(d, a, y, <b>x</b>);`,
      "src/deep/d.ts": "export const d: string = 'deep';",
      "src/at/a.ts": "export const a: string = 'at';",
      "src/any/y.ts": "export const y: string = 'any';",
      "node_modules/tiny/package.json": `{ "type": "module", "exports": { "./jsx-runtime": "./jsx.js" } }`,
      "node_modules/tiny/jsx.js": `export const jsx = (tag, { children }) => "<" + tag + ">" + children;`,
    });
    expect(await run(await lowered("src/app.tsx"))).toBe("deep at any <b>x");
  });

  it("finds the package itself by its own name", async () => {
    write({
      "package.json": `{ "name": "me", "type": "module", "exports": { "./util": "./src/util.ts" } }`,
      "app.ts": `import { u } from "me/util"; console.log(u);`,
      "src/util.ts": "export const u: string = 'own';",
    });
    expect(await run(await lowered("app.ts"))).toBe("own");
  });

  it("keeps a byte order mark, a shebang and Windows line ends out of the way", async () => {
    write({
      "package.json": `{ "type": "module" }`,
      "app.ts": `\uFEFF#!/usr/bin/env node\r\nimport { v } from "./v";\r\nconsole.log(v);\r\n`,
      "v.ts": "export const v: string = 'v';",
    });
    expect(await run(await lowered("app.ts"))).toBe("v");
  });

  it("reads generated code with expressions of any length", async () => {
    const long = Array.from({ length: 20_000 }, (_, i) => i).join(" + ");
    write({ "app.js": `module.exports = ${long} + require("./b.js");`, "b.js": "module.exports = 1;" });
    expect((await lowered("app.js")).imports).toEqual(["./b.js"]);
  });

  it("goes round circles of imports once", async () => {
    write({
      "package.json": `{ "type": "module" }`,
      "app.ts": `import { b } from "./b"; export const a = 1; export type T = number; console.log(b());`,
      "b.ts": `import { a, T } from "./app"; export * from "./app"; export const b = (): T => a;`,
    });
    expect(await run(await lowered("app.ts"))).toBe("1");
  });
});

describe("module formats", () => {
  const formatOf = async (files: Readonly<Record<string, string>>, entry: string) => {
    write(files);
    return (await lowered(entry)).format;
  };

  it.each([
    ["a.mts", { "a.mts": "export {}" }, "module"],
    ["a.cts", { "a.cts": "import fs = require('node:fs');" }, "commonjs"],
    ["a.ts", { "a.ts": "export const x = 1;" }, "module"],
    ["a.ts", { "a.ts": "export const x = 1;", "package.json": `{ "type": "commonjs" }` }, "commonjs"],
    ["a.ts", { "a.ts": "const x = 1;", "package.json": `{ "type": "module" }` }, "module"],
    ["a.ts", { "a.ts": "export const x = __dirname;" }, "commonjs"],
    ["a.ts", { "a.ts": "import fs = require('node:fs'); export = fs;" }, "commonjs"],
    ["a.mts", { "a.mts": "import b = require('./b'); b;", "b.ts": "" }, "module"],
    ["a.ts", { "a.ts": "const __dirname = import.meta.dirname; export const x = __dirname;" }, "module"],
    [
      "a.ts",
      { "a.ts": "export const x = 1;", "tsconfig.json": `{"compilerOptions":{"module":"CommonJS"}}` },
      "commonjs",
    ],
    [
      "a.ts",
      { "a.ts": "export const x = await 1;", "tsconfig.json": `{"compilerOptions":{"module":"commonjs"}}` },
      "module",
    ],
    [
      "a.js",
      { "a.js": "export const x = 1;", "tsconfig.json": `{"compilerOptions":{"module":"commonjs"}}` },
      "module",
    ],
    ["a.js", { "a.js": "exports.x = 1;" }, "commonjs"],
  ] as const)("loads %s of %j as %s", async (entry, files, format) => {
    expect(await formatOf(files, entry)).toBe(format);
  });

  it("lowers imports to require in CommonJS and leaves import() alone", async () => {
    write({
      "package.json": "{}",
      "tsconfig.json": `{ "compilerOptions": { "module": "commonjs" } }`,
      "app.ts": `
        import fs, { existsSync } from "node:fs"; import { a } from "./a"; import data from "./data.json";
        export const handler = async () => (await import("./late.mjs")).late;
        console.log(typeof fs.readFileSync, typeof existsSync, a, data.n, typeof require, __dirname === process.cwd());
        handler().then(console.log);`,
      "a.ts": "export const a = 'a' as const;",
      "data.json": `{ "n": 5 }`,
      "late.mjs": "export const late = await Promise.resolve('late');",
    });
    expect(await run(await lowered("app.ts"))).toBe("function function a 5 function true\nlate");
  });
});

describe("what TypeScript means when it runs", () => {
  it("lowers standard decorators, enums, parameter properties and JSX", async () => {
    write({
      "package.json": `{ "type": "module" }`,
      "tsconfig.json": `{ "compilerOptions": { "jsx": "react", "jsxFactory": "h" } }`,
      "app.tsx": `
        const names: string[] = [];
        function mark<T>(value: T, context: ClassMethodDecoratorContext): T { names.push(String(context.name)); return value; }
        const h = (tag: string, _props: unknown, ...children: string[]) => tag + ":" + children.join();
        enum Kind { A = "kind-a" }
        class Service { constructor(private readonly n: number) {} @mark run() { return this.n; } }
        console.log(new Service(3).run(), names.join(), Kind.A, <b>x</b>);`,
    });
    expect(await run(await lowered("app.tsx"))).toBe("3 run kind-a b:x");
  });

  it("keeps the project's meaning of class fields", async () => {
    const source = `
      class Base { constructor() { this.init(); } init() {} }
      class Derived extends Base { value?: number; override init() { this.value = 1; } }
      console.log(new Derived().value);`;
    write({ "package.json": `{ "type": "module" }`, "app.ts": source });
    expect(await run(await lowered("app.ts"))).toBe("undefined");
    write({ "tsconfig.json": `{ "compilerOptions": { "target": "ES2021" } }` });
    expect(await run(await lowered("app.ts"))).toBe("1");
  });

  it("drops types that are re-exported as if they were values", async () => {
    write({
      "package.json": `{ "type": "module" }`,
      "app.ts": `import { f, type T, Again } from "./barrel"; const t: T = 1; let g: Again; console.log(f(t));`,
      "barrel.ts": `export { T, f, Options } from "./types"; import { U } from "./types"; export { U as Again }; export * from "./more";`,
      "types.ts": `export type T = number; export interface Options {} export interface U {} export const f = (t: T): T => t + 1;`,
      "more.ts": "export interface More {}",
    });
    expect(await run(await lowered("app.ts"))).toBe("2");
  });

  it("reads JSON modules as bundlers do", async () => {
    write({
      "package.json": `{ "type": "module" }`,
      "app.ts": `import data, { n as m } from "./data.json"; import { n, default as d } from "./data.json"; console.log(data.n, m, n, d.n);`,
      "data.json": `{ "n": 5 }`,
    });
    expect(await run(await lowered("app.ts"))).toBe("5 5 5 5");
  });

  it("leads back to the original by its source map", async () => {
    write({ "app.ts": "interface A { a: 1 }\n\nexport const f = () => { throw new Error('x'); };" });
    const text = readFileSync((await lowered("app.ts")).files[at("app.ts")]?.source ?? "", "utf8");
    const map = JSON.parse(Buffer.from(text.split("base64,")[1] ?? "", "base64").toString());
    expect(map.sources).toEqual([at("app.ts")]);
    expect(map).not.toHaveProperty("sourceRoot");
  });
});

describe("overlays", () => {
  it("runs the text given in place of the file, at its path", async () => {
    write({ "package.json": `{ "type": "module" }`, "app.js": "console.log('old');" });
    const program = await lowered("app.js", { [at("app.js")]: "console.log('new', import.meta.filename);" });
    expect(await run(program)).toBe(`new ${at("app.js")}`);
  });

  it("treats an overlay with the same text like another text", async () => {
    write({ "app.js": "exports.a = 1;" });
    const same = await lowered("app.js", { [at("app.js")]: "exports.a = 1;" });
    expect(Object.keys(same.files)).toEqual([at("app.js")]);
  });
});

describe("the program's hash", () => {
  it("changes with any project file that is reached, and with nothing else", async () => {
    write({
      "package.json": `{ "type": "module" }`,
      "app.ts": `import "./plain.js"; import data from "./data.json"; import unused from "./other"; console.log(data);`,
      "plain.js": "export const a = 1;",
      "data.json": "{}",
      "other.ts": "",
    });
    const hashOf = async () => (await lowered("app.ts")).hash;
    const first = await hashOf();
    write({ "other.ts": "export {};" });
    expect(await hashOf()).toBe(first);
    for (const name of ["app.ts", "plain.js", "package.json", "data.json"]) {
      const before = await hashOf();
      write({ [name]: `${readFileSync(at(name), "utf8")} ` });
      expect(await hashOf(), name).not.toBe(before);
    }
    write({ "package-lock.json": "{}" });
    expect(await hashOf()).not.toBe(first);
  });

  it("does not change with span marks, which are run all the same", async () => {
    write({ "package.json": `{ "type": "module" }`, "app.ts": "console.log(1 as number);" });
    const marked = { [at("app.ts")]: "console.log('marked' as string);" };
    const program = await lower(at("app.ts"), { root, cache: at(".cache"), sdk: "", marked });
    expect(program.hash).toBe((await lowered("app.ts")).hash);
    expect(await run(program)).toBe("marked");
  });

  it("is the same wherever the project stands", async () => {
    const files = {
      "p/app.ts": `import "./b";`,
      "p/b.ts": "export {};",
      "q/app.ts": `import "./b";`,
      "q/b.ts": "export {};",
    };
    write(files);
    const hashes = ["p", "q"].map(async (name) => {
      const program = await lower(at(`${name}/app.ts`), { root: at(name), cache: at(".cache"), sdk: "" });
      return program.hash;
    });
    expect(await hashes[0]).toBe(await hashes[1]);
  });
});

describe("build hooks", () => {
  it("are ruled out where no text names one", async () => {
    const of = async (text: string) => {
      write({ "app.ts": `import { App } from "coldstart"; import "./more"; new App("a");`, "more.ts": text });
      return (await lowered("app.ts")).mayBuild;
    };
    expect(await of("export const builder = 1;")).toBe(false);
    expect(await of("export const options = { build: () => {} };")).toBe(true);
  });
});

describe("the cache", () => {
  it("makes each text once and leaves no drafts, whoever asks at the same time", async () => {
    write({
      "app.ts": `import { b } from "./b"; export const a: number = b;`,
      "b.ts": "export const b: number = 1;",
    });
    const [one, two] = await Promise.all([lowered("app.ts"), lowered("app.ts")]);
    expect(one).toEqual(two);
    const kept = readdirSync(at(".cache/lowered"));
    expect(kept.filter((name) => name.endsWith(".mjs"))).toHaveLength(2);
    expect(kept.every((name) => /^[0-9a-f]{40}\.(mjs|json)$/.test(name))).toBe(true);
    await lowered("app.ts");
    expect(readdirSync(at(".cache/lowered"))).toEqual(kept);
  });
});

describe("what can't be lowered", () => {
  it("names the place of a syntax error", async () => {
    write({ "app.ts": `import "./broken";`, "broken.ts": "const fine = 1;\nconst = 2;" });
    await expect(lowered("app.ts")).rejects.toMatchObject({
      kind: "error",
      name: "SyntaxError",
      file: at("broken.ts"),
      line: 2,
      column: 7,
      stack: expect.stringContaining(`${at("broken.ts")}:2:7`),
    });
  });

  it("names legacy decorators", async () => {
    write({
      "tsconfig.json": `{ "compilerOptions": { "experimentalDecorators": true } }`,
      "app.ts": "function d(t: unknown) {}\n@d class A {}",
    });
    await expect(lowered("app.ts")).rejects.toMatchObject({
      name: "LegacyDecoratorsError",
      message: expect.stringContaining(at("tsconfig.json")),
    });
  });

  it("names a file that is not there", async () => {
    await expect(lowered("nowhere.ts")).rejects.toMatchObject({ kind: "usage", name: "FileNotFoundError" });
  });

  it("names a config that is broken, extends itself, or extends what is not there", async () => {
    const errorOf = async (tsconfig: string) => {
      write({ "app.ts": "export {};", "tsconfig.json": tsconfig });
      return lowered("app.ts").then(
        () => undefined,
        (error: Error) => error,
      );
    };
    for (const config of [
      `{ "extends": `,
      `{ "extends": "./tsconfig.json" }`,
      `{ "extends": "@not/there" }`,
    ]) {
      expect(await errorOf(config)).toMatchObject({
        name: "ConfigError",
        kind: "usage",
        file: at("tsconfig.json"),
      });
    }
  });
});
