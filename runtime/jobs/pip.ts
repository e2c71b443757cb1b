// `pipInstall`: packages of Python in an environment of the image's own, before those of the Python at hand.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { ImageStep } from "../child/description.ts";
import type { CommandEnd } from "../container/command.ts";
import type { Python } from "../container/python.ts";
import { environmentError, type RuntimeError } from "../errors.ts";
import { pythonFolder } from "../image/image.ts";
import { digestsOf } from "../image/inputs.ts";
import { contentKey, openStore } from "../image/store.ts";
import { findInstallers, type Installer } from "./installers.ts";
import { findLocal } from "./locals.ts";
import { homeFile, isUnreachable, networkSettings, settingsInputs } from "./network.ts";
import { listedBy } from "./projects.ts";
import { called, hidden, labelled, type Planned, type StepContext, versionOf } from "./step.ts";

type Step = Extract<ImageStep, { kind: "pipInstall" }>;

const ask = promisify(execFile);

export async function planPip(step: Step, context: StepContext): Promise<Planned> {
  const { session, target, image } = context;
  const { packages, files: lists = [], options: given = [], projects = [], variables: env = {} } = step;
  const about = [...projects.map(({ file }) => file), ...lists.map((each) => `-r ${each}`), ...packages];
  const name = called("pipInstall", about, context);
  const digests: Record<string, string> = {};
  const found = async (path: string): Promise<string> => {
    const at = findLocal(path, context, name);
    Object.assign(digests, await digestsOf(at, path, LEFT_OUT));
    return at;
  };
  const { requirements, constraints } = await listedBy(projects, found, name);
  const held = constraints.length > 0 ? await constraintsFile(constraints, session.options.cache) : undefined;
  const options = held === undefined ? given : [...given, "-c", held];
  const asked: string[] = [...requirements];
  for (const spec of packages) asked.push(isPath(spec) ? await found(spec) : spec);
  const files: string[] = [];
  for (const list of lists) files.push(await found(list));
  const folder = dirname(target.file);
  const version = context.base.startsWith("python") ? versionOf(context.base) : undefined;
  const { languages } = session;
  const ready = (await languages.python(folder, version)) ?? (await languages.python(folder));
  if (!ready) return undefined;
  const { python } = ready;
  // An environment that is begun goes on: what it has is known to pip.
  const lacking = await lacksOf(python, asked, files);
  if (lacking.length === 0) {
    session.note(`${name}: nothing is installed, since ${python.path} has it all`);
    return undefined;
  }
  return {
    work: {
      kind: "pipInstall",
      name,
      inputs: {
        packages: [...packages, ...requirements, ...lists.map((each) => `-r ${each}`)].join("\n"),
        lacking: lacking.join("\n"),
        ...(options.length > 0 ? { options: options.join(" ") } : {}),
        ...labelled("file", digests),
        ...hidden(env),
        interpreter: `Python ${python.version} (${python.path})`,
        ...settingsInputs(session.options.env, /^(PIP|UV)_/i),
      },
      async fill(layer) {
        const needed = [...asked, ...files, ...(held === undefined ? [] : [held])];
        await install({ python, lacking, options, env, needed, layer, name }, context);
        if (session.boxes.isolation === "folders") await unbind(session.boxes.packagesOf(layer));
      },
      adopt: (before) => ({
        ...before,
        python: true,
        needed: [...new Set([...image.needed, ...python.folders])],
      }),
    },
  };
}

/** A lock file's versions are kept beside what is downloaded; all containers see them there. */
function constraintsFile(constraints: readonly string[], cache: string): Promise<string> {
  const text = constraints.map((each) => `${each}\n`).join("");
  return openStore(join(cache, "lists")).file(contentKey(text), ".txt", async () => text);
}

/** Of local packages: what an installation leaves behind. */
const LEFT_OUT = [".git", "__pycache__", "build", "dist", "node_modules", ".venv"];

export const isPath = (spec: string) =>
  /^(\.{0,2}\/|~\/|\.{1,2}$)/.test(spec) || (/\.(whl|tar\.gz|zip)$/.test(spec) && !spec.includes("@"));

/** Prints which of the requirements this Python lacks; those that it can't read are lacking. */
const CHECK = `
import json, sys
from importlib import metadata
try:
    from packaging.requirements import Requirement
except ImportError:
    try:
        from pip._vendor.packaging.requirements import Requirement
    except ImportError:
        Requirement = None
def has(text, extra=""):
    need = Requirement(text)
    if need.marker is not None and not need.marker.evaluate({"extra": extra}):
        return True
    if need.url is not None:
        return False
    there = metadata.distribution(need.name)
    if not need.specifier.contains(there.version, prereleases=True):
        return False
    return all(has(each, extra) for extra in need.extras for each in there.requires or () if "extra" in each)
def holds(text):
    try:
        return Requirement is not None and has(text)
    except Exception:
        return False
asked, files = json.loads(sys.argv[1])
lacking = [each for each in asked if not holds(each)]
for file in files:
    with open(file, encoding="utf-8") as lines:
        read = [line.split(" #")[0].strip() for line in lines]
    if not all(holds(each) for each in read if each and not each.startswith("#")):
        lacking += ["-r", file]
print(json.dumps(lacking))
`;

async function lacksOf(
  python: Python,
  asked: readonly string[],
  files: readonly string[],
): Promise<readonly string[]> {
  const { stdout } = await ask(python.path, ["-I", "-c", CHECK, JSON.stringify([asked, files])]);
  return JSON.parse(stdout) as string[];
}

/** Makes the environment where there is none yet; packages of the Python at hand are found behind its own. */
const ENVIRONMENT = `
import os, subprocess, sys, venv
folder, *behind = sys.argv[1:]
if not os.path.exists(folder + "/bin/python"):
    venv.EnvBuilder(symlinks=True, with_pip=False).create(folder)
    question = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = subprocess.check_output([folder + "/bin/python", "-Ic", question], text=True).strip()
    with open(packages + "/behind.pth", "w") as file:
        file.writelines("import site; site.addsitedir(%r)\\n" % each for each in behind)
`;

interface Installing {
  readonly python: Python;
  readonly lacking: readonly string[];
  readonly options: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly needed: readonly string[];
  readonly layer: string;
  readonly name: string;
}

/** Where uv fails, pip may do better: each has settings of its own, which say where packages come from. */
async function install(installing: Installing, context: StepContext): Promise<void> {
  const { lacking, name } = installing;
  const installers = await findInstallers(installing.python);
  for (const [index, installer] of installers.entries()) {
    context.session.note(`${name}: ${installer.title} installs ${lacking.join(" ")} into the image`);
    const end = await installBy(installer, installing, context);
    if (end.code === 0) return;
    if (index === installers.length - 1) throw failed(end, lacking, name);
  }
}

async function installBy(
  installer: Installer,
  { python, lacking, options, env, needed, layer, name }: Installing,
  { session, image }: StepContext,
): Promise<CommandEnd> {
  const downloads = join(session.options.cache, "downloads", "pip");
  await mkdir(downloads, { recursive: true });
  const settings = homeFile(".config/pip/pip.conf", ".pip/pip.conf");
  const script = `"$1" -I -c "$2" "$3" ${python.packages.map(quote).join(" ")}; shift 3; exec "$@"`;
  return session.execute({
    label: name,
    image,
    layer,
    needed: [
      ...[python.path, ...python.folders, installer.program],
      ...needed.filter((each) => each.startsWith("/")),
    ],
    shared: [downloads],
    // Paths in lists of requirements begin there.
    cwd: session.options.root,
    env: {
      ...networkSettings(),
      ...(settings === undefined ? {} : { PIP_CONFIG_FILE: settings }),
      PIP_CACHE_DIR: downloads,
      UV_CACHE_DIR: downloads,
      UV_LINK_MODE: "copy",
      PIP_DISABLE_PIP_VERSION_CHECK: "1",
      PIP_ROOT_USER_ACTION: "ignore",
      ...env,
    },
    command: (at) => [
      ...["/bin/sh", "-ec", script, "sh", python.path, ENVIRONMENT, pythonFolder(at)],
      ...installer.command(join(pythonFolder(at), "bin", "python")),
      ...options,
      ...lacking,
    ],
  });
}

function failed({ tail, code, signal }: CommandEnd, packages: readonly string[], name: string): RuntimeError {
  const more = { stage: "build", output: tail } as const;
  const which = packages.join(" ");
  if (isUnreachable(tail)) {
    const message = `${name}: the package index cannot be reached, so that ${which} cannot be installed; check the network and pip's settings`;
    return environmentError("RegistryUnreachableError", message, more);
  }
  const missing =
    /No matching distribution found for (.+)|([\w.-]+) was not found in the package registry/.exec(tail);
  if (missing) {
    const message = `${name}: the package index has no ${missing[1] ?? missing[2]}; correct the name or the version`;
    return environmentError("PackageNotFoundError", message, more);
  }
  const why = /^(?:ERROR|error): (.+)$/m.exec(tail)?.[1] ?? `it ended with ${signal ?? code}`;
  return environmentError("PackageInstallError", `${name}: ${which} cannot be installed: ${why}`, more);
}

/** How an installed program names its Python: at once, or by the shell where the path is long. */
const BEGINNING = /^#!(?:\S*\/python[\d.]*|\/bin\/sh\n'''exec' [^\n]*\/python[\d.]*"? "\$0" "\$@"\n' ''')\n/;

/** Programs name the Python of the folder that they were installed in, and the folder moves: they are to take the first one on the path. */
async function unbind(packages: string): Promise<void> {
  const folder = join(pythonFolder(packages), "bin");
  if (!existsSync(folder)) return;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(folder, entry.name);
    const text = await readFile(path, "latin1");
    const line = BEGINNING.exec(text)?.[0];
    if (line !== undefined)
      await writeFile(path, `#!/usr/bin/env python\n${text.slice(line.length)}`, "latin1");
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
