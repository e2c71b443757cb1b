// Web frameworks of Python: which functions of a file answer requests, and which run while the application starts.
import type { FunctionId, ModuleFacts } from "../facts/module.ts";
import type { FunctionRef, Questions } from "../facts/project.ts";

export interface WebApps {
  readonly handlers: readonly FunctionRef[];
  readonly startup: readonly FunctionRef[];
}

const route =
  /^(fastapi\.(FastAPI|APIRouter)|fastapi\.applications\.FastAPI|starlette\.applications\.Starlette|flask\.(Flask|Blueprint)|quart\.(Quart|Blueprint)|sanic\.Sanic|litestar|robyn\.Robyn|aiohttp\.web\.RouteTableDef)\.?(get|post|put|patch|delete|head|options|trace|websocket|websocket_route|route|api_route|middleware|before_request|errorhandler|exception_handler)?$/;
const startup = /^(fastapi\.FastAPI|starlette\.applications\.Starlette)\.on_event$/;
const withLifespan = /^(fastapi\.FastAPI|starlette\.applications\.Starlette)$/;

/** @param root The function that makes the application; what stands in others that make one is not its own. */
export function webAppsOf(module: ModuleFacts, root: FunctionId, ask: Questions): WebApps {
  const handlers: FunctionRef[] = [];
  const starting: FunctionRef[] = [];
  for (const [id, definition] of module.functions.entries()) {
    if (definition.parent !== 0 && !isInside(module, id, root)) continue;
    for (const decorator of definition.decorators ?? []) {
      if (decorator.kind !== "call") continue;
      const name = ask.qualify(module, decorator.callee) ?? "";
      if (route.test(name) && name !== "") handlers.push({ file: module.path, function: id });
      const [event] = decorator.args;
      const starts = event?.kind === "literal" && event.value === "startup";
      if (startup.test(name) && starts) starting.push({ file: module.path, function: id });
    }
  }
  ask.eachValue(module, (value) => {
    if (value.kind !== "call" || !withLifespan.test(ask.qualify(module, value.callee) ?? "")) return;
    const lifespan = value.named?.find((each) => each.name === "lifespan");
    const found = lifespan && ask.functionOf(module, lifespan.value);
    if (found) starting.push(found);
  });
  return { handlers, startup: starting };
}

function isInside(module: ModuleFacts, id: FunctionId, root: FunctionId): boolean {
  let at = module.functions[id]?.parent;
  while (at !== undefined && at !== root) at = module.functions[at]?.parent;
  return at === root;
}
