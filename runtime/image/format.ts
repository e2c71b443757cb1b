// Whether a file is an ES module or CommonJS, by the rules of Node and, in TypeScript, of the project's build.
import { extname } from "node:path";
import { packageScope } from "./packages.ts";
import { isTyped } from "./resolve.ts";
import type { Scan } from "./scan.ts";
import type { Sources } from "./sources.ts";
import type { CompilerSettings } from "./tsconfig.ts";

export type Format = "module" | "commonjs";

export function formatOf(file: string, scan: Scan, settings: CompilerSettings, sources: Sources): Format {
  const ending = extname(file);
  if (ending === ".mjs" || ending === ".mts") return "module";
  if (ending === ".cjs" || ending === ".cts") return "commonjs";
  const type = packageScope(file, sources)?.type;
  if (type !== undefined) return type;
  if (scan.esmOnly) return "module";
  // JavaScript runs as it stands, and Node tells by the syntax; TypeScript and JSX are what the compiler makes of them.
  if (!isTyped(file) && ending !== ".jsx") return scan.esm ? "module" : "commonjs";
  const { module } = settings;
  if (module === "commonjs" || module?.startsWith("node")) return "commonjs";
  return scan.esm && !scan.commonjs ? "module" : "commonjs";
}
