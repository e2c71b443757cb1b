// The `webEndpoint` option: functions whose inputs come over HTTP.
import type { DefinitionOptions } from "./definition.ts";
import { OptionError } from "./errors.ts";
import type { WebEndpointOptions } from "./marks.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

export function checkWebEndpoint(value: unknown, name: string, where: string): void {
  if (typeof value === "boolean") return;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new OptionError(`${where}: ${name} takes true, or an object such as { method: "POST" }`);
  const unknown = Object.keys(value).filter((key) => key !== "method");
  if (unknown.length > 0)
    throw new OptionError(`${where}: ${name} has no option ${unknown.join(", ")}; it has method`);
  const { method } = value as { readonly method?: unknown };
  if (method !== undefined && !(typeof method === "string" && METHODS.includes(method.toUpperCase())))
    throw new OptionError(
      `${where}: ${name}.method is ${String(method)}; it is one of ${METHODS.join(", ")}`,
    );
}

export function webMark(given: boolean | WebEndpointOptions | undefined): Pick<DefinitionOptions, "web"> {
  if (given === undefined || given === false) return {};
  return { web: { method: (given === true ? undefined : given.method)?.toUpperCase() ?? "GET" } };
}
