// The variables that containers see: an explicit list, since a private home must not hide and a laptop must not leak.
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseEnv } from "node:util";
import type { Config } from "../workspace/config.ts";
import { type Failure, failure } from "./failure.ts";

export interface Environment {
  readonly ok: true;
  readonly values: Readonly<Record<string, string>>;
  /** Names that were to be passed on but are not set here. */
  readonly unset: readonly string[];
}

export interface EnvironmentRequest {
  /** `NAME` or `NAME=VALUE`. */
  readonly env: readonly string[];
  readonly envFiles: readonly string[];
  readonly cwd: string;
}

/** Secrets first, then the config's `env`, then files, then single variables: what is nearer to the user wins. */
export function readEnvironment(
  request: EnvironmentRequest,
  config: Config,
  own: Readonly<Record<string, string | undefined>> = process.env,
): Environment | Failure {
  const values: Record<string, string> = {};
  const unset: string[] = [];
  const folder = config.path ? dirname(config.path) : request.cwd;

  const missing: string[] = [];
  for (const [secret, file] of Object.entries(config.secrets ?? {})) {
    const read = readFile(resolve(folder, file));
    if (read) Object.assign(values, read);
    else missing.push(`${secret} (${file})`);
  }
  if (missing.length > 0) {
    const message = `Env files of secrets can't be read: ${missing.join(", ")}. Make them, or take them out of \`secrets\` in ${config.path}.`;
    return failure("environment", "SecretMissing", message);
  }

  const pass = (entry: string): Failure | undefined => {
    const split = entry.indexOf("=");
    const name = split < 0 ? entry : entry.slice(0, split);
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      return failure("usage", "BadEnv", `--env ${entry}: a variable needs the form NAME or NAME=VALUE.`);
    }
    const value = split < 0 ? own[name] : entry.slice(split + 1);
    if (value === undefined) unset.push(name);
    else values[name] = value;
    return undefined;
  };

  const { env = [] } = config;
  const configured = Array.isArray(env)
    ? env
    : Object.entries(env).map(([name, value]) => (value === null ? name : `${name}=${value}`));
  for (const entry of configured) {
    const wrong = pass(entry);
    if (wrong) return wrong;
  }
  for (const file of request.envFiles) {
    const read = readFile(resolve(request.cwd, file));
    if (!read)
      return failure("usage", "BadEnvFile", `--env-file ${file}: there is no such file that can be read.`);
    Object.assign(values, read);
  }
  for (const entry of request.env) {
    const wrong = pass(entry);
    if (wrong) return wrong;
  }
  return { ok: true, values, unset: unset.filter((name) => values[name] === undefined) };
}

function readFile(path: string): Record<string, string> | undefined {
  try {
    const entries = Object.entries(parseEnv(readFileSync(path, "utf8")));
    return Object.fromEntries(
      entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
  } catch {
    return undefined;
  }
}
