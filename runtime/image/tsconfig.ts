// The compiler options that change what code means when it runs, from the nearest tsconfig.json and what it extends.
import { createRequire } from "node:module";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import { above } from "./packages.ts";
import { ProgramError, position } from "./program.ts";
import type { Sources } from "./sources.ts";

export interface CompilerSettings {
  /** The file that they come from; absent where a project has none. */
  readonly file?: string;
  readonly module?: string;
  readonly target?: string;
  readonly jsx?: string;
  readonly jsxFactory?: string;
  readonly jsxFragmentFactory?: string;
  readonly jsxImportSource?: string;
  readonly useDefineForClassFields?: boolean;
  readonly experimentalDecorators?: boolean;
  readonly verbatimModuleSyntax?: boolean;
  readonly esModuleInterop?: boolean;
  /** Absolute. */
  readonly baseUrl?: string;
  /** Pattern with at most one `*` → absolute targets. */
  readonly paths?: Readonly<Record<string, readonly string[]>>;
}

type Json = Readonly<Record<string, unknown>>;

/** Settings for a source file; one reader serves one lowering. */
export function settingsReader(sources: Sources): (file: string) => CompilerSettings {
  const byFolder = new Map<string, CompilerSettings>();
  const byConfig = new Map<string, CompilerSettings>();
  return (file) => {
    const folder = dirname(file);
    let settings = byFolder.get(folder);
    if (!settings) {
      const config = nearestConfig(folder, sources);
      settings =
        config === undefined
          ? {}
          : (byConfig.get(config) ?? { ...readConfig(config, sources, []), file: config });
      if (config !== undefined) byConfig.set(config, settings);
      byFolder.set(folder, settings);
    }
    return settings;
  };
}

function nearestConfig(from: string, sources: Sources): string | undefined {
  for (const folder of above(from)) {
    for (const name of ["tsconfig.json", "jsconfig.json"]) {
      if (sources.isFile(join(folder, name))) return join(folder, name);
    }
  }
  return undefined;
}

function readConfig(path: string, sources: Sources, via: readonly string[]): CompilerSettings {
  if (via.includes(path)) {
    throw new ProgramError("usage", "ConfigError", `extends itself by way of ${via.at(-1)}; end the circle`, {
      file: path,
    });
  }
  const text = sources.read(path) ?? "";
  const errors: ParseError[] = [];
  const json = object(parse(text, errors, { allowTrailingComma: true, allowEmptyContent: true }));
  const [error] = errors;
  if (error) {
    const what = printParseErrorCode(error.error);
    throw new ProgramError(
      "usage",
      "ConfigError",
      `is no valid JSON (${what}); mend it so that its compiler options can be read`,
      {
        file: path,
        ...position(text, error.offset),
      },
    );
  }
  const bases = typeof json.extends === "string" ? [json.extends] : strings(json.extends);
  const inherited: CompilerSettings = Object.assign(
    {},
    ...bases.map((base) => readConfig(locateBase(base, path, sources), sources, [...via, path])),
  );
  return { ...inherited, ...ownSettings(object(json.compilerOptions), dirname(path), inherited.baseUrl) };
}

function ownSettings(options: Json, folder: string, inheritedBase: string | undefined): CompilerSettings {
  const settings: Record<string, unknown> = {};
  for (const name of ["module", "target", "jsx"]) {
    const value = options[name];
    if (typeof value === "string") settings[name] = value.toLowerCase();
  }
  for (const name of ["jsxFactory", "jsxFragmentFactory", "jsxImportSource"]) {
    if (typeof options[name] === "string") settings[name] = options[name];
  }
  for (const name of [
    "useDefineForClassFields",
    "experimentalDecorators",
    "verbatimModuleSyntax",
    "esModuleInterop",
  ]) {
    if (typeof options[name] === "boolean") settings[name] = options[name];
  }
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the compiler's own placeholder
  const absolute = (path: string) => resolve(folder, path.replace("${configDir}", folder));
  const base = typeof options.baseUrl === "string" ? absolute(options.baseUrl) : inheritedBase;
  if (base !== undefined) settings.baseUrl = base;
  if (typeof options.paths === "object") {
    settings.paths = Object.fromEntries(
      Object.entries(object(options.paths)).map(([pattern, targets]) => [
        pattern,
        strings(targets).map((target) =>
          base === undefined || target.startsWith("$") ? absolute(target) : resolve(base, target),
        ),
      ]),
    );
  }
  return settings;
}

/** Where `extends` leads: a path, or a file of a package. */
function locateBase(base: string, from: string, sources: Sources): string {
  if (base.startsWith(".") || isAbsolute(base)) {
    const path = resolve(dirname(from), base);
    for (const candidate of [path, `${path}.json`, join(path, "tsconfig.json")])
      if (sources.isFile(candidate)) return candidate;
  } else {
    const require = createRequire(from);
    for (const candidate of [base, `${base}.json`, `${base}/tsconfig.json`]) {
      try {
        const path = require.resolve(candidate);
        if (path.endsWith(".json")) return path;
      } catch {
        // Not under this name.
      }
    }
  }
  throw new ProgramError(
    "usage",
    "ConfigError",
    `extends ${JSON.stringify(base)}, which is not there; install it or mend the path`,
    {
      file: from,
    },
  );
}

function object(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
