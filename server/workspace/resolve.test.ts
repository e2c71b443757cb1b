// Project imports as Node, TypeScript and bundlers find them.
import { describe, expect, it } from "vitest";
import { manifestFor } from "./manifest.ts";
import { resolveImport } from "./resolve.ts";
import { tsconfigFor } from "./tsconfig.ts";

/** Resolves from `/p/src/a.ts` in a project of these files. */
function resolve(specifier: string, files: Readonly<Record<string, string>>) {
  const read = (path: string) => files[path];
  const from = "/p/src/a.ts";
  return resolveImport(from, specifier, {
    manifest: manifestFor(from, read),
    tsconfig: tsconfigFor(from, read),
    isFile: (path) => path in files,
  });
}

describe("an import", () => {
  it.each([
    ["./b.ts", "/p/src/b.ts"],
    ["./b", "/p/src/b.ts"],
    ["./b.js", "/p/src/b.ts"],
    ["./m.mjs", "/p/src/m.mts"],
    ["./view.jsx", "/p/src/view.tsx"],
    ["./dir", "/p/src/dir/index.ts"],
    ["..", "/p/index.ts"],
    ["./data.v2", "/p/src/data.v2.ts"],
    ["./b?raw", "/p/src/b.ts"],
    ["./missing", undefined],
    ["node:fs", undefined],
    ["left-pad", undefined],
  ])("of %s means %s", (specifier, expected) => {
    const names = ["src/b.ts", "src/m.mts", "src/view.tsx", "src/dir/index.ts", "index.ts", "src/data.v2.ts"];
    expect(resolve(specifier, Object.fromEntries(names.map((name) => [`/p/${name}`, ""])))).toBe(expected);
  });

  it("prefers the file that is written to the one that it might be made of", () => {
    expect(resolve("./b.js", { "/p/src/b.js": "", "/p/src/b.ts": "" })).toBe("/p/src/b.js");
  });

  it("follows paths of tsconfig.json, inherited ones too, the most specific first", () => {
    const files = {
      "/p/tsconfig.json": '{ "extends": "./base", /* more */ "compilerOptions": {} }',
      "/p/base.json":
        '{"compilerOptions": {"baseUrl": ".", "paths": {"@/*": ["lib/*"], "@/db/*": ["db/*", "old/*"]}}}',
      "/p/lib/x.ts": "",
      "/p/old/y.ts": "",
      "/p/util.ts": "",
    };
    expect(resolve("@/x", files)).toBe("/p/lib/x.ts");
    expect(resolve("@/db/y", files)).toBe("/p/old/y.ts");
    expect(resolve("util", files)).toBe("/p/util.ts");
  });

  it("follows imports and the package's own name in package.json", () => {
    const files = {
      "/p/package.json":
        '{"name": "@acme/app", "imports": {"#lib/*": "./lib/*.ts", "#db": {"types": "./db.d.ts", "default": "./db.ts"}}, "exports": {"./x": "./lib/x.ts"}}',
      "/p/lib/x.ts": "",
      "/p/db.ts": "",
      "/p/db.d.ts": "",
    };
    expect(resolve("#lib/x", files)).toBe("/p/lib/x.ts");
    expect(resolve("#db", files)).toBe("/p/db.ts");
    expect(resolve("@acme/app/x", files)).toBe("/p/lib/x.ts");
  });

  it("never ends in node_modules", () => {
    expect(resolve("../node_modules/x/index.js", { "/p/node_modules/x/index.js": "" })).toBeUndefined();
  });

  it("survives tsconfig files that extend each other", () => {
    expect(resolve("./b", { "/p/tsconfig.json": '{"extends": "./tsconfig.json"}', "/p/src/b.ts": "" })).toBe(
      "/p/src/b.ts",
    );
  });
});
