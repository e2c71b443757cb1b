// Reads the parser of Python, which is WebAssembly in files of their own.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Grammar } from "../languages/python/syntax.ts";

export function readGrammar(): Grammar {
  return {
    parser: readFileSync(shipped("web-tree-sitter.wasm", "web-tree-sitter/web-tree-sitter.wasm")),
    python: readFileSync(shipped("tree-sitter-python.wasm", "tree-sitter-python/tree-sitter-python.wasm")),
  };
}

/** A file that the bundle ships beside its chunks' folder; in the sources it is still in its package. */
function shipped(name: string, specifier: string): string {
  const beside = ["./", "../"].map((folder) => fileURLToPath(new URL(folder + name, import.meta.url)));
  return beside.find((path) => existsSync(path)) ?? createRequire(import.meta.url).resolve(specifier);
}
