// Modal: functions under `@app.function`, methods of classes under `@app.cls`, and the hooks that run before them.
import type { ClassSpelling, Outdated, Setting, Spelling } from "../../facts/function.ts";
import type { ModuleFacts, Range, Value } from "../../facts/module.ts";
import type {
  FunctionRef,
  Platform,
  PlatformFunction,
  ProjectView,
  Questions,
  Storage,
} from "../../facts/project.ts";
import {
  type ClassStatement,
  definitionsOf,
  type Mark,
  type Method,
  marksOf,
  methodsOf,
} from "../definitions.ts";
import { isNewerOrSame } from "../versions.ts";
import { webAppsOf } from "../web-apps.ts";
import { type Arguments, argumentsOf, assignedTo, find } from "./arguments.ts";
import { isAppMark, isMark } from "./definitions.ts";
import { type Image, imageOf } from "./image.ts";
import { isJob, isSingleUse } from "./jobs.ts";
import { NEWEST, outdatedConstructor, outdatedNames } from "./outdated.ts";
import { withOutdated } from "./placed.ts";
import { retiredHooks } from "./retired.ts";
import { outdatedSettings, settingsOf } from "./settings.ts";
import { storageOf } from "./storage.ts";

/** What is asked for each function of a file. */
interface Context {
  readonly module: ModuleFacts;
  /** Importing the file takes other files of the project, which no build step has unless the image does. */
  readonly needsFiles: boolean;
  readonly ask: Questions;
  readonly isInUse: (version: string) => boolean;
  /** What the applications say, by their definitions. */
  readonly apps: Map<Value, Arguments>;
}

export const modal: Platform = {
  id: "modal",
  language: "python",
  // The app may be another file's: `from .common import app`.
  marks: [
    "import modal",
    ", modal",
    "from modal",
    "@app.function(",
    "@app.cls(",
    "@stub.function(",
    "@stub.cls(",
  ],
  functions(module, ask, project) {
    const isInUse = inUse(module, project);
    const { functions, classes } = definitionsOf(module);
    const context = { module, needsFiles: needsFiles(module, project), ask, isInUse, apps: new Map() };
    const homes = [
      ...functions.flatMap((id) =>
        functionAt(context, id).map((each) => ({ function: each, around: each.range })),
      ),
      ...classes.flatMap((statement) =>
        methodsAt(context, statement).map((each) => ({ function: each, around: statement.range })),
      ),
    ];
    return withOutdated(module, homes, outdatedNames(module, ask, isInUse));
  },
  outdated: (module, ask, project) => outdatedNames(module, ask, inUse(module, project)),
};

/** Modal brings along the file of a function, or the package that it is part of; other files have to be added. */
function needsFiles(module: ModuleFacts, project: ProjectView): boolean {
  const folders = module.path.split("/").slice(0, -1);
  return module.imports.some(({ specifier, function: within, typeOnly }) => {
    if (within !== 0 || typeOnly || specifier.startsWith(".")) return false;
    const [root = ""] = specifier.split(".");
    return !folders.includes(root) && project.resolve(module.path, specifier) !== undefined;
  });
}

function inUse(module: ModuleFacts, project: ProjectView): (version: string) => boolean {
  const version = project.packageVersion(module.path, "modal") ?? NEWEST;
  return (other) => isNewerOrSame(version, other);
}

const webApps = ["asgi_app", "wsgi_app", "web_server"] as const;
const interfaces = ["method", "fastapi_endpoint", "web_endpoint", "batched", ...webApps] as const;

function functionAt(context: Context, id: number): readonly PlatformFunction[] {
  const { module, ask } = context;
  const definition = module.functions[id];
  const marks = marksOf(module, definition?.decorators, ask);
  const own = marks.find((mark) => isAppMark(mark, "function"));
  if (!definition?.name || !definition.nameRange || !own) return [];
  const ref: FunctionRef = { file: module.path, function: id };
  const shared = sharedBy(context, own, id, marks);
  const isWeb = marks.some((mark) => isMark(mark, ...webApps));
  const enter: Spelling["enter"] = isWeb
    ? { kind: "none" }
    : { kind: "class", decorator: "modal.enter", apart: "snap", becomes };
  const isServed = marks.some((mark) => isMark(mark, ...interfaces));
  const isUnattended = !isServed && isJob(module, id, shared.definition.settings, ask);
  return [
    {
      name: definition.name,
      range: definition.range,
      nameRange: definition.nameRange,
      ...shared.definition,
      ...(isUnattended && { singleUse: true, unattended: true }),
      phases: phasesOf(context, [ref], isWeb, shared.image, []),
      ...(shared.hasSnapshot && { snapshot: [] }),
      spelling: spellingOf(context, shared.spelling, enter),
    },
  ];
}

/** What moving work out of a function makes of it. Source: modal 1.6.4, `App.cls` against `App.function`. */
const becomes: ClassSpelling = {
  decorator: "cls",
  method: "modal.method",
  endpoints: ["modal.fastapi_endpoint", "modal.web_endpoint", "modal.batched"],
  onClass: ["modal.concurrent"],
  refuses: ["schedule", "name", "is_generator"],
  lookUp: {
    calls: ["modal.Function.from_name", "modal.Function.lookup"],
    apps: ["modal.App", "modal.Stub"],
    owner: "Cls",
  },
};

function methodsAt(context: Context, statement: ClassStatement): readonly PlatformFunction[] {
  const { module, ask } = context;
  const marks = marksOf(module, statement.decorators, ask);
  const own = marks.find((mark) => isAppMark(mark, "cls") || isAppMark(mark, "server"));
  const binding = statement.binding === undefined ? undefined : module.bindings[statement.binding];
  if (!own || !binding) return [];
  const methods = methodsOf({ module, class: statement }, ask);
  const shared = sharedBy(context, own, 0, marks);
  const outdated = [
    ...outdatedConstructor(module, statement, context.isInUse),
    ...retiredHooks(module, statement, ask, context.isInUse),
  ];
  const definition = {
    ...shared.definition,
    ...(shared.hasSnapshot && { snapshot: captured(context, methods) }),
    outdated: [...(shared.definition.outdated ?? []), ...outdated],
  };
  const served = methods.filter((method) => method.marks.some((mark) => isMark(mark, ...interfaces)));
  const each = (method: Method): PlatformFunction => {
    const isWeb = method.marks.some((mark) => isMark(mark, ...webApps));
    const home = method.module.functions[method.ref.function];
    const here = method.module === module && home;
    const enter: Spelling["enter"] =
      isWeb || !here ? { kind: "none" } : { kind: "method", decorator: "modal.enter", apart: "snap" };
    return {
      name: `${binding.name}.${method.name}`,
      range: here ? home.range : statement.range,
      nameRange: (here && home.nameRange) || binding.range,
      ...definition,
      phases: phasesOf(context, [method.ref], isWeb, shared.image, methods),
      spelling: spellingOf(context, { ...shared.spelling, handler: method.ref.function }, enter),
    };
  };
  if (served.length > 0) return served.map(each);
  // A server, or a class that does nothing but to start: its hooks are all there is.
  return [
    {
      name: binding.name,
      range: statement.range,
      nameRange: binding.range,
      ...definition,
      phases: { ...phasesOf(context, [], false, shared.image, methods) },
      spelling: spellingOf(context, shared.spelling, { kind: "none" }),
    },
  ];
}

interface Shared {
  readonly hasSnapshot: boolean;
  readonly image: Image;
  readonly definition: {
    readonly settings: readonly Setting[];
    readonly storage: Storage;
    readonly singleUse: boolean;
    readonly unattended: boolean;
    readonly outdated: readonly Outdated[];
    readonly stateParameters: 0;
  };
  readonly spelling: { readonly call?: Range; readonly handler: number; readonly image: Image };
}

/** What the decorator of an application says for a function, or for all methods of a class. */
function sharedBy(context: Context, mark: Mark, handler: number, marks: readonly Mark[]): Shared {
  const { module, ask, isInUse } = context;
  const { call } = mark;
  const own = argumentsOf(module, call, ask);
  const levels = [own, appArguments(context, mark)];
  const settings = settingsOf(module, own, ask);
  const isConcurrent = marks.some((each) => isMark(each, "concurrent"));
  const image = imageOf(
    module,
    levels.map((each) => find(each, "image")).find((each) => each !== undefined),
    ask,
  );
  return {
    image,
    hasSnapshot: isTrue(find(own, "enable_memory_snapshot")?.value),
    definition: {
      settings,
      storage: storageOf(module, image, levels, ask),
      singleUse: settings.some(isSingleUse),
      unattended: settings.some(({ name }) => name === "schedule"),
      outdated: call ? outdatedSettings(call, settings, isInUse, isConcurrent) : [],
      stateParameters: 0,
    },
    spelling: { ...(call && { call: call.range }), handler, image },
  };
}

/** `modal.App(image=…, volumes=…)`: what holds for functions that say nothing else. */
function appArguments({ module, ask, apps }: Context, { value }: Mark): Arguments {
  const callee = value.kind === "call" ? value.callee : value;
  if (callee.kind !== "member") return { all: [], complete: false };
  const app = ask.valueOf(module, callee.object);
  if (app?.value.kind !== "call") return { all: [], complete: false };
  const known = apps.get(app.value);
  if (known) return known;
  const given = argumentsOf(app.module, app.value, ask);
  const whole = { ...given, all: [...assignedTo(module, callee.object, ask), ...given.all] };
  apps.set(app.value, whole);
  return whole;
}

function phasesOf(
  context: Context,
  bodies: readonly FunctionRef[],
  isWeb: boolean,
  image: Image,
  methods: readonly Method[],
): PlatformFunction["phases"] {
  const { module, ask } = context;
  const isLate = (mark: Mark) => !isSnap(context, mark);
  // What is taken into the snapshot runs first.
  const enter = [...captured(context, methods), ...hooksOf(methods, "enter", isLate), ...dunder(methods)];
  const build = [...image.build, ...hooksOf(methods, "build")];
  if (!isWeb) return { build, enter, body: bodies };
  const apps = bodies.map((ref) => webAppsOf(module, ref.function, ask));
  return {
    build,
    enter: [...enter, ...bodies, ...apps.flatMap((each) => each.startup)],
    body: apps.flatMap((each) => each.handlers),
  };
}

function hooksOf(methods: readonly Method[], name: string, test: (mark: Mark) => boolean = () => true) {
  return methods
    .filter(({ marks }) => marks.some((mark) => isMark(mark, name) && test(mark)))
    .map(({ ref }) => ref);
}

/** What a snapshot is taken behind, where the definition wants one. */
function captured(context: Context, methods: readonly Method[]): readonly FunctionRef[] {
  return [...constructors(methods), ...hooksOf(methods, "enter", (mark) => isSnap(context, mark))];
}

function isSnap({ module, ask }: Context, { call }: Mark): boolean {
  return isTrue(find(argumentsOf(module, call, ask), "snap")?.value);
}

const isTrue = (value: Value | undefined) => value?.kind === "literal" && value.value === true;

/** A constructor runs where the container makes the object, before all hooks. */
function constructors(methods: readonly Method[]): readonly FunctionRef[] {
  return methods
    .filter(({ module, ref }) => module.functions[ref.function]?.kind === "constructor")
    .map(({ ref }) => ref);
}

/** `__enter__` was the hook before there was a decorator. */
function dunder(methods: readonly Method[]): readonly FunctionRef[] {
  return methods.filter(({ name }) => name === "__enter__" || name === "__aenter__").map(({ ref }) => ref);
}

function spellingOf(
  { needsFiles: needs }: Context,
  { call, handler, image }: Shared["spelling"],
  enter: Spelling["enter"],
): Spelling {
  // Where the build runs functions already, it has what the file imports.
  const lacks = needs && image.build.length === 0;
  return {
    platform: "modal",
    enter,
    build: image.end
      ? { kind: "step", image: image.end, method: "run_function", ...(lacks && { needsFiles: true }) }
      : {
          kind: "none",
          say: "fetch it when the image is built, with `Image.run_function`, or keep it on a `modal.Volume`",
        },
    volume: { option: "volumes", create: "modal.Volume.from_name" },
    ...(call && { definition: { call, handler } }),
  };
}
