// Makes a program ready for a container: walks its project files from the entry and lowers what Node can't run as it is.
import { readFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { blank, type Link, typeLinks } from "./links.ts";
import { isScript, type Module, moduleReader } from "./module.ts";
import { lockFiles, packageScope } from "./packages.ts";
import { type LoweredFile, type Program, ProgramError } from "./program.ts";
import { inNodeModules, resolve } from "./resolve.ts";
import { openSources, type Sources } from "./sources.ts";
import { contentKey, openStore, type Store } from "./store.ts";
import { settingsReader } from "./tsconfig.ts";

export interface LoweringOptions {
  /** Folder that the program's hash sees paths relative to. */
  readonly root: string;
  /** Folder for lowered texts; made when missing. */
  readonly cache: string;
  /** Absolute path → text that is taken in place of what is on disk. */
  readonly overlay?: Readonly<Record<string, string>>;
  /** The same with span marks. They are run, and the hash stays that of the texts without them. */
  readonly marked?: Readonly<Record<string, string>>;
  /** Path of the bundled SDK, for projects that have none. */
  readonly sdk: string;
}

/**
 * Nothing is bundled, stripped or minified: each file stays a module of its own, at its own path.
 * @throws ProgramError for syntax errors, files that can't be read, and configs that can't be followed
 */
export async function lower(entry: string, options: LoweringOptions): Promise<Program> {
  const unmarked = openSources(options.overlay ?? {});
  const sources = openSources({ ...options.overlay, ...options.marked });
  const store = openStore(join(options.cache, "lowered"));
  const settingsFor = settingsReader(sources);
  const readModule = moduleReader(sources, store);
  const start = sources.real(entry);
  const digests = new Map<string, string>();
  const modules = new Map<string, Module>();
  /** Importing file → specifier → project file. */
  const ends = new Map<string, Map<string, string>>();
  const resolutions: Record<string, Record<string, string>> = {};
  let sdk: Program["sdk"] = "none";
  let mayBuild = false;

  const queue = [start];
  for (const path of queue) {
    if (digests.has(path)) continue;
    digests.set(path, digestOf(path, unmarked));
    const text = isScript(path) ? sources.read(path) : undefined;
    if (text === undefined) continue;
    mayBuild ||= /\b(?:build|Image)\b/.test(text);
    const settings = settingsFor(path);
    const module = await readModule(path, text, settings);
    modules.set(path, module);
    const targets = new Map<string, string>();
    ends.set(path, targets);
    for (const imported of module.imports) {
      const found = resolve(path, imported, settings, sources);
      let target: string | undefined;
      if (found.kind === "sdk") {
        sdk = found.installed ? "project" : "bundled";
        if (!found.installed) target = options.sdk;
      } else if (found.kind === "file") {
        targets.set(imported.specifier, found.path);
        if (!found.native) target = found.path;
        if (!inNodeModules(found.path)) queue.push(found.path);
      }
      if (target !== undefined) resolutions[path] = { ...resolutions[path], [imported.specifier]: target };
    }
  }

  const typesOf = typeLinks(
    (path) => modules.get(path),
    (path, specifier) => ends.get(path)?.get(specifier),
  );
  const files: Record<string, LoweredFile> = {};
  for (const [path, { lowered }] of modules) {
    if (lowered) files[path] = await withoutTypes(lowered, typesOf(path), store);
  }
  const first = modules.get(start);
  const all = settled(digests, options.root, sources);
  return {
    entry: start,
    format: first?.format ?? "commonjs",
    imports: (first?.imports ?? []).filter((i) => i.atLoad).map((i) => i.specifier),
    files,
    resolutions,
    sdk,
    sources: [...digests.keys()],
    mayBuild: mayBuild && sdk !== "none",
    digests: all,
    hash: contentKey(sdk, ...Object.entries(all).flat()),
  };
}

function digestOf(path: string, sources: Sources): string {
  const there = sources.isFile(path);
  const digest = there ? sources.digest(path) : undefined;
  if (digest !== undefined) return digest;
  if (there) {
    throw new ProgramError("usage", "UnreadableFileError", "can't be read; check its permissions", {
      file: path,
    });
  }
  throw new ProgramError("usage", "FileNotFoundError", "there is no such file; check the path", {
    file: path,
  });
}

/** Blanks specifiers of types out of a lowered text; lines and columns stay, and with them the source map. */
async function withoutTypes(
  lowered: LoweredFile,
  types: readonly Link[],
  store: Store,
): Promise<LoweredFile> {
  if (types.length === 0) return lowered;
  const text = readFileSync(lowered.source, "utf8");
  const key = contentKey("linked", text, JSON.stringify(types));
  const source = await store.file(key, extname(lowered.source), async () => blank(text, types));
  return { ...lowered, source };
}

/** Of all files, and of the package and lock files that settle what else is loaded. */
function settled(
  digests: ReadonlyMap<string, string>,
  root: string,
  sources: Sources,
): Readonly<Record<string, string>> {
  const all = new Map(digests);
  for (const path of digests.keys()) {
    const scope = packageScope(path, sources);
    const settling = [...(scope ? [join(scope.folder, "package.json")] : []), ...lockFiles(path, sources)];
    for (const file of settling) if (!all.has(file)) all.set(file, sources.digest(file) ?? "");
  }
  const sorted = [...all].map(([path, digest]) => [relative(root, path), digest] as const);
  sorted.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted);
}
