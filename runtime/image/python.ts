// Makes a Python program ready for a container: which project files it reaches, under which name its entry is imported.
import { basename, dirname, join, relative, sep } from "node:path";
import { type Program, ProgramError } from "./program.ts";
import { openSources, type Sources } from "./sources.ts";
import { contentKey, openStore } from "./store.ts";

export interface PythonProgram extends Program {
  readonly language: "python";
  /** Name that the entry is imported as. */
  readonly module: string;
  /** Folders that stand first in `sys.path`. */
  readonly path: readonly string[];
  /** Whether any of its files speaks of Modal. */
  readonly modal: boolean;
}

export interface PythonSources {
  readonly root: string;
  readonly cache: string;
  readonly overlay?: Readonly<Record<string, string>>;
  /** The same with span marks; the hash stays that of the texts without them. */
  readonly marked?: Readonly<Record<string, string>>;
}

/** @throws ProgramError for a file that isn't there */
export async function readPython(file: string, options: PythonSources): Promise<PythonProgram> {
  const { root, cache, overlay = {}, marked = {} } = options;
  const sources = openSources(overlay);
  const entry = sources.real(file);
  const text = sources.isFile(entry) ? sources.read(entry) : undefined;
  if (text === undefined) {
    throw new ProgramError("usage", "FileNotFoundError", "there is no such file; check the path", {
      file: entry,
    });
  }
  const { module, folder } = nameOf(entry, text, sources.real(root), sources);
  const path = [...new Set([folder, sources.real(root)])];
  const texts = reach(entry, path, sources);
  const store = openStore(join(cache, "lowered"));
  const files: Record<string, Program["files"][string]> = {};
  for (const [name, replaced] of Object.entries({ ...overlay, ...marked })) {
    const source = await store.file(contentKey("python", replaced), ".py", async () => replaced);
    files[sources.real(name)] = { source, format: "module" };
  }
  const all = [...texts].map(([name, content]) => [relative(root, name), content] as const);
  all.sort(([a], [b]) => (a < b ? -1 : 1));
  const speaks = (pattern: RegExp) => [...texts.values()].some((content) => pattern.test(content));
  const modal = speaks(/^[ \t]*(?:from\s+modal\b|import\b[^#\n]*\bmodal\b)/m);
  return {
    language: "python",
    entry,
    module,
    path,
    format: "module",
    imports: importsOf(text).flatMap(({ module: name, level, atTop, names }) =>
      level === 0 && atTop ? [names.length > 0 ? `${name}:${names.join(",")}` : name] : [],
    ),
    files,
    resolutions: {},
    sdk: "none",
    sources: [...texts.keys()],
    modal,
    mayBuild: modal && speaks(/\b(?:Image|build)\b/),
    digests: Object.fromEntries(all.map(([name, content]) => [name, contentKey(content)])),
    hash: contentKey("python", ...all.flat()),
  };
}

/**
 * As Python would know the file: below the packages that it lies in, or, where it imports relatively without any, by
 * its path from the root.
 */
function nameOf(
  entry: string,
  text: string,
  root: string,
  sources: Sources,
): { readonly module: string; readonly folder: string } {
  const parts = [basename(entry, ".py")];
  let folder = dirname(entry);
  while (sources.isFile(join(folder, "__init__.py")) && folder !== dirname(folder)) {
    parts.unshift(basename(folder));
    folder = dirname(folder);
  }
  const inRoot = relative(root, dirname(entry));
  if (parts.length === 1 && inRoot !== "" && !inRoot.startsWith("..") && /^\s*from\s+\./m.test(text)) {
    return { module: [...inRoot.split(sep), ...parts].join("."), folder: root };
  }
  return { module: parts.join("."), folder };
}

/** Texts of the project files that are imported from the entry on, by path. */
function reach(entry: string, path: readonly string[], sources: Sources): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const queue = [entry];
  for (const file of queue) {
    if (texts.has(file)) continue;
    const text = sources.read(file);
    if (text === undefined) continue;
    texts.set(file, text);
    for (const { module, level, names } of importsOf(text)) {
      const bases = level === 0 ? path : [up(dirname(file), level - 1)];
      const parts = module === "" ? [] : module.split(".");
      for (const base of bases) {
        const packages = parts.map((_, index) => join(base, ...parts.slice(0, index + 1)));
        const targets = [...packages, ...names.map((name) => join(base, ...parts, name))];
        for (const target of targets) {
          const found = [`${target}.py`, join(target, "__init__.py")].find(sources.isFile);
          if (found !== undefined && !isInstalled(found)) queue.push(sources.real(found));
        }
      }
    }
  }
  return texts;
}

function up(folder: string, levels: number): string {
  return levels === 0 ? folder : up(dirname(folder), levels - 1);
}

function isInstalled(path: string): boolean {
  return /\/(?:site|dist)-packages\//.test(path);
}

interface Imported {
  readonly module: string;
  /** Dots before it. */
  readonly level: number;
  readonly names: readonly string[];
  /** Not indented: it runs with the module, unless it stands in a string. */
  readonly atTop: boolean;
}

const IMPORT =
  /^([ \t]*)(?:import[ \t]+([\w., \t]+)|from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]+(?:\(([^)]*)\)|([^#\n]*)))/gm;

/** Import statements, wherever they stand; those within strings do no harm, since they only add files. */
function importsOf(text: string): readonly Imported[] {
  return [...text.matchAll(IMPORT)].flatMap(([, indent, modules, dots = "", module = "", many, few = ""]) => {
    const atTop = indent === "";
    if (modules !== undefined) {
      const each = modules.split(",").flatMap((part) => /[\w.]+/.exec(part)?.[0] ?? []);
      return each.map((name) => ({ module: name, level: 0, names: [], atTop }));
    }
    const names = (many ?? few).replace(/#.*/g, "").split(",");
    const first = names.flatMap((name) => /\w+/.exec(name)?.[0] ?? []);
    return [{ module, level: dots.length, names: first, atTop }];
  });
}
