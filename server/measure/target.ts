// The function that a command is about: found, with its config, its root, its arguments and what its containers see.
import { existsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { RuntimeOptions } from "../../runtime/options.ts";
import type { Linter } from "../lint.ts";
import { type Config, withoutEffect } from "../workspace/config.ts";
import { absolute, isWithin, relativeTo } from "../workspace/paths.ts";
import { type Environment, readEnvironment } from "./environment.ts";
import { type Failure, failure } from "./failure.ts";
import { type Input, readInput } from "./inputs.ts";
import { nearest } from "./nearest.ts";

/** What a user asked for. */
export interface Ask {
  /** The file, absolute. */
  readonly file: string;
  /** Absent for entry points. */
  readonly name?: string;
  /** Paths in options and answers are relative to this folder. */
  readonly cwd: string;
  /** As typed: `["q"]` or `@file.json`. */
  readonly input?: string;
  readonly env: readonly string[];
  readonly envFiles: readonly string[];
  /** Interpreters of the editor's settings; they go before the config's, and these before the project's own. */
  readonly node?: string;
  readonly python?: string;
  /** The Python that the editor runs the project with; the config's goes before it. */
  readonly editorPython?: string;
  /** Absolute path → text that an editor has not saved yet; it is run in the file's place. */
  readonly unsaved?: Readonly<Record<string, string>>;
}

export interface Target {
  readonly ok: true;
  readonly file: string;
  readonly name: string;
  /** Of a function that a platform is known to run. */
  readonly platform?: string;
  readonly cwd: string;
  /** Where results are kept. */
  readonly project: string;
  /** Where containers start. */
  readonly root: string;
  readonly hash: string;
  readonly input: Input;
  readonly environment: Environment;
  readonly node?: string;
  readonly python?: string;
  /** Names of the config's secrets; their variables are in the environment. */
  readonly secrets: readonly string[];
  /** As asked. */
  readonly unsaved?: Readonly<Record<string, string>>;
  /** What the user should know before anything runs. */
  readonly notes: readonly string[];
}

/** Resolves what is asked for, or says what is wrong with it before anything runs. */
export async function findTarget(ask: Ask, linter: Linter): Promise<Target | Failure> {
  const shown = relativeTo(ask.cwd, ask.file);
  if (!existsSync(ask.file)) return failure("usage", "UnknownFile", `There is no file ${shown}.`);
  if (statSync(ask.file).isDirectory()) {
    return failure("usage", "UnknownFile", `${shown} is a folder; name a function as FILE::NAME.`);
  }
  await linter.prepare([ask.file]);
  const config = linter.config(ask.file);
  const problem = linter.configProblems()[0];
  if (problem)
    return failure("usage", "BadConfig", `${relativeTo(ask.cwd, problem.path)}: ${problem.message}`);
  if (ask.name !== undefined) {
    const unknown = unknownName(shown, ask.name, ask.file, linter);
    if (unknown) return unknown;
  }
  const name = ask.name ?? "";
  const input = readInput(ask.input, config, ask.file, name, ask.cwd);
  if (!input.ok) return input;
  const environment = readEnvironment({ env: ask.env, envFiles: ask.envFiles, cwd: ask.cwd }, config);
  if (!environment.ok) return environment;
  const node = ask.node ?? fromConfig(config.node, config);
  const python = ask.python ?? fromConfig(config.python, config) ?? ask.editorPython;
  const project = linter.root(ask.file);
  const found = linter.lint(ask.file).functions.find((each) => each.name === withoutValues(name));
  return {
    ok: true,
    file: ask.file,
    name,
    ...(found && { platform: found.platform }),
    cwd: ask.cwd,
    project,
    root: rootOf(project, ask.file, ask.cwd),
    hash: linter.sourceHash(ask.file, withoutValues(name)) ?? "",
    input,
    environment,
    ...(node && { node }),
    ...(python && { python }),
    secrets: Object.keys(config.secrets ?? {}),
    ...(ask.unsaved && { unsaved: ask.unsaved }),
    notes: notesOf(config, environment, ask.cwd),
  };
}

/** An interpreter of the config: a path from the config's folder, or a name that the path leads to. */
function fromConfig(interpreter: string | undefined, { path }: Config): string | undefined {
  if (!interpreter || !path) return interpreter;
  const below = absolute(interpreter, join(path, ".."));
  return /[\\/]/.test(interpreter) || existsSync(below) ? below : interpreter;
}

/** `Model(size="large").describe` → `Model.describe`: a class of Python may be given values. */
export function withoutValues(name: string): string {
  return name.replace(/\(.*\)/s, "");
}

function notesOf(config: Config, { unset }: Environment, cwd: string): string[] {
  const idle = withoutEffect(config);
  const path = config.path && relativeTo(cwd, config.path);
  return [
    ...(idle.length > 0 ? [`${path}: no effect yet: ${idle.join(", ")}`] : []),
    ...(unset.length > 0 ? [`not set here, so not passed on: ${unset.join(", ")}`] : []),
  ];
}

/** Containers start where the deployed code would: in the project, but never above the folder of the command. */
function rootOf(project: string, file: string, cwd: string): string {
  if (existsSync(join(project, "package.json")) || !isWithin(cwd, file)) return project;
  return cwd;
}

/** A file without functions that we know may still hold one that the runtime finds; a name that nothing exports can't. */
function unknownName(shown: string, asked: string, file: string, linter: Linter): Failure | undefined {
  const name = withoutValues(asked);
  const python = file.endsWith(".py");
  const { functions, syntaxErrors } = linter.lint(file);
  const found = functions.map((each) => each.name);
  const exported = linter.exports(file);
  // A method of a class that no platform knows; a class alone is told of by whoever loads it.
  const head = name.replace(/\..*/, "");
  const fits = (each: string) =>
    each === name || each === "*" || (each === head && !found.some((other) => other.startsWith(`${head}.`)));
  if ([...found, ...exported].some(fits) || syntaxErrors.length > 0) return undefined;
  // All names of a module of Python can be imported, those that it has imported itself, too.
  const isClass = (each: string) => found.some((other) => other.startsWith(`${each}.`));
  const all = python && found.length > 0 ? found : [...found, ...exported.filter((each) => !isClass(each))];
  const names = [...new Set(all)];
  if (names.length === 0) {
    const message = `${shown} exports no function, so there is no ${shown}::${name}. Export it, or give it a \`name\` in its options.`;
    return failure("usage", "UnknownFunction", message);
  }
  const near = nearest(name, names);
  const hint = near ? ` Did you mean ${shown}::${near}?` : "";
  const known = names.map((each) => `${shown}::${each}`).join(", ");
  return failure(
    "usage",
    "UnknownFunction",
    `There is no function ${shown}::${name}.${hint} Known: ${known}.`,
  );
}

/** What the runtime is told, but for its job. */
export function runtimeOptions(target: Target): Omit<RuntimeOptions, "job"> {
  return {
    version: 1,
    root: target.root,
    cache: cacheFolder(),
    env: target.environment.values,
    secrets: target.secrets,
    ...(target.node && { node: target.node }),
    ...(target.python && { python: target.python }),
  };
}

/** `COLDSTART_CACHE`, else `coldstart` in the user's cache folder. */
function cacheFolder(): string {
  const { COLDSTART_CACHE, XDG_CACHE_HOME } = process.env;
  return absolute(COLDSTART_CACHE || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "coldstart"));
}

/** `FILE::NAME` as the runtime says it (relative to its root) → relative to the folder of the command. */
export function renamer(target: Target): (name: string) => string {
  if (target.root === target.cwd) return (name) => name;
  return (name) => {
    const split = name.lastIndexOf("::");
    const file = split < 0 ? name : name.slice(0, split);
    return relativeTo(target.cwd, absolute(file, target.root)) + (split < 0 ? "" : name.slice(split));
  };
}
