// AWS Lambda in Python: `def lambda_handler(event, context)`, plain, decorated, named by a deployment file, or a web app.
import type { Spelling } from "../facts/function.ts";
import type { FunctionDef, FunctionId, ModuleFacts, Range, Statement } from "../facts/module.ts";
import type { Platform, PlatformFunction, Questions } from "../facts/project.ts";
import { webAppsOf } from "./web-apps.ts";

export const lambdaPython: Platform = {
  id: "lambda",
  language: "python",
  marks: ["def lambda_handler", "def handler(event", "aws_lambda", "mangum", "apig_wsgi"],
  functions(module, ask, project) {
    const declared = new Set(project.declaredHandlers(module.path));
    const scheduled = new Set(project.scheduledHandlers(module.path));
    const own = module.functions.flatMap((definition, id): readonly PlatformFunction[] => {
      const { name, nameRange, parent, kind } = definition;
      if (name === undefined || !nameRange || parent !== 0 || kind !== "function") return [];
      if (!declared.has(name) && !isHandler(module, definition)) return [];
      // A name that is defined twice is the last one.
      if (isReplaced(module, id)) return [];
      const { range } = definition;
      const isWeb = resolves(module, ask) || forwards(module, ask);
      const routes = isWeb ? webAppsOf(module, 0, ask).handlers : [];
      return [
        {
          ...describe(name, range, nameRange, { call: range, handler: id }),
          phases: { build: [], enter: [], body: [{ file: module.path, function: id }, ...routes] },
          ...(scheduled.has(name) && { singleUse: true, unattended: true }),
        },
      ];
    });
    return [...own, ...webHandlers(module, ask)];
  },
};

function describe(
  name: string,
  range: Range,
  nameRange: Range,
  definition?: NonNullable<Spelling["definition"]>,
): Omit<PlatformFunction, "phases"> {
  return {
    name,
    range,
    nameRange,
    settings: [],
    stateParameters: 0,
    spelling: {
      platform: "lambda",
      enter: { kind: "module-scope", format: "esm" },
      build: {
        kind: "none",
        say: "put it into the deployment package, a layer or the container image when these are built",
      },
      ...(definition && { definition }),
    },
  };
}

/** Adapters that make a handler of a web application: `handler = Mangum(app)`. */
const adapters = new Set(["mangum.Mangum", "mangum.adapter.Mangum", "apig_wsgi.make_lambda_handler"]);

function webHandlers(module: ModuleFacts, ask: Questions): readonly PlatformFunction[] {
  return (module.functions[0]?.body.statements ?? []).flatMap((statement: Statement) => {
    if (statement.kind !== "declare" || statement.pattern.kind !== "name") return [];
    const { value, pattern } = statement;
    const name = module.bindings[pattern.binding]?.name;
    if (value?.kind !== "call" || !adapters.has(ask.qualify(module, value.callee) ?? "") || !name) return [];
    const { handlers, startup } = webAppsOf(module, 0, ask);
    const phases = { build: [], enter: startup, body: handlers };
    return [{ ...describe(name, statement.declaration, pattern.range), phases }];
  });
}

/** Whether a file makes a resolver of Powertools, to whose routes the handler leads. */
function resolves(module: ModuleFacts, ask: Questions): boolean {
  return (module.functions[0]?.body.statements ?? []).some(
    (statement) =>
      statement.kind === "declare" &&
      statement.value?.kind === "call" &&
      /^aws_lambda_powertools\.event_handler\.(\w+\.)?\w+Resolver$/.test(
        ask.qualify(module, statement.value.callee) ?? "",
      ),
  );
}

/** Whether a file hands its events to a web application: `return awsgi.response(app, event, context)`. */
function forwards(module: ModuleFacts, ask: Questions): boolean {
  let found = false;
  ask.eachValue(module, (value) => {
    found ||= value.kind === "call" && forwarding.has(ask.qualify(module, value.callee) ?? "");
  });
  return found;
}

const forwarding = new Set(["awsgi.response", "aws_wsgi.response", "serverless_wsgi.handle_request"]);

/** Two parameters, the event and the context, under one of the usual names. */
function isHandler(module: ModuleFacts, { name = "", parameters, generator }: FunctionDef): boolean {
  if (generator || parameters.length !== 2 || !/^(lambda_handler|handler)$/.test(name)) return false;
  const names = parameters.map(({ pattern }) =>
    pattern.kind === "name" ? (module.bindings[pattern.binding]?.name ?? "") : "",
  );
  return /^_*(event|evt|e)$/.test(names[0] ?? "") && /^_*(context|ctx|c)?$/.test(names[1] ?? "");
}

function isReplaced(module: ModuleFacts, id: FunctionId): boolean {
  const { name } = module.functions[id] ?? {};
  return module.functions.some(
    (each, at) => at > id && each.parent === 0 && each.kind === "function" && each.name === name,
  );
}
