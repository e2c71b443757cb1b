// For the tests of classes: texts with decorators, compiled as projects compile them, and run in this process.
import { ts } from "@ts-morph/common";
import { transformSync } from "esbuild";
import * as sdk from "../../runtime/sdk/index.ts";

export const compilers = ["typescript", "typescript, fields assigned", "esbuild"] as const;
export type Compiler = (typeof compilers)[number] | "older decorators";

/** Runs a module's text, which sees the SDK's names and `app`, and gives what it has under these names. */
export function run(text: string, names: readonly string[], compiler: Compiler = "typescript"): unknown[] {
  const code = compile(text, compiler);
  const known = { ...sdk, app: new sdk.App("tests") };
  const define = new Function(...Object.keys(known), `${code}\nreturn [${names.join(", ")}];`);
  return define(...Object.values(known)) as unknown[];
}

function compile(text: string, compiler: Compiler): string {
  if (compiler === "esbuild") return transformSync(text, { loader: "ts", target: "es2022" }).code;
  return ts.transpile(text, {
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.ESNext,
    useDefineForClassFields: compiler === "typescript",
    experimentalDecorators: compiler === "older decorators",
  });
}
