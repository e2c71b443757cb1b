// The readers and writers of languages, loaded when the first file needs them: the compiler alone takes 0.2 s.
import type { ModuleFacts } from "../facts/module.ts";
import { readGrammar } from "./grammar.ts";
import { languageName } from "./scan.ts";

type TypeScriptWriter = typeof import("../languages/typescript/write.ts");
type Instrument = typeof import("../languages/typescript/instrument.ts").instrument;

/** What the workspace asks of a language. */
export interface Language {
  readModule(path: string, text: string): ModuleFacts;
  readonly spell: TypeScriptWriter["spell"];
  readonly canSpell: TypeScriptWriter["canSpell"];
  /** Undefined where the text cannot be marked. */
  readonly instrument: (...given: Parameters<Instrument>) => string | undefined;
  /** Prepares for many changes of one file, until they end. */
  keep?(path: string): void;
  release?(path: string): void;
}

const languages = new Map<ModuleFacts["language"], Language>();
let yaml: ((text: string) => unknown) | undefined;

/** Loads what is needed to read these files. */
export async function loadLanguages(files: readonly string[]): Promise<void> {
  const wanted = new Set(files.map(languageName));
  await Promise.all([
    wanted.has("typescript") && !languages.has("typescript") && loadTypeScript(),
    wanted.has("python") && !languages.has("python") && loadPython(),
  ]);
}

async function loadTypeScript(): Promise<void> {
  const [{ readModule }, { canSpell, spell }, { instrument }] = await Promise.all([
    import("../languages/typescript/read.ts"),
    import("../languages/typescript/write.ts"),
    import("../languages/typescript/instrument.ts"),
  ]);
  languages.set("typescript", { readModule, spell, canSpell, instrument });
}

async function loadPython(): Promise<void> {
  const [{ markSpans }, { initialise, keep, readModule, release }, { spell }] = await Promise.all([
    import("../languages/python/instrument.ts"),
    import("../languages/python/read.ts"),
    import("../languages/python/write.ts"),
  ]);
  await initialise(readGrammar);
  const canSpell: Language["canSpell"] = (change, text) => spell(change, text) !== undefined;
  languages.set("python", { readModule, spell, canSpell, instrument: markSpans, keep, release });
}

/** The language of a file. Throws when `loadLanguages` has not been awaited: that is a mistake of the caller. */
export function languageOf(file: string): Language | undefined {
  const name = languageName(file);
  if (!name) return undefined;
  const language = languages.get(name);
  if (!language) throw new Error(`${file} is linted before prepare() was awaited for it`);
  return language;
}

/** A file that was open is so no longer. */
export function releaseFile(file: string): void {
  const name = languageName(file);
  if (name) languages.get(name)?.release?.(file);
}

export async function loadYaml(): Promise<void> {
  if (yaml) return;
  // A CommonJS package: in the bundle it has no named exports.
  const { default: library } = await import("yaml");
  yaml = (text) => {
    // Tags such as `!Sub` are the deployment tool's business; their values are read as they stand.
    const document = library.parseDocument(text, { logLevel: "silent", uniqueKeys: false });
    if (document.errors.length > 0) return undefined;
    try {
      return document.toJS();
    } catch {
      // Aliases that grow without end: no deployment file that any tool would take.
      return undefined;
    }
  };
}

export function yamlParser(): (text: string) => unknown {
  if (!yaml) throw new Error("A deployment file is read before prepare() was awaited");
  return yaml;
}
