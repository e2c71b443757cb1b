// What the nearest tsconfig.json says about module names and module format.
import { posix } from "node:path";
import { parse } from "jsonc-parser";
import { foldersAbove } from "./paths.ts";

export interface TsConfig {
  /** As written, in lower case. */
  readonly module?: string;
  /** Patterns of `paths` → absolute patterns, `*` standing for the rest. */
  readonly paths: ReadonlyMap<string, readonly string[]>;
  /** Absolute. */
  readonly baseUrl?: string;
}

type Read = (path: string) => string | undefined;

/** The nearest one above a file; undefined where there is none. */
export function tsconfigFor(file: string, read: Read): TsConfig | undefined {
  for (const folder of foldersAbove(file)) {
    for (const name of ["tsconfig.json", "jsconfig.json"]) {
      const path = `${folder}/${name}`;
      if (read(path) !== undefined) return load(path, read, new Set());
    }
  }
  return undefined;
}

function load(path: string, read: Read, seen: Set<string>): TsConfig {
  if (seen.has(path)) return { paths: new Map() };
  seen.add(path);
  const folder = posix.dirname(path);
  const config = record(parse(read(path) ?? "", [], { allowTrailingComma: true }));
  let base: TsConfig = { paths: new Map() };
  for (const specifier of [config.extends].flat()) {
    const parent = typeof specifier === "string" ? parentOf(folder, specifier, read) : undefined;
    if (parent) base = { ...base, ...load(parent, read, seen) };
  }
  const options = record(config.compilerOptions);
  const baseUrl = typeof options.baseUrl === "string" ? posix.resolve(folder, options.baseUrl) : base.baseUrl;
  const paths = new Map<string, readonly string[]>();
  for (const [pattern, targets] of Object.entries(record(options.paths))) {
    if (!Array.isArray(targets)) continue;
    const from = typeof options.baseUrl === "string" ? posix.resolve(folder, options.baseUrl) : folder;
    paths.set(
      pattern,
      targets.filter((each) => typeof each === "string").map((each) => posix.resolve(from, each)),
    );
  }
  return {
    ...base,
    ...(typeof options.module === "string" && { module: options.module.toLowerCase() }),
    ...(baseUrl && { baseUrl }),
    ...(paths.size > 0 && { paths }),
  };
}

/** The file that `extends` names: relative, or a package in a `node_modules` above. */
function parentOf(folder: string, specifier: string, read: Read): string | undefined {
  const bases =
    specifier.startsWith(".") || specifier.startsWith("/")
      ? [posix.resolve(folder, specifier)]
      : [...foldersAbove(`${folder}/x`)].map((above) => `${above}/node_modules/${specifier}`);
  return bases
    .flatMap((base) => [base, `${base}.json`, `${base}/tsconfig.json`])
    .find((path) => path.endsWith(".json") && read(path) !== undefined);
}

export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
