// One file of a program: what it imports, as what it is loaded, and its lowered text where it needs one.
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import type { ts } from "@ts-morph/common";
import { type Format, formatOf } from "./format.ts";
import { type Links, NO_LINKS } from "./links.ts";
import { type LoweredFile, ProgramError } from "./program.ts";
import { isTyped } from "./resolve.ts";
import { type ImportedName, type Scan, scan } from "./scan.ts";
import type { Sources } from "./sources.ts";
import { contentKey, type Store } from "./store.ts";
import { transpile } from "./transpile.ts";
import type { CompilerSettings } from "./tsconfig.ts";

export interface Module {
  readonly format: Format;
  /** What is imported when it runs: imports of types alone are not among them. */
  readonly imports: readonly ImportedName[];
  readonly links: Links;
  readonly lowered?: LoweredFile;
  /** Whether the compiler had to leave import and export specifiers that may name types. */
  readonly mayNameTypes: boolean;
}

/** Part of every key in the cache; to be raised when the same input is to give another output. */
const REVISION = "1";

export function isScript(path: string): boolean {
  return isTyped(path) || [".js", ".mjs", ".cjs", ".jsx"].includes(extname(path));
}

export function moduleReader(
  sources: Sources,
  store: Store,
): (path: string, text: string, settings: CompilerSettings) => Promise<Module> {
  return async (path, text, settings) => {
    const facts = await scanText(path, text, store);
    const format = formatOf(path, facts, settings, sources);
    const ending = format === "module" ? ".mjs" : ".cjs";
    // No Node knows decorators: whoever deploys a script with them has it compiled.
    if (!isTyped(path) && extname(path) !== ".jsx" && !facts.decorators) {
      const plain = { format, imports: facts.imports, links: facts.links, mayNameTypes: false };
      if (!sources.isOverlaid(path)) return plain;
      const source = await store.file(contentKey(REVISION, "copy", text), ending, async () => text);
      return { ...plain, lowered: { source, format } };
    }
    if (facts.decorators && settings.experimentalDecorators) throw legacyDecorators(path, settings);
    const key = contentKey(REVISION, "lowered", path, format, JSON.stringify(settings), text);
    const source = await store.file(key, ending, async () =>
      transpile(await loadCompiler(), { path, text, format, settings }),
    );
    const { imports, links } = await scanText(`${path}${ending}`, readFileSync(source, "utf8"), store);
    return { format, imports, links, lowered: { source, format }, mayNameTypes: format === "module" };
  };
}

const NOTHING: Scan = {
  imports: [],
  esm: false,
  esmOnly: false,
  commonjs: false,
  decorators: false,
  links: NO_LINKS,
};

async function scanText(path: string, text: string, store: Store): Promise<Scan> {
  // Plain scripts need no compiler to say that they import nothing.
  const mayLink = /\b(?:import|export|require|await|exports|__dirname|__filename)\b/.test(text);
  if (!isTyped(path) && !mayLink) return NOTHING;
  const key = contentKey(REVISION, "scan", extname(path), text);
  return store.value(key, async () => scan(await loadCompiler(), path, text));
}

function legacyDecorators(path: string, settings: CompilerSettings): ProgramError {
  return new ProgramError(
    "error",
    "LegacyDecoratorsError",
    `uses decorators, and ${settings.file} sets experimentalDecorators, which gives them their old meaning; remove that option, since only standard decorators are supported`,
    { file: path },
  );
}

let loaded: Promise<typeof ts> | undefined;

/** Nine megabytes: loaded only for texts that the cache does not know. */
export function loadCompiler(): Promise<typeof ts> {
  loaded ??= import("./compiler.ts").then((compiler) => compiler.ts);
  return loaded;
}
