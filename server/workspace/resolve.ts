// Which project file an import means: as Node, TypeScript and bundlers find it, without running any of them.
import { posix } from "node:path";
import { moduleCandidates } from "../languages/python/resolve.ts";
import type { Manifest } from "./manifest.ts";
import { importRoots } from "./python-project.ts";
import { record, type TsConfig } from "./tsconfig.ts";

export interface ResolutionContext {
  readonly manifest: Manifest | undefined;
  readonly tsconfig: TsConfig | undefined;
  isFile(path: string): boolean;
}

const EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json"];

/** What stands in the source for what the build makes of it: `./x.js` may be `x.ts`. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx"],
  ".jsx": [".tsx"],
  ".mjs": [".mts"],
  ".cjs": [".cts"],
};

/** Absolute path of the project file; undefined for packages and built-in modules. */
export function resolveImport(
  from: string,
  specifier: string,
  context: ResolutionContext,
): string | undefined {
  for (const base of candidates(from, specifier, context)) {
    const found = fileAt(base, context);
    if (found) return found;
  }
  return undefined;
}

/** As `resolveImport`, for `pkg.part`, `.part` and `..`, as Python finds modules. */
export function resolvePython(
  from: string,
  specifier: string,
  root: string,
  isFile: (path: string) => boolean,
): string | undefined {
  const found = moduleCandidates(from, specifier, importRoots(from, root)).find(isFile);
  return found && !found.includes("/site-packages/") ? found : undefined;
}

function* candidates(
  from: string,
  specifier: string,
  { manifest, tsconfig }: ResolutionContext,
): Generator<string> {
  const bare = specifier.replace(/[?].*$/, "");
  if (/^\.{0,2}\//.test(bare) || bare === "." || bare === "..") {
    yield posix.resolve(posix.dirname(from), bare);
    return;
  }
  if (bare.startsWith("file:///")) {
    yield decodeURIComponent(new URL(bare).pathname);
    return;
  }
  if (/^[a-z]+:/.test(bare)) return;
  for (const [pattern, targets] of bySpecificity(tsconfig?.paths ?? new Map<string, readonly string[]>())) {
    const rest = match(pattern, bare);
    if (rest !== undefined) for (const target of targets) yield target.replace("*", rest);
  }
  if (tsconfig?.baseUrl) yield posix.join(tsconfig.baseUrl, bare);
  if (!manifest) return;
  if (bare.startsWith("#")) yield* mapped(manifest.imports, bare, manifest.folder);
  else if (manifest.name && (bare === manifest.name || bare.startsWith(`${manifest.name}/`))) {
    const path = `.${bare.slice(manifest.name.length)}`;
    const { exports } = manifest;
    const simple =
      typeof exports === "string" || !Object.keys(record(exports)).some((key) => key.startsWith("."));
    yield* mapped(simple ? { ".": exports } : record(exports), path, manifest.folder);
  }
}

/** Targets of an `imports` or `exports` map of package.json. */
function* mapped(
  map: Readonly<Record<string, unknown>>,
  specifier: string,
  folder: string,
): Generator<string> {
  for (const [pattern, target] of bySpecificity(new Map(Object.entries(map)))) {
    const rest = match(pattern, specifier);
    if (rest === undefined) continue;
    for (const path of conditions(target))
      if (path.startsWith("./")) yield posix.join(folder, path.replaceAll("*", rest));
    return;
  }
}

const CONDITIONS = new Set(["node", "import", "require", "default", "types", "development", "source"]);

function* conditions(target: unknown): Generator<string> {
  if (typeof target === "string") yield target;
  else if (Array.isArray(target)) for (const each of target) yield* conditions(each);
  else
    for (const [key, value] of Object.entries(record(target)))
      if (CONDITIONS.has(key)) yield* conditions(value);
}

/** Exact patterns first, then the one with the longest text before its `*`. */
function bySpecificity<T>(map: ReadonlyMap<string, T>): [string, T][] {
  const weight = (pattern: string) =>
    pattern.includes("*") ? pattern.indexOf("*") : Number.POSITIVE_INFINITY;
  return [...map].sort(([a], [b]) => (weight(a) === weight(b) ? 0 : weight(b) - weight(a)));
}

/** What `*` stands for; "" when the pattern has none and is equal. */
function match(pattern: string, specifier: string): string | undefined {
  const star = pattern.indexOf("*");
  if (star < 0) return pattern === specifier ? "" : undefined;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  const fits =
    specifier.length >= before.length + after.length &&
    specifier.startsWith(before) &&
    specifier.endsWith(after);
  return fits ? specifier.slice(before.length, specifier.length - after.length) : undefined;
}

function fileAt(base: string, { isFile }: ResolutionContext): string | undefined {
  const extension = posix.extname(base);
  const stem = base.slice(0, base.length - extension.length);
  const paths = [
    base,
    ...(SOURCES[extension] ?? []).map((each) => stem + each),
    ...EXTENSIONS.map((each) => base + each),
    ...EXTENSIONS.map((each) => `${base}/index${each}`),
  ];
  const found = paths.find(isFile);
  return found && !found.includes("/node_modules/") && !found.endsWith(".d.ts") ? found : undefined;
}
