// Which project file an import means, as the project's build would take it, and whether Node would end there by itself.
import { isBuiltin } from "node:module";
import { dirname, extname, isAbsolute, join, resolve as resolvePath } from "node:path";
import { fileURLToPath } from "node:url";
import { packageTarget } from "./exports.ts";
import { installedPackage, type PackageScope, packageScope, readPackage } from "./packages.ts";
import type { ImportedName } from "./scan.ts";
import type { Sources } from "./sources.ts";
import type { CompilerSettings } from "./tsconfig.ts";

export type Resolution =
  /** A file of the project; `native` when Node's own look-up ends at it. */
  | { readonly kind: "file"; readonly path: string; readonly native: boolean }
  /** The package `coldstart`, installed or to be lent. */
  | { readonly kind: "sdk"; readonly installed: boolean }
  /** A package, a built-in module, or nothing that is there: Node's to find or to complain about. */
  | { readonly kind: "outside" };

type Form = ImportedName["form"];

const OUTSIDE: Resolution = { kind: "outside" };
const TYPED = [".ts", ".tsx", ".mts", ".cts"];
/** What a specifier with a JavaScript ending may stand for. */
const SOURCES_OF: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx"],
  ".jsx": [".tsx"],
  ".mjs": [".mts"],
  ".cjs": [".cts"],
};
const ENDINGS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json"];
const NODE_ENDINGS = [".js", ".json", ".node"];

export function isTyped(path: string): boolean {
  return TYPED.includes(extname(path)) && !/\.d\.[mc]?ts$/.test(path);
}

export function resolve(
  from: string,
  imported: Pick<ImportedName, "specifier" | "form">,
  settings: CompilerSettings,
  sources: Sources,
): Resolution {
  const { specifier, form } = imported;
  if (/^\.{1,2}(\/|$)/.test(specifier))
    return place(resolvePath(dirname(from), specifier), from, form, sources);
  if (specifier.startsWith("file:")) return place(fileURLToPath(specifier), from, form, sources);
  if (isAbsolute(specifier)) return place(specifier, from, form, sources);
  if (isBuiltin(specifier) || /^[a-z][a-z+.-]+:/i.test(specifier)) return OUTSIDE;
  if (specifier.startsWith("#")) {
    const scope = packageScope(from, sources);
    return scope
      ? target(scope, packageTarget(scope.imports, specifier, conditions(form)), sources)
      : OUTSIDE;
  }
  return aliased(specifier, settings, sources) ?? packaged(specifier, from, form, sources);
}

/** A path: what stands there, or what the build would take for it. */
function place(path: string, from: string, form: Form, sources: Sources): Resolution {
  const natively = form === "require" ? nodeRequire(path, sources) : sources.isFile(path) ? path : undefined;
  // Where both a source and its output could be meant, TypeScript's reading wins in TypeScript.
  const found = isTyped(from) ? (probe(path, sources) ?? natively) : (natively ?? probe(path, sources));
  if (found === undefined) return OUTSIDE;
  return { kind: "file", path: sources.real(found), native: found === natively };
}

/** As TypeScript and bundlers look a path up. */
function probe(path: string, sources: Sources): string | undefined {
  if (sources.isFile(path)) return path;
  const ending = extname(path);
  const stem = path.slice(0, path.length - ending.length);
  const candidates = [
    ...(SOURCES_OF[ending] ?? []).map((other) => stem + other),
    ...ENDINGS.map((other) => path + other),
  ];
  const found = candidates.find((candidate) => sources.isFile(candidate));
  if (found !== undefined || !sources.isFolder(path)) return found;
  const main = readPackage(path, sources)?.main;
  const mainFile = main === undefined || main === "." ? undefined : probe(join(path, main), sources);
  return mainFile ?? ENDINGS.map((other) => join(path, `index${other}`)).find((file) => sources.isFile(file));
}

/** As Node's `require` looks a path up. */
function nodeRequire(path: string, sources: Sources): string | undefined {
  const file = [path, ...NODE_ENDINGS.map((ending) => path + ending)].find((candidate) =>
    sources.isFile(candidate),
  );
  if (file !== undefined || !sources.isFolder(path)) return file;
  const main = readPackage(path, sources)?.main;
  const mainFile = main === undefined || main === "." ? undefined : nodeRequire(join(path, main), sources);
  return (
    mainFile ??
    NODE_ENDINGS.map((ending) => join(path, `index${ending}`)).find((file) => sources.isFile(file))
  );
}

/** `paths` and `baseUrl` of tsconfig.json. */
function aliased(specifier: string, settings: CompilerSettings, sources: Sources): Resolution | undefined {
  const matches = Object.entries(settings.paths ?? {})
    .map(([pattern, targets]) => ({ star: matchPattern(pattern, specifier), pattern, targets }))
    .filter((match) => match.star !== undefined)
    .sort((a, b) => rank(b.pattern) - rank(a.pattern));
  const candidates = (matches[0]?.targets ?? []).map((path) => path.replace("*", matches[0]?.star ?? ""));
  if (settings.baseUrl !== undefined) candidates.push(join(settings.baseUrl, specifier));
  for (const candidate of candidates) {
    const found = probe(candidate, sources);
    if (found !== undefined && !/\.d\.[mc]?ts$/.test(found)) {
      return { kind: "file", path: sources.real(found), native: false };
    }
  }
  return undefined;
}

/** What the star stands for; "" for a pattern without one that is matched whole. */
function matchPattern(pattern: string, specifier: string): string | undefined {
  const [before = "", after] = pattern.split("*");
  if (after === undefined) return pattern === specifier ? "" : undefined;
  const fits =
    specifier.length >= before.length + after.length &&
    specifier.startsWith(before) &&
    specifier.endsWith(after);
  return fits ? specifier.slice(before.length, specifier.length - after.length) : undefined;
}

function rank(pattern: string): number {
  return pattern.includes("*") ? pattern.indexOf("*") : Number.POSITIVE_INFINITY;
}

/** A package: of interest only when it is the SDK, or a part of the project that is linked into node_modules. */
function packaged(specifier: string, from: string, form: Form, sources: Sources): Resolution {
  const parts = specifier.split("/");
  const name = parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
  const subpath = `.${specifier.slice(name.length)}`;
  const folder = installedPackage(name, from, sources);
  const own = packageScope(from, sources);
  const itself = own?.name === name && own.exports !== undefined;
  if (name === "coldstart") return { kind: "sdk", installed: itself || folder !== undefined };
  if (itself) return target(own, packageTarget(own.exports, subpath, conditions(form)), sources);
  if (folder === undefined) return OUTSIDE;
  const real = sources.real(folder);
  if (inNodeModules(real)) return OUTSIDE;
  const scope = readPackage(real, sources);
  if (scope?.exports !== undefined)
    return target(scope, packageTarget(scope.exports, subpath, conditions(form)), sources);
  const natively = nodeRequire(join(real, subpath), sources);
  const found = natively ?? probe(join(real, subpath), sources);
  return found === undefined
    ? OUTSIDE
    : { kind: "file", path: sources.real(found), native: found === natively };
}

function target(scope: PackageScope, path: string | undefined, sources: Sources): Resolution {
  if (path === undefined) return OUTSIDE;
  const file = join(scope.folder, path);
  const found = sources.isFile(file) ? file : probe(file, sources);
  return found === undefined ? OUTSIDE : { kind: "file", path: sources.real(found), native: found === file };
}

function conditions(form: Form): readonly string[] {
  return ["node", form === "require" ? "require" : "import", "module-sync", "node-addons"];
}

export function inNodeModules(path: string): boolean {
  return /[\\/]node_modules[\\/]/.test(path);
}
