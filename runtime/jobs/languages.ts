// What differs between the languages of functions: how a program is read, which interpreter runs it and with what plan.
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plan } from "../child/messages.ts";
import { chooseNode, type Interpreter } from "../container/interpreters.ts";
import { childSources, choosePython, compileChild, type Python } from "../container/python.ts";
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

export type Languages = (variant: Omit<Variant, "function">, marked: boolean) => Promise<Runnable>;

/** @param isPrivate Whether containers have a file system of their own. */
export function languagesOf(
  options: RuntimeOptions,
  installation: Installation,
  isPrivate: () => boolean,
): Languages {
  const { root, cache } = options;
  const pythons = new Map<string, Promise<{ readonly python: Python; readonly main: string }>>();
  let node: Promise<Interpreter> | undefined;

  const startPython = async (from: string) => {
    const configured = options.python === undefined ? {} : { configured: options.python };
    const python = await choosePython({ from, ...configured });
    const texts = (await childSources(installation.python)).map((file) => readFileSync(file, "utf8"));
    const main = await compileChild(python, installation.python, `${cache}/python`, contentKey(...texts));
    return { python, main };
  };

  return async ({ file, overlay, marked }, withMarks) => {
    const texts = { ...(overlay ? { overlay } : {}), ...(marked && withMarks ? { marked } : {}) };
    if (file.endsWith(".py")) {
      const program = await readPython(file, { root, cache, ...texts });
      const folder = dirname(program.entry);
      const started = pythons.get(folder) ?? startPython(folder);
      pythons.set(folder, started);
      return ofPython(program, await started, options, isPrivate());
    }
    const configured = options.node === undefined ? {} : { configured: options.node };
    node ??= chooseNode({ root, ...configured });
    // The first look at the interpreter needs no program.
    const [program, interpreter] = [
      await lower(file, { root, cache, sdk: installation.sdk, ...texts }),
      await node,
    ];
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
  };
}

function ofPython(
  program: PythonProgram,
  { python, main }: { readonly python: Python; readonly main: string },
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
