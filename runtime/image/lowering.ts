// Makes a program ready for a container: walks its project files from the entry and lowers what Node can't run as it is.
import { readFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import type { ts } from "@ts-morph/common";
import { type Format, formatOf } from "./format.ts";
import { lockFiles, packageScope } from "./packages.ts";
import { type LoweredFile, type Program, ProgramError } from "./program.ts";
import { inNodeModules, isTyped, resolve } from "./resolve.ts";
import { type ImportedName, type Scan, scan } from "./scan.ts";
import { openSources, type Sources } from "./sources.ts";
import { contentKey, openStore, type Store } from "./store.ts";
import { transpile } from "./transpile.ts";
import { type CompilerSettings, settingsReader } from "./tsconfig.ts";

export interface LoweringOptions {
  /** Folder that the program's hash sees paths relative to. */
  readonly root: string;
  /** Folder for lowered texts; made when missing. */
  readonly cache: string;
  /** Absolute path → text that is taken in place of what is on disk. */
  readonly overlay?: Readonly<Record<string, string>>;
  /** Path of the bundled SDK, for projects that have none. */
  readonly sdk: string;
}

/** Part of every key in the cache; to be raised when the same input is to give another output. */
const REVISION = "1";

/**
 * Nothing is bundled, stripped or minified: each file stays a module of its own, at its own path.
 * @throws ProgramError for syntax errors, files that can't be read, and configs that can't be followed
 */
export async function lower(entry: string, options: LoweringOptions): Promise<Program> {
  const sources = openSources(options.overlay ?? {});
  const store = openStore(join(options.cache, "lowered"));
  const settingsFor = settingsReader(sources);
  const start = sources.real(entry);
  const files: Record<string, LoweredFile> = {};
  const resolutions: Record<string, Record<string, string>> = {};
  const texts = new Map<string, string>();
  let first: Module | undefined;
  let sdk: Program["sdk"] = "none";

  const queue = [start];
  for (const path of queue) {
    if (texts.has(path)) continue;
    const text = readSource(path, sources);
    texts.set(path, text);
    if (!isScript(path)) continue;
    const settings = settingsFor(path);
    const module = await readModule(path, text, settings, sources, store);
    first ??= module;
    if (module.lowered) files[path] = module.lowered;
    for (const imported of module.imports) {
      const found = resolve(path, imported, settings, sources);
      let target: string | undefined;
      if (found.kind === "sdk") {
        sdk = found.installed ? "project" : "bundled";
        if (!found.installed) target = options.sdk;
      } else if (found.kind === "file") {
        if (!found.native) target = found.path;
        if (!inNodeModules(found.path)) queue.push(found.path);
      }
      if (target !== undefined) resolutions[path] = { ...resolutions[path], [imported.specifier]: target };
    }
  }
  return {
    entry: start,
    format: first?.format ?? "commonjs",
    imports: (first?.imports ?? []).filter((i) => i.atLoad).map((i) => i.specifier),
    files,
    resolutions,
    sdk,
    hash: programHash(texts, sdk, options.root, sources),
  };
}

interface Module {
  readonly format: Format;
  readonly imports: readonly ImportedName[];
  readonly lowered?: LoweredFile;
}

async function readModule(
  path: string,
  text: string,
  settings: CompilerSettings,
  sources: Sources,
  store: Store,
): Promise<Module> {
  const facts = await scanText(path, text, store);
  const format = formatOf(path, facts, settings, sources);
  const ending = format === "module" ? ".mjs" : ".cjs";
  if (!isTyped(path) && extname(path) !== ".jsx") {
    if (!sources.isOverlaid(path)) return { format, imports: facts.imports };
    const source = await store.file(contentKey(REVISION, "copy", text), ending, async () => text);
    return { format, imports: facts.imports, lowered: { source, format } };
  }
  if (facts.decorators && settings.experimentalDecorators) throw legacyDecorators(path, settings);
  const key = contentKey(REVISION, "lowered", path, format, JSON.stringify(settings), text);
  const source = await store.file(key, ending, async () =>
    transpile(await compiler(), { path, text, format, settings }),
  );
  // Imports of types alone are gone from the lowered text.
  const { imports } = await scanText(`${path}${ending}`, readFileSync(source, "utf8"), store);
  return { format, imports, lowered: { source, format } };
}

const NOTHING: Scan = {
  imports: [],
  esm: false,
  esmOnly: false,
  commonjs: false,
  decorators: false,
  typeExports: [],
};

async function scanText(path: string, text: string, store: Store): Promise<Scan> {
  // Plain scripts need no compiler to say that they import nothing.
  if (!isTyped(path) && !/\b(?:import|export|require|await|exports|__dirname|__filename)\b/.test(text))
    return NOTHING;
  const key = contentKey(REVISION, "scan", extname(path), text);
  return store.value(key, async () => scan(await compiler(), path, text));
}

function readSource(path: string, sources: Sources): string {
  const text = sources.isFile(path) ? sources.read(path) : undefined;
  if (text !== undefined) return text;
  const there = sources.isFile(path) || sources.isFolder(path);
  throw there
    ? new ProgramError("usage", "UnreadableFileError", "can't be read; give a file that you may read", {
        file: path,
      })
    : new ProgramError("usage", "FileNotFoundError", "there is no such file", { file: path });
}

function legacyDecorators(path: string, settings: CompilerSettings): ProgramError {
  return new ProgramError(
    "error",
    "LegacyDecoratorsError",
    `uses decorators, and ${settings.file} sets experimentalDecorators, which gives them their old meaning; remove that option, since only standard decorators are supported`,
    { file: path },
  );
}

function isScript(path: string): boolean {
  return isTyped(path) || [".js", ".mjs", ".cjs", ".jsx"].includes(extname(path));
}

/** Of all texts, and of the package and lock files that settle what else is loaded. */
function programHash(
  texts: ReadonlyMap<string, string>,
  sdk: Program["sdk"],
  root: string,
  sources: Sources,
): string {
  const all = new Map(texts);
  for (const path of texts.keys()) {
    const scope = packageScope(path, sources);
    if (scope) all.set(join(scope.folder, "package.json"), scope.text);
    for (const lock of lockFiles(path, sources)) {
      if (!all.has(lock)) all.set(lock, sources.read(lock) ?? "");
    }
  }
  const sorted = [...all].map(([path, text]) => [relative(root, path), text] as const);
  sorted.sort(([a], [b]) => (a < b ? -1 : 1));
  return contentKey(REVISION, sdk, ...sorted.flat());
}

let loaded: Promise<typeof ts> | undefined;

/** Nine megabytes: loaded only for texts that the cache does not know. */
function compiler(): Promise<typeof ts> {
  loaded ??= import("@ts-morph/common").then((common) => common.ts);
  return loaded;
}
