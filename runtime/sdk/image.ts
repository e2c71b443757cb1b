// Images: what containers of a function begin with, said as a chain of steps. Saying it builds nothing.
import { IMAGE, type ImageDefinition, type ImageStepDefinition } from "./definition.ts";
import { OptionError } from "./errors.ts";
import { show } from "./show.ts";

type Texts = readonly (string | readonly string[])[];

/**
 * What containers begin with: packages, files and variables. Each step gives a new image and leaves the one it was
 * called on as it is, so that images can share their beginning.
 *
 * Images are built before the first container starts, and each step only once: it is kept by its content, and built
 * again when the step, its inputs or a step before it change.
 *
 * @example
 * ```ts
 * const image = Image.node()
 *   .npmInstall("sharp@0.34", "zod")
 *   .env({ MODEL: "clip" })
 *   .addLocalFile("labels.json", "/data/labels.json")
 *   .runFunction(async () => fetchWeights("/models"));
 *
 * const app = new App("captions", { image });
 * ```
 */
export class Image {
  /** For the platform. */
  readonly [IMAGE]: ImageDefinition;

  private constructor(definition: ImageDefinition) {
    this[IMAGE] = definition;
  }

  /**
   * An image of Node.
   * @param version - such as `24` or `"22.15"`; default: the Node that runs containers here. On the local platform an
   * interpreter of another version is said in a note, and used
   * @throws OptionError for anything else
   */
  static node(version?: string | number): Image {
    return Image.#begin("node", version);
  }

  /**
   * An image of Python, for programs that a function starts. The function itself runs in Node.
   * @param version - such as `"3.12"`; default: the project's own Python
   * @throws OptionError for anything else
   */
  static python(version?: string | number): Image {
    return Image.#begin("python", version);
  }

  /**
   * Installs packages of npm. Where the project's own `node_modules` has a package in a fitting version, that one is
   * taken.
   * @param packages - as `npm install` takes them: `zod`, `zod@^4`, a folder or a tarball. Paths are relative to the
   * folder in which the app is run, else to the one of its file
   * @throws OptionError for no package, and for options of npm
   */
  npmInstall(...packages: Texts): Image {
    return this.#with({ kind: "npmInstall", packages: texts(packages, "npmInstall", "a package") });
  }

  /**
   * Installs packages of Python into an environment of the image's own, whose programs come first on the `PATH`.
   * Packages that the Python at hand has in fitting versions are not installed again.
   * @param packages - as `pip install` takes them: `numpy`, `numpy>=2`, a folder or a wheel; paths as for
   * {@link Image.npmInstall}
   * @throws OptionError for no package, and for options of pip
   */
  pipInstall(...packages: Texts): Image {
    return this.#with({ kind: "pipInstall", packages: texts(packages, "pipInstall", "a package") });
  }

  /**
   * Asks for packages of the system. On the local platform containers are processes of this computer, into which
   * nothing can be installed: the build ends with an error, unless the computer has the packages already.
   * @param packages - names of Debian packages
   * @throws OptionError for no package, and for options of apt
   */
  aptInstall(...packages: Texts): Image {
    return this.#with({
      kind: "other",
      name: "aptInstall",
      args: texts(packages, "aptInstall", "a package"),
    });
  }

  /**
   * Runs commands of a shell, one after another, in the working folder of the image (its home at first). What they
   * write is in every container; they see nothing of the project but what steps before have added.
   * @param commands - at least one
   * @throws OptionError for anything but texts
   */
  runCommands(...commands: Texts): Image {
    return this.#with({ kind: "runCommands", commands: texts(commands, "runCommands", "a command", true) });
  }

  /**
   * Runs a function of this program while the image is built, without arguments. What it writes to disk is in every
   * container; what it returns is ignored. Downloads belong here. It runs again when the program changes.
   * @param run - may be async
   * @throws OptionError for anything but a function
   */
  runFunction(run: () => unknown): Image {
    if (typeof run !== "function") {
      throw new OptionError(
        `Image.runFunction: ${show(run)} is no function; write runFunction(() => fetchWeights())`,
      );
    }
    return this.#with({ kind: "runFunction", name: run.name || "function", source: String(run), run });
  }

  /**
   * Sets environment variables, for the steps after it and for every container. Variables that are passed to a run
   * (`--env`) win.
   * @param variables - by name
   * @throws OptionError for names and values that are none
   */
  env(variables: Readonly<Record<string, string>>): Image {
    const where = "Image.env";
    if (typeof variables !== "object" || variables === null || Array.isArray(variables)) {
      throw new OptionError(`${where}: ${show(variables)} is no object; write env({ NAME: "value" })`);
    }
    for (const [name, value] of Object.entries(variables)) {
      if (name === "" || /[=\0]/.test(name)) throw new OptionError(`${where}: ${show(name)} is no name`);
      if (typeof value !== "string")
        throw new OptionError(`${where}: ${name} is ${show(value)}; it must be a string`);
    }
    return this.#with({ kind: "env", variables: { ...variables } });
  }

  /**
   * Puts a file of this computer into the image.
   * @param local - path of the file, as for {@link Image.npmInstall}
   * @param remote - path in the image, absolute or relative to its working folder; ends with `/` for a folder that
   * keeps the file's name
   * @throws OptionError for anything but paths
   */
  addLocalFile(local: string, remote: string): Image {
    return this.#with({
      kind: "addLocal",
      what: "file",
      local: path(local, "addLocalFile", "local"),
      remote: path(remote, "addLocalFile", "remote"),
    });
  }

  /**
   * Puts a folder of this computer into the image, with all that is in it.
   * @param local - path of the folder, as for {@link Image.npmInstall}
   * @param remote - path in the image, absolute or relative to its working folder
   * @throws OptionError for anything but paths
   */
  addLocalDir(local: string, remote: string): Image {
    return this.#with({
      kind: "addLocal",
      what: "folder",
      local: path(local, "addLocalDir", "local"),
      remote: path(remote, "addLocalDir", "remote"),
    });
  }

  /**
   * Sets the folder in which the steps after it and every container start; it is made where there is none.
   * @param folder - absolute, or relative to the working folder so far
   * @throws OptionError for anything but a path
   */
  workdir(folder: string): Image {
    return this.#with({ kind: "workdir", path: path(folder, "workdir", "the folder") });
  }

  #with(step: ImageStepDefinition): Image {
    const { base, steps } = this[IMAGE];
    return new Image({ version: 1, base, steps: [...steps, step] });
  }

  static #begin(language: "node" | "python", version: unknown): Image {
    const base = version === undefined ? language : `${language}@${checkVersion(language, version)}`;
    return new Image({ version: 1, base, steps: [] });
  }
}

/** What an option `image` holds; copies of the SDK know each other's. */
export function imageDefinition(value: unknown): ImageDefinition | undefined {
  return typeof value === "object" && value !== null
    ? (value as { readonly [IMAGE]?: ImageDefinition })[IMAGE]
    : undefined;
}

function checkVersion(language: "node" | "python", version: unknown): string {
  const text = typeof version === "number" ? String(version) : version;
  if (typeof text === "string" && /^\d+(\.\d+){0,2}$/.test(text)) return text;
  const example = language === "node" ? '"22.15"' : '"3.12"';
  throw new OptionError(
    `Image.${language}: the version is ${show(version)}; write one such as ${example}, or leave it out`,
  );
}

function texts(given: Texts, step: string, what: string, anything = false): readonly string[] {
  const all: readonly unknown[] = given.flat();
  if (all.length === 0)
    throw new OptionError(`Image.${step}: it takes ${what} or several, and there is none`);
  return all.map((text) => {
    if (typeof text !== "string" || text.trim() === "")
      throw new OptionError(`Image.${step}: ${show(text)} is not ${what}`);
    if (!anything && text.startsWith("-")) {
      throw new OptionError(`Image.${step}: ${text} is an option, and only packages are taken; leave it out`);
    }
    return text;
  });
}

function path(value: unknown, step: string, what: string): string {
  if (typeof value === "string" && value.trim() !== "" && !value.includes("\0")) return value;
  throw new OptionError(`Image.${step}: ${what} is ${show(value)}; it must be a path`);
}
