// AWS Lambda and platforms like it: an exported handler of an event, plain, wrapped, or named by a deployment file.
import type { Export, ModuleFacts, Pattern, Range, Value } from "../facts/module.ts";
import type { FunctionRef, Platform, PlatformFunction, ProjectView, Questions } from "../facts/project.ts";

export const lambda: Platform = {
  id: "lambda",
  language: "typescript",
  marks: ["handler", "Handler", "aws-lambda"],
  functions(module, ask, project) {
    const declared = new Set(project.declaredHandlers(module.path));
    const scheduled = new Set(project.scheduledHandlers(module.path));
    const seen = new Set<string>();
    const likely = module.exports.filter((each) => handlerLike.test(each.name));
    const named = likely.length > 0 && mayHoldHandlers(module) ? likely : [];
    return module.exports.flatMap((each) => {
      if (each.name === "*" || seen.has(each.name)) return [];
      if (!declared.has(each.name) && !(named.includes(each) && mayBeHandler(module, each))) return [];
      const found = functionAt(module, ask, each, project, declared.has(each.name));
      if (found) seen.add(each.name);
      if (!found) return [];
      return [{ ...found, ...(scheduled.has(each.name) && { singleUse: true, unattended: true }) }];
    });
  },
};

const typePackages = new Set(["aws-lambda", "@types/aws-lambda", "@netlify/functions"]);

/** Frameworks whose files export things called `handler` that are no handlers of events. */
const elsewhere =
  /^(react|preact|vue|svelte|solid-js|express|fastify|koa|@hapi\/hapi|next|next\/.*|nuxt|@sveltejs\/kit|@remix-run\/.*|h3|yargs|commander|@nestjs\/.*|electron|@trpc\/server|msw)$/;

const handlerLike = /handler$/i;

function mayHoldHandlers(module: ModuleFacts): boolean {
  if (/\.(tsx|jsx)$/.test(module.path) || /\.(test|spec|stories|d)\.[cm]?[jt]sx?$/.test(module.path))
    return false;
  if (module.imports.some((each) => elsewhere.test(each.specifier))) return false;
  // A command of yargs.
  return !module.exports.some((each) => each.name === "command" || each.name === "builder");
}

function mayBeHandler(module: ModuleFacts, each: Export): boolean {
  return each.name === "handler" || module.imports.some(({ specifier }) => typePackages.has(specifier));
}

interface Exported {
  readonly module: ModuleFacts;
  readonly value: Value;
}

function functionAt(
  module: ModuleFacts,
  ask: Questions,
  each: Export,
  project: ProjectView,
  declared: boolean,
): PlatformFunction | undefined {
  const exported = exportedValue(module, each, project);
  const value = exported?.value;
  const handler = exported && unwrap(exported.module, ask, exported.value);
  if (!handler) return undefined;
  const home = handler.file === module.path ? module : project.module(handler.file);
  if (!declared && !takesEvent(home, handler)) return undefined;
  const binding = each.binding === undefined ? undefined : module.bindings[each.binding];
  const range = statementAround(module, binding?.range ?? each.range) ?? each.range;
  return {
    name: each.name,
    range,
    nameRange: binding?.range ?? (value && nameRange(module, value)) ?? each.range,
    settings: [],
    phases: { build: [], enter: [], body: [handler] },
    stateParameters: 0,
    spelling: {
      platform: "lambda",
      enter: { kind: "module-scope", format: project.outputFormat(module.path) },
      build: {
        kind: "none",
        say: "put it into the deployment package, a layer or the container image when these are built",
      },
      ...(handler.file === module.path && { definition: { call: range, handler: handler.function } }),
    },
  };
}

/** What an export stands for, in the file that defines it. */
function exportedValue(
  module: ModuleFacts,
  each: Export,
  project: ProjectView,
  depth = 0,
): Exported | undefined {
  if (each.value) return { module, value: each.value };
  if (each.from) {
    const { specifier, name } = each.from;
    const file = project.resolve(module.path, specifier);
    const other = file === undefined ? undefined : project.module(file);
    const inner = other?.exports.find((one) => one.name === name);
    return other && inner && depth < 8 ? exportedValue(other, inner, project, depth + 1) : undefined;
  }
  if (each.binding === undefined) return undefined;
  const { name = "", range = each.range } = module.bindings[each.binding] ?? {};
  return { module, value: { kind: "name", name, binding: each.binding, range } };
}

/** The function behind wrappers: `middy(f).use(x)`, `wrap(f)`, `f.bind(x)`, `service.handle`. */
function unwrap(module: ModuleFacts, ask: Questions, value: Value, depth = 0): FunctionRef | undefined {
  const direct = ask.functionOf(module, value);
  if (direct || depth > 8) return direct;
  const found = ask.valueOf(module, value);
  if (found?.value.kind !== "call" || found.value.construct) return undefined;
  const { callee, args } = found.value;
  if (ask.qualify(found.module, callee)?.startsWith("coldstart.")) return undefined;
  const bound = callee.kind === "member" && callee.property === "bind" ? [callee.object] : [];
  const chained = callee.kind === "member" && callee.object.kind === "call" ? [callee.object] : [];
  for (const inner of [...bound, ...args, ...chained]) {
    const handler = unwrap(found.module, ask, inner, depth + 1);
    if (handler) return handler;
  }
  return undefined;
}

const eventLike =
  /^_*(event|evt|e|input|payload|message|record|request|req|args?|body|data|params?|props)s?$/i;
const webLike = /^_*(res|response|reply|next|h|rep)$/i;

/** Parameters of a handler of events: an event, a context and perhaps a callback. Two of the web are none. */
function takesEvent(module: ModuleFacts | undefined, { function: id }: FunctionRef): boolean {
  const definition = module?.functions[id];
  if (!module || !definition || definition.generator || definition.parameters.length > 3) return false;
  const [first, second] = definition.parameters.map((parameter) => nameOf(module, parameter.pattern));
  if (second !== undefined && webLike.test(second)) return false;
  if (definition.parameters.length === 0) return definition.async;
  return first === undefined || eventLike.test(first) || /event|request|message/i.test(first);
}

function nameOf(module: ModuleFacts, pattern: Pattern): string | undefined {
  return pattern.kind === "name" ? module.bindings[pattern.binding]?.name : undefined;
}

function nameRange(module: ModuleFacts, value: Value): Range | undefined {
  return value.kind === "function" ? module.functions[value.function]?.nameRange : undefined;
}

function statementAround(module: ModuleFacts, range: Range): Range | undefined {
  const around = module.functions[0]?.body.statements.find(
    (statement) => statement.range.start <= range.start && range.end <= statement.range.end,
  );
  return around?.kind === "declare" ? around.declaration : around?.range;
}
