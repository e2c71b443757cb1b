// What all containers of one run share: interpreter, isolation, cache, lowered programs, and where news go.
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { availableParallelism, release, totalmem, type } from "node:os";
import { join, relative } from "node:path";
import type { Plan } from "../child/messages.ts";
import { type Boxes, openBoxes } from "../container/boxes.ts";
import { type CommandEnd, runCommand } from "../container/command.ts";
import type { RequestHandler } from "../container/container.ts";
import type { Interpreter } from "../container/interpreters.ts";
import { canLaunch } from "../container/launch.ts";
import { prepareProcess } from "../container/process.ts";
import type { Emit, ProcessContainer, ProcessPrepared } from "../container/spec.ts";
import { cancelledError, RuntimeError, usageError } from "../errors.ts";
import { type Image, inHome, NO_IMAGE, nodeFolder, pathOf, pythonFolder } from "../image/image.ts";
import { type Program, ProgramError } from "../image/program.ts";
import { contentKey, openStore } from "../image/store.ts";
import type { RuntimeMessage, RuntimeOptions, Variant, Where } from "../options.ts";
import { now } from "../trace/clock.ts";
import type { RuntimeEvent } from "../trace/events.ts";
import { createLog } from "../trace/log.ts";
import { type Installation, type Languages, languagesOf, type Runnable } from "./languages.ts";
import { type TimeOfDay, timeOf } from "./other-time.ts";

/** A promise means that the reader is slow: wait for it before saying more. */
export type Say = (message: RuntimeMessage) => Promise<void> | undefined;

/** A function to run, its program lowered. */
export interface Target extends Runnable {
  readonly variant: Omit<Variant, "function">;
  /** Whether its texts hold span marks. */
  readonly marked: boolean;
  readonly file: string;
  /** "" for the local entry point. */
  readonly name: string;
}

export interface PrepareOptions {
  readonly mode: Plan["mode"];
  readonly emit?: Emit;
  /** What the container begins with. */
  readonly image?: Image;
  /** Folder that becomes the layer: what the container writes is left there. */
  readonly layer?: string;
  /** Of builds: the image's step that is run; the function's own build hooks when left out. */
  readonly step?: number;
  readonly profile?: boolean;
  /** Arguments of the entry point. */
  readonly args?: readonly unknown[] | undefined;
  /** The first input is handed over with the start: it is taken without a word between. */
  readonly first?: boolean;
  readonly requests?: RequestHandler;
  /** NAME of the class whose methods share it. */
  readonly class?: string;
  /** Its inputs will come as HTTP requests. */
  readonly http?: boolean;
  /** Milliseconds until a container that is not ready is given up; the session's own limit when left out. */
  readonly bootTimeout?: number;
}

/** A command that is run where containers run. */
export interface Execution {
  /** What its output belongs to. */
  readonly label: string;
  readonly image: Image;
  /** Folder that becomes the layer. */
  readonly layer: string;
  readonly needed?: readonly string[];
  /** Folders that containers share and that stay. */
  readonly shared?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where it starts; the image's own folder, else its home, when left out. */
  readonly cwd?: string;
  /** @param packages Folder of the image's packages. @param home Home of the container. */
  readonly command: (packages: string, home: string) => readonly string[];
}

export interface Session {
  readonly options: RuntimeOptions;
  readonly boxes: Boxes;
  readonly emit: Emit;
  /** Hears all events from now on. */
  listen(listener: (event: RuntimeEvent) => void): void;
  /** Milliseconds on the events' clock. */
  now(): number;
  readonly time: TimeOfDay;
  /** Where figures come from; known once a program has been read. */
  where(): Where | undefined;
  readonly signal: AbortSignal;
  readonly languages: Languages;
  newInput(): string;
  label(target: Pick<Target, "file" | "name">): string;
  note(text: string): void;
  target(variant: Omit<Variant, "function">, name: string, marked: boolean): Promise<Target>;
  prepare(target: Target, options: PrepareOptions): Promise<ProcessPrepared>;
  /** Starts a container that ends with the run, whatever happens. */
  start(prepared: ProcessPrepared): ProcessContainer;
  execute(execution: Execution): Promise<CommandEnd>;
  close(): Promise<void>;
}

const BOOT_TIMEOUT = 300_000;

export async function openSession(
  options: RuntimeOptions,
  installation: Installation,
  say: Say,
  clock: { readonly origin: number },
  signal: AbortSignal,
): Promise<Session> {
  if (!existsSync(options.root)) {
    throw usageError("FolderNotFoundError", `there is no folder ${options.root}; start in one that is there`);
  }
  await mkdir(options.cache, { recursive: true });
  const needed = [options.root, options.cache, installation.child, installation.sdk];
  const run = randomBytes(4).toString("hex");
  const boxes = await openBoxes({
    cache: options.cache,
    mark: `c-${run}-`,
    needed,
    project: options.root,
    works: canLaunch,
    ...(options.isolation === undefined ? {} : { wanted: options.isolation }),
  });
  const languages = languagesOf(options, installation, () => boxes.isolation === "mounts");
  const listeners: ((event: RuntimeEvent) => void)[] = [];
  const isQuiet = options.quiet === true;
  const log = createLog(clock.origin, (event) => {
    if (!isQuiet || event.input === undefined) void say({ type: "event", event });
    for (const listener of listeners) listener(event);
  });
  const emit: Emit = (event, at) => {
    const isHeard = !isQuiet || event.input === undefined || listeners.length > 0;
    if (isHeard) log.emit(event, at);
  };
  const notes = new Set<string>();
  const running = new Set<ProcessContainer>();
  let containers = 0;
  let inputs = 0;
  let whereabouts: Where | undefined;
  signal.addEventListener("abort", () => {
    for (const container of running) void container.abort(cancelledError().run);
  });

  const note = (text: string) => {
    if (notes.has(text)) return;
    notes.add(text);
    void say({ type: "note", text });
  };

  function sayWhere(interpreter: Interpreter, sdk: Where["sdk"]): void {
    if (whereabouts) return;
    const where: Where = {
      interpreter,
      os: `${type()} ${release()}`,
      cpus: availableParallelism(),
      memory: totalmem(),
      isolation: boxes.isolation,
      pageCache: "warm",
      sdk,
    };
    whereabouts = where;
    void say({ type: "where", where });
    if (sdk === "bundled") {
      note(
        "the project has no coldstart in its node_modules; its functions run with the one that comes with this tool",
      );
    }
  }

  const time = timeOf(options.job, note);

  /** By file: every request asks for one. */
  const paths = new Map<string, string>();
  const label: Session["label"] = ({ file, name }) => {
    const path = paths.get(file) ?? (relative(options.root, file) || file);
    paths.set(file, path);
    return name === "" ? path : `${path}::${name}`;
  };

  return {
    options,
    boxes,
    emit,
    listen: (listener) => void listeners.push(listener),
    now: () => now() - clock.origin,
    time,
    where: () => whereabouts,
    signal,
    languages,
    newInput: () => `in-${run}-${++inputs}`,
    label,
    note,
    async target(variant, name, withMarks) {
      try {
        const runnable = await languages.program(variant, withMarks);
        sayWhere(runnable.interpreter, runnable.program.sdk);
        return { ...runnable, variant, marked: withMarks, file: runnable.program.entry, name };
      } catch (error) {
        throw error instanceof ProgramError ? asRuntimeError(error) : error;
      }
    },
    async prepare(
      target,
      {
        first,
        mode,
        image = NO_IMAGE,
        layer,
        step,
        profile,
        emit: own = emit,
        requests,
        http,
        args,
        bootTimeout,
        class: owner,
      },
    ) {
      if (signal.aborted) throw cancelledError();
      const id = `c-${run}-${++containers}`;
      const { file, name, program, command, needed, shared, mapStack } = target;
      const box = await boxes.open(id, {
        needed: [file, ...needed, ...image.needed, ...Object.keys(program.files)],
        shared,
        image: image.layers,
        ...(layer === undefined ? {} : { layer }),
      });
      const function_ = label(target);
      const class_ = owner === undefined ? undefined : label({ file, name: owner });
      const shown = class_ ?? function_;
      const other = mode === "serve" ? time.environment() : {};
      const env = { ...inherited(), ...target.env, ...image.env, ...other, ...options.env };
      const [interpreter = "", ...rest] = image.command ?? command;
      const isPython = target.interpreter.name === "python";
      const programFile = await writeProgram(program, options.cache);
      return prepareProcess(
        {
          id,
          label: shown,
          about: { function: function_, ...(class_ === undefined ? {} : { class: class_ }) },
          plan: {
            type: "plan",
            mode,
            ...(first ? { first } : {}),
            ...(http ? { http } : {}),
            ...(args === undefined ? {} : { args }),
            ...(step === undefined ? {} : { step }),
            ...(image.node && !isPython
              ? { packages: { folder: nodeFolder(box.packages), ...image.node } }
              : {}),
            file,
            name,
            ...target.plan,
            ...(programFile === undefined ? {} : { program: programFile }),
            ...(profile ? { imports: program.imports, spans: true } : {}),
          },
          cwd: inHome(image.cwd ?? options.root, box.env.HOME ?? ""),
          env: { ...env, PATH: pathOf(image, box.packages, env.PATH ?? "") },
          command: [
            image.python && isPython ? `${pythonFolder(box.packages)}/bin/python` : interpreter,
            ...rest,
          ],
          bootTimeout: bootTimeout ?? options.bootTimeout ?? BOOT_TIMEOUT,
          emit: own,
          output: (stream, text) => say({ type: "output", function: shown, container: id, stream, text }),
          note,
          mapStack,
          guard: boxes.guard,
          requests: requests ?? refuse,
        },
        box,
      );
    },
    start(prepared) {
      const container = prepared.start();
      running.add(container);
      container.exited.then(
        () => running.delete(container),
        () => running.delete(container),
      );
      if (signal.aborted) void container.abort(cancelledError().run);
      return container;
    },
    async execute({ label: about, image, layer, needed = [], shared = [], env = {}, cwd, command }) {
      if (signal.aborted) throw cancelledError();
      const id = `c-${run}-${++containers}`;
      const box = await boxes.open(id, {
        needed: [...image.needed, ...needed],
        shared,
        image: image.layers,
        layer,
      });
      const home = box.env.HOME ?? "";
      const all = { ...inherited(), ...image.env, ...env, ...options.env };
      return runCommand(
        {
          id,
          cwd: inHome(cwd ?? image.cwd ?? "~", home),
          env: { ...all, PATH: pathOf(image, box.packages, all.PATH ?? "") },
          command: command(box.packages, home),
          guard: boxes.guard,
          output: (stream, text) => say({ type: "output", function: about, container: id, stream, text }),
          signal,
        },
        box,
      );
    },
    async close() {
      await Promise.all([...running].map((container) => container.kill()));
      await boxes.close();
    },
  };
}

/** Builds call nobody: an image must not depend on which functions happen to run. */
const refuse: RequestHandler = () => {
  const message = "a build hook cannot call remote(); call it from the local entry point or from a function";
  throw new RuntimeError({ kind: "usage", name: "RemoteUnavailableError", message });
};

/** What a container sees of our own environment. */
function inherited(): Record<string, string> {
  const names = ["PATH", "LANG", "TZ"] as const;
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

/** Programs that need no hooks need no file either. */
async function writeProgram(program: Program, cache: string): Promise<string | undefined> {
  const { files, resolutions } = program;
  if (Object.keys(files).length === 0 && Object.keys(resolutions).length === 0) return undefined;
  const text = JSON.stringify({ files, resolutions });
  return openStore(join(cache, "programs")).file(contentKey(text), ".json", async () => text);
}

function asRuntimeError(error: ProgramError): RuntimeError {
  const { kind, name, message, stack } = error;
  if (kind === "usage") return new RuntimeError({ kind, name, message });
  return new RuntimeError({
    kind,
    stage: "global",
    name,
    message,
    ...(stack === undefined ? {} : { stack }),
  });
}
