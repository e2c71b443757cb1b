// The nearest package.json above a file, as far as analysis needs it.
import { parse } from "jsonc-parser";
import { foldersAbove } from "./paths.ts";
import { record } from "./tsconfig.ts";

export interface Manifest {
  /** Absolute. */
  readonly folder: string;
  readonly name?: string;
  readonly type?: "module" | "commonjs";
  readonly scripts: readonly string[];
  readonly imports: Readonly<Record<string, unknown>>;
  readonly exports: unknown;
}

export function manifestFor(file: string, read: (path: string) => string | undefined): Manifest | undefined {
  for (const folder of foldersAbove(file)) {
    const text = read(`${folder}/package.json`);
    if (text === undefined) continue;
    // A broken file still says where the project is.
    const found = record(parse(text, []));
    const type = found.type === "module" || found.type === "commonjs" ? found.type : undefined;
    return {
      folder,
      ...(typeof found.name === "string" && { name: found.name }),
      ...(type && { type }),
      scripts: Object.values(record(found.scripts)).filter((each) => typeof each === "string"),
      imports: record(found.imports),
      exports: found.exports,
    };
  }
  return undefined;
}
