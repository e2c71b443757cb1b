// Chooses the Python that runs containers: the configured one, the project's virtual environment, or the first on the path; never a shim.
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { environmentError } from "../errors.ts";
import {
  allOnPath,
  executable,
  FLOORS,
  hasVersion,
  type Interpreter,
  isNewEnough,
  managers,
  newEnough,
  onPath,
} from "./interpreters.ts";

export interface Python extends Interpreter {
  /** Folders that its packages are installed in. */
  readonly packages: readonly string[];
  /** Folders that it runs from: the environment's, and those of the Python behind it. */
  readonly folders: readonly string[];
  /** Tells byte code of different Pythons apart. */
  readonly tag: string;
}

export interface PythonOptions {
  readonly configured?: string;
  /** Folder from which `.venv` and `venv` are looked for upwards. */
  readonly from: string;
  readonly path?: string | undefined;
  /** The environment that was active when the command began. */
  readonly active?: string | undefined;
}

const ask = promisify(execFile);

export async function choosePython(options: PythonOptions): Promise<Python> {
  const { configured } = options;
  if (configured !== undefined) {
    // A folder is meant as the environment that lies there.
    const inFolder = executable(join(configured, "bin", "python"));
    const path =
      inFolder ?? (configured.includes("/") ? executable(configured) : onPath(configured, options.path));
    const found = path === undefined ? undefined : await inspect(path, options.from);
    if (found) return newEnough(found, configured);
    throw environmentError(
      "InterpreterMissingError",
      `the configured interpreter ${configured} is no Python that starts; correct "python" in the config or coldstart.python in the editor's settings, or leave it out to use the project's own`,
    );
  }
  let tooOld: Python | undefined;
  for (const candidate of candidates(options)) {
    const found = await inspect(candidate, options.from);
    if (found === undefined) continue;
    if (isNewEnough(found)) return found;
    tooOld ??= found;
  }
  if (tooOld) return newEnough(tooOld, tooOld.path);
  throw environmentError(
    "InterpreterMissingError",
    `there is no Python on the path, and running functions needs one (${FLOORS.python.join(".")} or newer); install it, make a .venv in the project, or name one by "python" in the config`,
  );
}

/** One of a version (`3.12`) on the path, when there is one that containers can run on. */
export async function pythonOfVersion(wanted: string, from: string): Promise<Python | undefined> {
  const [major, minor = ""] = wanted.split(".");
  for (const candidate of allOnPath(`python${[major, minor].filter(Boolean).join(".")}`)) {
    const found = await inspect(candidate, from);
    if (found && isNewEnough(found) && hasVersion(found, wanted)) return found;
  }
  return undefined;
}

function* candidates({ from, path, active = process.env.VIRTUAL_ENV }: PythonOptions): Generator<string> {
  for (let folder = from; ; folder = dirname(folder)) {
    for (const name of [".venv", "venv"]) {
      const own = executable(join(folder, name, "bin", "python"));
      if (own !== undefined) yield own;
    }
    if (folder === dirname(folder)) break;
  }
  const activated = active ? executable(join(active, "bin", "python")) : undefined;
  if (activated !== undefined) yield activated;
  for (const name of ["python3", "python"]) yield* allOnPath(name, path);
}

const ABOUT = `
import json, os, sys
version = "%d.%d.%d" % sys.version_info[:3]
import site
folders = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix, os.path.realpath(sys.executable)]
print(json.dumps([sys.executable, version, sorted(set(folders)), sys.implementation.cache_tag, site.getsitepackages()]))
`;

/**
 * The interpreter says itself where it is: that leads through every link and shim, and not out of an environment. Shims
 * look at the working folder.
 */
async function inspect(asked: string, from: string): Promise<Python | undefined> {
  try {
    const env = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "/", ...managers() };
    const { stdout } = await ask(asked, ["-I", "-c", ABOUT], { cwd: from, env, timeout: 20_000 });
    const [path, version, folders, tag, packages] = JSON.parse(stdout) as [
      string,
      string,
      string[],
      string,
      string[],
    ];
    return path === "" ? undefined : { name: "python", path, version, folders, tag, packages };
  } catch {
    return undefined;
  }
}

const COMPILE = `
import marshal, os, py_compile, sys
source, target = sys.argv[1:]
modules = {}
for folder, _, names in os.walk(source):
    for name in names:
        if name.endswith(".py"):
            path = os.path.join(folder, name)
            inside = os.path.relpath(path, source)
            parts = inside[:-3].split(os.sep)
            with open(path, encoding="utf-8") as file:
                code = compile(file.read(), "<coldstart>/" + inside, "exec", dont_inherit=True)
            package = parts[-1] == "__init__"
            modules[".".join(parts[:-1] if package else parts)] = package, marshal.dumps(code)
del modules["main"]
with open(os.path.join(target, "modules"), "wb") as file:
    file.write(marshal.dumps(modules))
py_compile.compile(os.path.join(source, "main.py"), os.path.join(target, "main.pyc"), "<coldstart>/main.py", True,
                   invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
`;

/**
 * The container's program as byte code, made once for each Python: compiling it is no part of a cold start, as it is
 * none in production.
 * @param key Says which program it is.
 */
export async function compileChild(
  { path, tag, version }: Python,
  source: string,
  folder: string,
  key: string,
): Promise<string> {
  const target = join(folder, `${tag}-${version}-${key}`);
  const main = join(target, "main.pyc");
  if (await isThere(main)) return main;
  const draft = `${target}.${randomUUID()}`;
  await mkdir(draft, { recursive: true });
  try {
    await ask(path, ["-I", "-c", COMPILE, source, draft]);
    await rename(draft, target);
  } catch (error) {
    // Another run may have been faster.
    if (!(await isThere(main))) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return main;
}

async function isThere(file: string): Promise<boolean> {
  return readFile(file).then(
    () => true,
    () => false,
  );
}

/** All sources of the container's program. */
export async function childSources(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => name.endsWith(".py"))
    .sort()
    .map((name) => join(folder, name));
}
