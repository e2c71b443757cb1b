// How this computer reaches its package registries: the settings of the user's own package managers, for installing alone.
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Inputs } from "../image/reasons.ts";
import { contentKey } from "../image/store.ts";

const SETTINGS =
  /^(npm_config_|PIP_|UV_|(https?|no|all)_proxy$|SSL_CERT_(FILE|DIR)$|NODE_EXTRA_CA_CERTS$|REQUESTS_CA_BUNDLE$|CURL_CA_BUNDLE$)/i;
/** Where things are put, which is ours to say. */
const PLACES =
  /^(npm_config_(prefix|cache|userconfig|globalconfig|location|global|local_prefix|dry_run)|PIP_(TARGET|PREFIX|USER|CACHE_DIR|REQUIRE_VIRTUALENV|DRY_RUN)|UV_CACHE_DIR)$/i;

export function networkSettings(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value !== undefined && SETTINGS.test(name) && !PLACES.test(name) ? [[name, value]] : [],
    ),
  );
}

/** Settings among the variables that were passed to the run: they are inputs of what is installed. */
export function settingsInputs(env: Readonly<Record<string, string>>, names: RegExp): Inputs {
  const settings = Object.entries(env).filter(([name]) => names.test(name));
  return Object.fromEntries(settings.map(([name, value]) => [`variable:${name}`, contentKey(value)]));
}

/** A file of settings in the user's home, which containers don't have. */
export function homeFile(...paths: readonly string[]): string | undefined {
  return paths.map((path) => join(homedir(), path)).find((path) => existsSync(path));
}

/** Whether the end of a package manager's output speaks of a registry that did not answer. */
export function isUnreachable(output: string): boolean {
  return /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|network (timeout|request|is unreachable)|NewConnectionError|ConnectTimeout|Temporary failure in name resolution|Name or service not known|Failed to (fetch|resolve)|error sending request|dns error|Connection refused|ProxyError|SSLError/i.test(
    output,
  );
}
