// What a Python project says of itself: where it begins, where its modules are, which version of a package it uses.
import { posix } from "node:path";
import { foldersAbove } from "./paths.ts";

type Read = (path: string) => string | undefined;

const ROOTS = ["pyproject.toml", "requirements.txt", "setup.py", "setup.cfg", "Pipfile", "uv.lock"];

/** Folder of the nearest file that projects have at their root, else the file's own. */
export function pythonRoot(file: string, isFile: (path: string) => boolean): string {
  for (const folder of foldersAbove(file)) {
    if (ROOTS.some((name) => isFile(posix.join(folder, name)))) return folder;
    if (isFile(posix.join(folder, ".git/HEAD"))) break;
  }
  return posix.dirname(file);
}

/** Folders that absolute imports may start from: those above the file up to the root, and the root's `src`. */
export function importRoots(file: string, root: string): readonly string[] {
  const above: string[] = [];
  for (const folder of foldersAbove(file)) {
    above.push(folder);
    if (folder === root) break;
  }
  return [...above, posix.join(root, "src")];
}

/** Files that name versions, those that pin them first. */
const VERSIONS = [
  "uv.lock",
  "poetry.lock",
  "pdm.lock",
  "Pipfile.lock",
  "requirements.lock",
  "requirements.txt",
  "requirements/base.txt",
  "requirements-dev.txt",
  "pyproject.toml",
  "Pipfile",
  "setup.cfg",
  "setup.py",
];

/**
 * The version of a package that is pinned or installed, else the newest that the requirements allow.
 * @param interpreters Pythons that were chosen for the project, the strongest first, by their paths or their environments'.
 */
export function packageVersion(
  root: string,
  name: string,
  read: Read,
  list: (folder: string) => readonly string[],
  interpreters: readonly string[] = [],
): string | undefined {
  for (const path of VERSIONS) {
    const text = read(posix.join(root, path));
    const version = text && (lockedVersion(text, name) ?? requiredVersion(text, name));
    if (version) return version;
  }
  const environments = [
    ...interpreters.map(environmentOf),
    ...[".venv", "venv", "env"].map((each) => posix.join(root, each)),
  ];
  for (const environment of environments) {
    const version = installedVersion(environment, name, list);
    if (version !== undefined) return version;
  }
  return undefined;
}

/** `/project/.venv/bin/python3` → `/project/.venv`. */
function environmentOf(interpreter: string): string {
  return interpreter.replace(/\/(?:bin|Scripts)\/[^/]*$/, "");
}

/** `[[package]] name = "modal" version = "0.62.1"`, and the same in Pipfile.lock. */
function lockedVersion(text: string, name: string): string | undefined {
  const escaped = pattern(name);
  const toml = new RegExp(`^name\\s*=\\s*"${escaped}"\\s*\\nversion\\s*=\\s*"([^"]+)"`, "mi").exec(text)?.[1];
  return toml ?? new RegExp(`"${escaped}":\\s*\\{[^}]*?"version":\\s*"==([^"]+)"`, "i").exec(text)?.[1];
}

/** `modal==0.62.1`, `"modal>=0.62,<0.70"`, `modal = "^0.62"`. */
function requiredVersion(text: string, name: string): string | undefined {
  const escaped = pattern(name);
  const requirement = new RegExp(
    `(?:^|["'\\s,])${escaped}(?:\\[[\\w,\\s-]*\\])?\\s*((?:[=~<>!]=?=?\\s*[\\w.*]+\\s*,?\\s*)+)`,
    "mi",
  ).exec(text)?.[1];
  const poetry = new RegExp(`^${escaped}\\s*=\\s*(?:\\{[^}]*version\\s*=\\s*)?"([^"]+)"`, "mi").exec(
    text,
  )?.[1];
  const constraint = poetry ?? requirement;
  return constraint === undefined ? undefined : newestOf(constraint);
}

function newestOf(constraint: string): string | undefined {
  for (const part of constraint.split(",").map((each) => each.trim())) {
    const [, operator = "", version = ""] = /^(===?|~=|<=?|\^|~|!=|>=?)?\s*v?(\d[\w.]*)/.exec(part) ?? [];
    if (version === "") continue;
    const numbers = version.split(".").map(Number);
    if (operator === "==" || operator === "===" || operator === "<=" || operator === "") return version;
    if (operator === "<") return below(numbers);
    if (operator === "~=") return [...numbers.slice(0, -1), LAST].join(".");
    if (operator === "~") return [...numbers.slice(0, 2), LAST].join(".");
    // A caret keeps the first number that is not 0.
    if (operator === "^")
      return [...numbers.slice(0, Math.max(1, numbers.findIndex((each) => each > 0) + 1)), LAST].join(".");
  }
  return undefined;
}

const LAST = 9999;

/** The newest version below one: `1.0` → `0.9999`. */
function below(numbers: readonly number[]): string | undefined {
  const last = numbers.findLastIndex((each) => each > 0);
  return last < 0 ? undefined : [...numbers.slice(0, last), (numbers[last] ?? 1) - 1, LAST].join(".");
}

/** What lies among the packages of an environment, or of the system's own Python. */
function installedVersion(
  environment: string,
  name: string,
  list: (folder: string) => readonly string[],
): string | undefined {
  const pythons = (folder: string, packages: string) =>
    list(folder)
      .filter((each) => each.startsWith("python"))
      .map((each) => posix.join(folder, each, packages));
  const lib = posix.join(environment, "lib");
  const packages = [
    ...pythons(lib, "site-packages"),
    posix.join(environment, "Lib/site-packages"),
    ...pythons(posix.join(environment, "local/lib"), "dist-packages"),
    ...pythons(lib, "dist-packages"),
  ];
  const found = packages
    .flatMap(list)
    .find((each) => each.startsWith(`${name}-`) && each.endsWith(".dist-info"));
  return found?.slice(name.length + 1, -".dist-info".length);
}

function pattern(name: string): string {
  return name.replace(/[-_.]+/g, "[-_.]+");
}
