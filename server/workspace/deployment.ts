// What deployment files (template.yaml, serverless.yml) say: which exports are handlers, and how the code is built.
import { posix } from "node:path";
import { record } from "./tsconfig.ts";

export interface Deployment {
  readonly handlers: readonly DeployedHandler[];
  /** How all code of the project is built where a handler says nothing of its own. */
  readonly format?: "esm" | "cjs";
}

export interface DeployedHandler {
  /** Absolute path of the source without its extension. */
  readonly stem: string;
  readonly name: string;
  readonly format?: "esm" | "cjs";
  /** Clocks start it, and nothing else does. */
  readonly scheduled?: boolean;
}

export type ParseYaml = (text: string) => unknown;

/** Names under which deployment files stand in a project's root. */
export const DEPLOYMENT_FILES = [
  "template.yaml",
  "template.yml",
  "serverless.yml",
  "serverless.yaml",
] as const;

/** What one such file says; a file that is no YAML says nothing. */
export function readDeployment(
  path: string,
  text: string,
  parse: ParseYaml,
  type: "module" | "commonjs" | undefined,
): Deployment {
  const folder = posix.dirname(path);
  const document = record(parse(text));
  return posix.basename(path).startsWith("template")
    ? sam(folder, document)
    : serverless(folder, document, type);
}

function sam(folder: string, document: Readonly<Record<string, unknown>>): Deployment {
  const shared = record(record(document.Globals).Function);
  const handlers: DeployedHandler[] = [];
  for (const resource of Object.values(record(document.Resources)).map(record)) {
    if (resource.Type !== "AWS::Serverless::Function" && resource.Type !== "AWS::Lambda::Function") continue;
    const properties = record(resource.Properties);
    const handler = properties.Handler ?? shared.Handler;
    const code = properties.CodeUri ?? shared.CodeUri ?? ".";
    if (typeof handler !== "string" || typeof code !== "string") continue;
    handlers.push({
      ...split(posix.resolve(folder, code), handler),
      ...samFormat(record(resource.Metadata)),
      ...(isScheduled(Object.values(record(properties.Events))) && { scheduled: true }),
    });
  }
  return { handlers };
}

/** Whether all events are clocks: `Type: Schedule`, `- schedule: rate(1 day)`. */
function isScheduled(events: readonly unknown[]): boolean {
  return (
    events.length > 0 &&
    events.map(record).every(({ Type, schedule, eventBridge }) => {
      return (
        (typeof Type === "string" && Type.startsWith("Schedule")) ||
        schedule !== undefined ||
        record(eventBridge).schedule !== undefined
      );
    })
  );
}

/** SAM's esbuild makes CommonJS unless it is told otherwise. */
function samFormat(metadata: Readonly<Record<string, unknown>>): { readonly format?: "esm" | "cjs" } {
  if (metadata.BuildMethod !== "esbuild") return {};
  return { format: record(metadata.BuildProperties).Format === "esm" ? "esm" : "cjs" };
}

function serverless(
  folder: string,
  document: Readonly<Record<string, unknown>>,
  type: "module" | "commonjs" | undefined,
): Deployment {
  const handlers = Object.values(record(document.functions))
    .map(record)
    .flatMap(({ handler, events }): readonly DeployedHandler[] => {
      if (typeof handler !== "string") return [];
      const scheduled = Array.isArray(events) && isScheduled(events);
      return [{ ...split(folder, handler), ...(scheduled && { scheduled }) }];
    });
  const plugin = record(record(document.custom).esbuild);
  const builtIn = record(record(document.build).esbuild);
  const plugins = Array.isArray(document.plugins) ? document.plugins : [];
  // The plugin makes CommonJS unless told otherwise; the framework's own esbuild follows package.json.
  if (plugins.includes("serverless-esbuild"))
    return { handlers, format: plugin.format === "esm" ? "esm" : "cjs" };
  if (builtIn.format === "esm" || builtIn.format === "cjs") return { handlers, format: builtIn.format };
  return { handlers, ...(document.build !== undefined && { format: type === "module" ? "esm" : "cjs" }) };
}

/** `src/app.handler` in a folder. A name may hold dots only behind the file's own name. */
export function split(folder: string, handler: string): DeployedHandler {
  const slash = handler.lastIndexOf("/") + 1;
  const dot = handler.indexOf(".", slash);
  const end = dot < 0 ? handler.length : dot;
  return { stem: posix.resolve(folder, handler.slice(0, end)), name: handler.slice(end + 1) || "handler" };
}
