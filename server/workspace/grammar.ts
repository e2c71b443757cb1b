// Reads the parser of Python, which is WebAssembly in files of their own.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Grammar } from "../languages/python/syntax.ts";

export async function readGrammar(): Promise<Grammar> {
  const [parser, python] = await Promise.all([
    readFile(shipped("web-tree-sitter.wasm", "web-tree-sitter/web-tree-sitter.wasm")),
    readFile(shipped("tree-sitter-python.wasm", "tree-sitter-python/tree-sitter-python.wasm")),
  ]);
  return { parser, python };
}

/** A file that the bundle ships beside its chunks' folder; in the sources it is still in its package. */
function shipped(name: string, specifier: string): string {
  const beside = ["./", "../"].map((folder) => fileURLToPath(new URL(folder + name, import.meta.url)));
  return beside.find((path) => existsSync(path)) ?? createRequire(import.meta.url).resolve(specifier);
}
