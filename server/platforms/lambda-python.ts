// AWS Lambda in Python: `def lambda_handler(event, context)`, plain or decorated, or named by a deployment file.
import type { FunctionDef, FunctionId, ModuleFacts } from "../facts/module.ts";
import type { Platform } from "../facts/project.ts";

export const lambdaPython: Platform = {
  id: "lambda",
  language: "python",
  marks: ["def lambda_handler", "def handler(event", "aws_lambda"],
  functions(module, _ask, project) {
    const declared = new Set(project.declaredHandlers(module.path));
    return module.functions.flatMap((definition, id) => {
      const { name, nameRange, parent, kind } = definition;
      if (name === undefined || !nameRange || parent !== 0 || kind !== "function") return [];
      if (!declared.has(name) && !isHandler(module, definition)) return [];
      // A name that is defined twice is the last one.
      if (isReplaced(module, id)) return [];
      return [
        {
          name,
          range: definition.range,
          nameRange,
          settings: [],
          phases: { build: [], enter: [], body: [{ file: module.path, function: id }] },
          stateParameters: 0,
          spelling: {
            platform: "lambda",
            enter: { kind: "module-scope", format: "esm" },
            build: {
              kind: "none",
              say: "put it into the deployment package, a layer or the container image when these are built",
            },
            definition: { call: definition.range, handler: id },
          },
        },
      ];
    });
  },
};

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
  return module.functions.some((each, at) => at > id && each.parent === 0 && each.name === name);
}
