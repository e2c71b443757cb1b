// Owns the state of the engine: opened texts, read modules, the import graph, configs; answers what analysis may ask.
import { posix } from "node:path";
import type { ModuleFacts } from "../facts/module.ts";
import type { ProjectView } from "../facts/project.ts";
import { type Configs, createConfigs } from "./configs.ts";
import { DEPLOYMENT_FILES, type DeployedHandler, type Deployment, readDeployment } from "./deployment.ts";
import { createDisk, type Disk } from "./disk.ts";
import { infrastructureFiles, readInfrastructure } from "./infrastructure.ts";
import { languageOf, loadLanguages, loadYaml, releaseFile, yamlParser } from "./languages.ts";
import { type Manifest, manifestFor } from "./manifest.ts";
import { BUILD_CONFIGS, type BuildFacts, outputFormat } from "./output-format.ts";
import { absolute, foldersAbove } from "./paths.ts";
import { packageVersion, pythonRoot } from "./python-project.ts";
import { resolveImport, resolvePython } from "./resolve.ts";
import { isCode, languageName } from "./scan.ts";
import { type TsConfig, tsconfigFor } from "./tsconfig.ts";

export interface Workspace extends ProjectView {
  open(file: string, text: string): void;
  close(file: string): void;
  /** A file on disk changed, came or went. */
  invalidate(file: string): void;
  text(file: string): string | undefined;
  readonly configs: Configs;
  /** The Python that was chosen for a file's project: packages may be installed there. Whether it is another one. */
  usePython(file: string, python: string | undefined): boolean;
  /** Loads what tells whether these files are worth parsing. */
  prepareScan(files: readonly string[]): Promise<void>;
  /** Loads the readers that these files need. */
  prepare(files: readonly string[]): Promise<void>;
  /** Whether a file can hold a function: it has a platform's mark, or a deployment file names it. */
  mayHoldFunctions(file: string, marks: RegExp): boolean;
  /** The file and all that import it, directly or not, as far as imports were followed. */
  dependents(file: string): readonly string[];
  /** Files that import this one, among all that were ever asked about. */
  importersOf(file: string): readonly string[];
  /** Files of a language, among all that were ever asked about, whose texts hold something. */
  filesWith(language: ModuleFacts["language"], text: string): readonly string[];
  /** A workspace with the same texts that may be changed without touching this one. */
  fork(): Workspace;
}

/** What is known until some file changes. */
interface Known {
  readonly configs: Configs;
  readonly resolutions: Map<string, string | undefined>;
  readonly builds: Map<
    string,
    { readonly manifest: Manifest | undefined; readonly tsconfig: TsConfig | undefined }
  >;
  readonly deployments: Map<string, readonly Deployment[]>;
  readonly infrastructure: Map<string, readonly Deployment[]>;
  /** The files that said that. */
  readonly programs: Set<string>;
  /** Folder → root of the Python project. */
  readonly roots: Map<string, string>;
  /** Root and package → version. */
  readonly versions: Map<string, string | undefined>;
}

interface ReadModule {
  readonly text: string;
  readonly facts: ModuleFacts;
}

/**
 * @param isScratch It lives for a moment: nothing is kept ready for further changes of its texts.
 * @param prepared Files that were asked about so far.
 * @param pythons Root of a project of Python → the interpreter that was chosen for it.
 */
export function createWorkspace(
  disk: Disk = createDisk(),
  opened: ReadonlyMap<string, string> = new Map(),
  isScratch = false,
  prepared: Set<string> = new Set(),
  pythons: Map<string, string> = new Map(),
): Workspace {
  const texts = new Map(opened);
  const modules = new Map<string, ReadModule>();
  /** Imported file → the files that import it. */
  const importers = new Map<string, Set<string>>();
  const text = (file: string) => texts.get(file) ?? disk.text(file);
  const isFile = (path: string) => texts.has(path) || disk.isFile(path);
  let known = forget();

  function forget(): Known {
    return {
      configs: createConfigs(text),
      resolutions: new Map(),
      builds: new Map(),
      deployments: new Map(),
      infrastructure: new Map(),
      programs: new Set(),
      roots: new Map(),
      versions: new Map(),
    };
  }

  function project(file: string) {
    const folder = posix.dirname(file);
    let found = known.builds.get(folder);
    if (!found) {
      found = { manifest: manifestFor(file, text), tsconfig: tsconfigFor(file, text) };
      known.builds.set(folder, found);
    }
    return found;
  }

  /** Deployment files of the nearest folder that has any: a function's own package.json may stand below them. */
  function deploymentFiles(file: string): string[] {
    for (const folder of foldersAbove(file)) {
      const found = DEPLOYMENT_FILES.map((name) => `${folder}/${name}`).filter(
        (path) => text(path) !== undefined,
      );
      if (found.length > 0) return found;
      if (disk.isFolder(`${folder}/.git`)) return [];
    }
    return [];
  }

  /** What the nearest program says that deploys a project. */
  function infrastructure(file: string): readonly Deployment[] {
    for (const folder of foldersAbove(file)) {
      let found = known.infrastructure.get(folder);
      if (!found) {
        const files = infrastructureFiles(folder, disk.list);
        for (const path of files) known.programs.add(path);
        found = files.map((path) => readInfrastructure(path, text(path) ?? "", folder, disk.isFolder));
        known.infrastructure.set(folder, found);
      }
      if (found.length > 0) return found;
      if (disk.isFolder(`${folder}/.git`)) return [];
    }
    return [];
  }

  function deployments(file: string): readonly Deployment[] {
    const folder = posix.dirname(file);
    let found = known.deployments.get(folder);
    if (!found) {
      const { manifest } = project(file);
      found = [
        ...deploymentFiles(file).map((path) =>
          readDeployment(path, text(path) ?? "", yamlParser(), manifest?.type),
        ),
        ...infrastructure(file),
      ];
      known.deployments.set(folder, found);
    }
    return found;
  }

  /** Handlers that deployment files name for a file. */
  function deployed(file: string): readonly DeployedHandler[] {
    const handlers = deployments(file).flatMap((each) => each.handlers);
    if (handlers.length === 0) return [];
    const stem = file.slice(0, file.length - posix.extname(file).length);
    const own = languageName(file) === "python" ? handlers.map(dotted) : handlers;
    return own.filter((each) => each.stem === stem);
  }

  function buildFacts(file: string): BuildFacts {
    const { manifest, tsconfig } = project(file);
    const buildConfigs = BUILD_CONFIGS.map((name) => manifest && text(`${manifest.folder}/${name}`));
    return {
      manifest,
      tsconfig,
      deployments: deployments(file),
      buildConfigs: buildConfigs.filter((each) => each !== undefined),
    };
  }

  function rootOfPython(file: string): string {
    const folder = posix.dirname(file);
    const root = known.roots.get(folder) ?? pythonRoot(file, isFile);
    known.roots.set(folder, root);
    return root;
  }

  const workspace: Workspace = {
    open(file, opening) {
      const isNew = text(file) === undefined;
      texts.set(file, opening);
      // What deploys a project says what its handlers are.
      if (isNew || !isCode(file) || known.programs.has(file)) known = forget();
    },
    close(file) {
      texts.delete(file);
      if (!isScratch) releaseFile(file);
      workspace.invalidate(file);
    },
    invalidate(file) {
      disk.invalidate(file);
      known = forget();
    },
    text,
    get configs() {
      return known.configs;
    },
    usePython(file, python) {
      const root = rootOfPython(file);
      if (pythons.get(root) === python) return false;
      if (python === undefined) pythons.delete(root);
      else pythons.set(root, python);
      known.versions.clear();
      return true;
    },
    async prepare(files) {
      await Promise.all([workspace.prepareScan(files), loadLanguages(files)]);
    },
    async prepareScan(files) {
      for (const file of files) prepared.add(file);
      const folders = new Map(files.map((file) => [posix.dirname(file), file]));
      if ([...folders.values()].some((file) => deploymentFiles(file).length > 0)) await loadYaml();
    },
    mayHoldFunctions(file, marks) {
      if (!isCode(file)) return false;
      const opened = texts.get(file);
      if (opened === undefined ? disk.matches(file, marks) : marks.test(opened)) return true;
      return workspace.declaredHandlers(file).length > 0 && text(file) !== undefined;
    },
    dependents(file) {
      const found = new Set([file]);
      for (const each of found) for (const importer of importers.get(each) ?? []) found.add(importer);
      return [...found];
    },
    filesWith: (language, part) =>
      [...prepared].filter((each) => languageName(each) === language && text(each)?.includes(part)),
    importersOf(file) {
      const stem = posix.basename(file).replace(/\.\w+$/, "");
      const own = stem === "__init__" ? posix.basename(posix.dirname(file)) : stem;
      for (const each of workspace.filesWith(languageName(file) ?? "python", own)) {
        if (each === file) continue;
        for (const { specifier } of workspace.module(each)?.imports ?? []) workspace.resolve(each, specifier);
      }
      return [...(importers.get(file) ?? [])];
    },
    fork: () => createWorkspace(disk, texts, true, prepared, pythons),

    root: (file) =>
      languageName(file) === "python"
        ? rootOfPython(file)
        : (project(file).manifest?.folder ?? posix.dirname(file)),
    module(file) {
      const source = text(file);
      const language = languageOf(file);
      if (source === undefined || !language) return undefined;
      let read = modules.get(file);
      if (read?.text !== source) {
        if (texts.has(file) && !isScratch) language.keep?.(file);
        read = { text: source, facts: language.readModule(file, source) };
        modules.set(file, read);
      }
      return read.facts;
    },
    resolve(from, specifier) {
      const key = `${posix.dirname(from)}\0${specifier}`;
      if (!known.resolutions.has(key)) {
        const found =
          languageName(from) === "python"
            ? resolvePython(from, specifier, rootOfPython(from), isFile)
            : resolveImport(from, specifier, { ...project(from), isFile });
        known.resolutions.set(key, found);
      }
      const found = known.resolutions.get(key);
      if (found) importers.set(found, (importers.get(found) ?? new Set()).add(from));
      return found;
    },
    size: disk.size,
    outputFormat: (file) => outputFormat(file, buildFacts(file)),
    declaredHandlers: (file) => deployed(file).map((each) => each.name),
    scheduledHandlers: (file) =>
      deployed(file)
        .filter((each) => each.scheduled)
        .map((each) => each.name),
    packageVersion(file, name) {
      const root = rootOfPython(file);
      const key = `${root}\0${name}`;
      if (!known.versions.has(key)) {
        const { python, path } = known.configs.for(file);
        const configured = python && path ? absolute(python, posix.dirname(path)) : undefined;
        const chosen = [configured, pythons.get(root)].filter((each) => each !== undefined);
        known.versions.set(key, packageVersion(root, name, text, disk.list, chosen));
      }
      return known.versions.get(key);
    },
  };
  return workspace;
}

/** Python's handlers may name a module by dots: `src.app.handler` is `handler` of `src/app.py`. */
function dotted({ stem, name, ...rest }: DeployedHandler): DeployedHandler {
  const [last = name, ...packages] = name.split(".").reverse();
  return { ...rest, stem: [stem, ...packages.reverse()].join("/"), name: last };
}
