// What the project's build makes of a source file: an ES module, or CommonJS, where a top-level await is an error.
import { posix } from "node:path";
import type { Deployment } from "./deployment.ts";
import type { Manifest } from "./manifest.ts";
import type { TsConfig } from "./tsconfig.ts";

export interface BuildFacts {
  readonly manifest: Manifest | undefined;
  readonly tsconfig: TsConfig | undefined;
  readonly deployments: readonly Deployment[];
  /** Texts of the project's esbuild and tsup configs. */
  readonly buildConfigs: readonly string[];
}

/** Config files of bundlers, in a project's root. */
export const BUILD_CONFIGS = ["esbuild", "esbuild.config", "build", "tsup.config"].flatMap((name) =>
  [".mjs", ".js", ".cjs", ".ts", ".mts"].map((extension) => name + extension),
);

/** Where nothing says what the build makes, the answer is CommonJS: what runs there runs everywhere. */
export function outputFormat(
  file: string,
  { manifest, tsconfig, deployments, buildConfigs }: BuildFacts,
): "esm" | "cjs" {
  const stem = file.slice(0, file.length - posix.extname(file).length);
  const deployed = deployments.flatMap((each) => each.handlers).find((each) => each.stem === stem)?.format;
  const built =
    deployed ??
    deployments.find((each) => each.format)?.format ??
    first(manifest?.scripts ?? [], ofScript) ??
    first(buildConfigs, ofConfig);
  if (built) return built;
  if (/\.m[jt]s$/.test(file)) return "esm";
  if (/\.c[jt]s$/.test(file)) return "cjs";
  if (/\.tsx?$/.test(file) && tsconfig?.module && !/^(node\d*|nodenext|preserve)$/.test(tsconfig.module)) {
    return tsconfig.module === "commonjs" ? "cjs" : "esm";
  }
  return manifest?.type === "module" ? "esm" : "cjs";
}

function first(
  texts: readonly string[],
  ask: (text: string) => "esm" | "cjs" | undefined,
): "esm" | "cjs" | undefined {
  for (const text of texts) {
    const format = ask(text);
    if (format) return format;
  }
  return undefined;
}

/** A bundler's command line in a package.json script. */
function ofScript(script: string): "esm" | "cjs" | undefined {
  const command = script.match(/(?:^|[\s;&|])(esbuild|tsup)\s([^;&|]*)/);
  if (!command) return undefined;
  const [, tool, options = ""] = command;
  const format = options.match(/--format[= ](\w+)/)?.[1];
  if (format) return format === "esm" ? "esm" : "cjs";
  if (tool === "tsup" || /--platform[= ]node/.test(options)) return "cjs";
  return /--platform[= ]neutral/.test(options) ? "esm" : undefined;
}

/** A config in code: looked at as text, since nothing of the project is run. */
function ofConfig(text: string): "esm" | "cjs" | undefined {
  if (!/["'](esbuild|tsup)["']/.test(text)) return undefined;
  const format = text.match(/\bformat:\s*\[?\s*["'](\w+)["']/)?.[1];
  if (format) return format === "esm" ? "esm" : "cjs";
  return /\bplatform:\s*["']node["']/.test(text) ? "cjs" : undefined;
}
