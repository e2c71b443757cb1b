// What differs between the languages of functions: how a program is read, which interpreter runs it and with what plan.
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plan } from "../child/messages.ts";
import { chooseNode, hasVersion, type Interpreter, nodeOfVersion } from "../container/interpreters.ts";
import {
  childSources,
  choosePython,
  compileChild,
  type Python,
  pythonOfVersion,
} from "../container/python.ts";
import { lower } from "../image/lowering.ts";
import type { Program } from "../image/program.ts";
import { type PythonProgram, readPython } from "../image/python.ts";
import { stackMapper } from "../image/stacks.ts";
import { contentKey } from "../image/store.ts";
import type { RuntimeOptions, Variant } from "../options.ts";

/** Where the parts of this installation lie. */
export interface Installation {
  readonly child: string;
  /** Folder of the Python half. */
  readonly python: string;
  readonly sdk: string;
}

/** A program, and how containers run it. */
export interface Runnable {
  readonly program: Program;
  readonly interpreter: Interpreter;
  /** The interpreter and the child's program. */
  readonly command: readonly string[];
  /** Paths that a container must see. */
  readonly needed: readonly string[];
  /** Folders that containers share and that stay. */
  readonly shared: readonly string[];
  /** What the language adds to the plan. */
  readonly plan: Pick<Plan, "load" | "python">;
  /** What the language adds to the container's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Leads a stack back to the sources that the user wrote. */
  readonly mapStack: (stack: string) => Promise<string>;
}

/** A Python, and the container's program as its byte code. */
export interface ReadyPython {
  readonly python: Python;
  readonly main: string;
}

export interface Languages {
  program(variant: Omit<Variant, "function">, marked: boolean): Promise<Runnable>;
  /** The Node that containers run on, or one of a version; undefined when there is none of that version. */
  node(version?: string): Promise<Interpreter | undefined>;
  /** The same for Python. @param from Folder from which the project's own is looked for upwards. */
  python(from: string, version?: string): Promise<ReadyPython | undefined>;
}

/** @param isPrivate Whether containers have a file system of their own. */
export function languagesOf(
  options: RuntimeOptions,
  installation: Installation,
  isPrivate: () => boolean,
): Languages {
  const { root, cache } = options;
  const pythons = new Map<string, Promise<ReadyPython>>();
  let chosen: Promise<Interpreter> | undefined;

  const ready = async (python: Python): Promise<ReadyPython> => {
    const texts = (await childSources(installation.python)).map((file) => readFileSync(file, "utf8"));
    const main = await compileChild(python, installation.python, `${cache}/python`, contentKey(...texts));
    return { python, main };
  };
  const ownPython = (from: string): Promise<ReadyPython> => {
    const configured = options.python === undefined ? {} : { configured: options.python };
    const found = pythons.get(from) ?? choosePython({ from, ...configured }).then(ready);
    pythons.set(from, found);
    return found;
  };
  const ownNode = (): Promise<Interpreter> => {
    chosen ??= chooseNode({ root, ...(options.node === undefined ? {} : { configured: options.node }) });
    return chosen;
  };

  return {
    async program({ file, overlay, marked }, withMarks) {
      const texts = { ...(overlay ? { overlay } : {}), ...(marked && withMarks ? { marked } : {}) };
      if (file.endsWith(".py")) {
        const program = await readPython(file, { root, cache, ...texts });
        return ofPython(program, await ownPython(dirname(program.entry)), options, isPrivate());
      }
      // The first look at the interpreter needs no program.
      const [program, interpreter] = await Promise.all([
        lower(file, { root, cache, sdk: installation.sdk, ...texts }),
        ownNode(),
      ]);
      return {
        program,
        interpreter,
        command: [interpreter.path, installation.child],
        needed: [interpreter.path],
        shared: [],
        plan: { load: program.format === "module" ? "import" : "require" },
        env: {},
        mapStack: stackMapper(program, installation),
      };
    },
    async node(version) {
      const own = await ownNode();
      return version === undefined || hasVersion(own, version) ? own : nodeOfVersion(version, root);
    },
    async python(from, version) {
      const own = await ownPython(from);
      if (version === undefined || hasVersion(own.python, version)) return own;
      const other = await pythonOfVersion(version, from);
      return other && ready(other);
    },
  };
}

function ofPython(
  program: PythonProgram,
  { python, main }: ReadyPython,
  { root, cache, secrets = [] }: RuntimeOptions,
  isPrivate: boolean,
): Runnable {
  const { module, path, modal } = program;
  const volumes = join(cache, "volumes");
  mkdirSync(volumes, { recursive: true });
  return {
    program,
    interpreter: { name: "python", path: python.path, version: python.version },
    command: [python.path, main],
    needed: [python.path, ...python.folders, ...path],
    shared: modal ? [volumes] : [],
    plan: { load: "import", python: { root, module, path, modal, volumes, secrets, private: isPrivate } },
    // Programs of the environment are found by user code as they would be in its image.
    env: { PATH: `${dirname(python.path)}:${process.env.PATH ?? ""}` },
    mapStack: async (stack) => stack,
  };
}
