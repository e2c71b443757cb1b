// The readers and writers of languages, loaded when the first file needs them: the compiler alone takes 0.2 s.
import { isCode } from "./scan.ts";

export interface TypeScriptLanguage {
  readonly readModule: typeof import("../languages/typescript/read.ts").readModule;
  readonly spell: typeof import("../languages/typescript/write.ts").spell;
  readonly instrument: typeof import("../languages/typescript/instrument.ts").instrument;
}

let typescript: TypeScriptLanguage | undefined;
let yaml: ((text: string) => unknown) | undefined;

/** Loads what is needed to read these files. */
export async function loadLanguages(files: readonly string[]): Promise<void> {
  if (typescript || !files.some(isCode)) return;
  const [{ readModule }, { spell }, { instrument }] = await Promise.all([
    import("../languages/typescript/read.ts"),
    import("../languages/typescript/write.ts"),
    import("../languages/typescript/instrument.ts"),
  ]);
  typescript = { readModule, spell, instrument };
}

/** The language of a file. Throws when `loadLanguages` has not been awaited: that is a mistake of the caller. */
export function languageOf(file: string): TypeScriptLanguage | undefined {
  if (!isCode(file)) return undefined;
  if (!typescript) throw new Error(`${file} is linted before prepare() was awaited for it`);
  return typescript;
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
