// Web frameworks of Python: which functions of a file answer requests, and which run while the application starts.
import type { FunctionId, ModuleFacts, Value } from "../facts/module.ts";
import type { FunctionRef, Questions } from "../facts/project.ts";

export interface WebApps {
  readonly handlers: readonly FunctionRef[];
  readonly startup: readonly FunctionRef[];
}

const route =
  /^(fastapi\.(FastAPI|APIRouter)|fastapi\.applications\.FastAPI|starlette\.applications\.Starlette|flask\.(Flask|Blueprint)|quart\.(Quart|Blueprint)|sanic\.Sanic|litestar|robyn\.Robyn|aws_lambda_powertools\.event_handler\.(?:\w+\.)?\w+Resolver|aiohttp\.web\.RouteTableDef)\.?(get|post|put|patch|delete|head|options|trace|websocket|websocket_route|route|api_route|middleware|before_request|errorhandler|exception_handler)?$/;
const startup = /^(fastapi\.FastAPI|starlette\.applications\.Starlette)\.on_event$/;
const withLifespan = /^(fastapi\.FastAPI|starlette\.applications\.Starlette)$/;

/** Calls that add the routes of one object to another. */
const including = /\.(include_router|register_blueprint|mount|include_routers)$/;

/** @param root The function that makes the application; what stands in others that make one is not its own. */
export function webAppsOf(module: ModuleFacts, root: FunctionId, ask: Questions): WebApps {
  const handlers: FunctionRef[] = [];
  const starting: FunctionRef[] = [];
  for (const home of homesOf(module, root, ask)) {
    for (const [id, definition] of home.functions.entries()) {
      const isOwn = home === module && isInside(module, id, root);
      if (definition.parent !== 0 && !isOwn) continue;
      for (const decorator of definition.decorators ?? []) {
        if (decorator.kind !== "call") continue;
        const name = ask.qualify(home, decorator.callee) ?? "";
        if (route.test(name)) handlers.push({ file: home.path, function: id });
        const [event] = decorator.args;
        const starts = event?.kind === "literal" && event.value === "startup";
        if (startup.test(name) && starts) starting.push({ file: home.path, function: id });
      }
    }
    ask.eachValue(home, (value) => {
      if (value.kind !== "call" || !withLifespan.test(ask.qualify(home, value.callee) ?? "")) return;
      const lifespan = value.named?.find((each) => each.name === "lifespan");
      const found = lifespan && ask.functionOf(home, lifespan.value);
      if (found) starting.push(found);
    });
  }
  return { handlers, startup: starting };
}

/** The file itself, and those whose routers it includes, or whose application the function gives back. */
function homesOf(module: ModuleFacts, root: FunctionId, ask: Questions): readonly ModuleFacts[] {
  const homes = new Set([module]);
  const add = (home: ModuleFacts, value: Value | undefined) => {
    const found = value && ask.valueOf(home, value);
    if (found?.value.kind === "call" && made.test(ask.qualify(found.module, found.value) ?? ""))
      homes.add(found.module);
  };
  for (const statement of module.functions[root]?.body.statements ?? [])
    if (statement.kind === "return") add(module, statement.value);
  // Files that are added are gone through in their turn.
  for (const home of homes) {
    ask.eachValue(home, (value) => {
      if (value.kind !== "call" || value.callee.kind !== "member") return;
      if (including.test(`.${value.callee.property}`)) for (const arg of value.args) add(home, arg);
    });
  }
  return [...homes];
}

/** Applications, and parts of them that have routes. */
const made =
  /^(fastapi\.(applications\.)?(FastAPI|APIRouter)|flask\.(Flask|Blueprint)|starlette\.applications\.Starlette)$/;

function isInside(module: ModuleFacts, id: FunctionId, root: FunctionId): boolean {
  let at = module.functions[id]?.parent;
  while (at !== undefined && at !== root) at = module.functions[at]?.parent;
  return at === root;
}
