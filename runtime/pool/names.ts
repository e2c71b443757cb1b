// What functions are called, and which of them share containers.
import type { FunctionSettings } from "../child/description.ts";

/** A function by the file that defines it and the NAME of `FILE::NAME`, the parameters of its class included. */
export interface FunctionName {
  readonly file: string;
  readonly name: string;
}

/** The NAME that a file defines, of one that may hold the parameters of its class: `Model(size="large").run`. */
export function definedName(name: string): string {
  return name.replace(/\(.*\)/s, "");
}

/**
 * What has containers of its own: a function, or a class with the parameters that its objects are made with, whatever
 * the method: `Model(size="large")`.
 */
export function poolName(name: string, { method }: Pick<FunctionSettings, "method">): string {
  return method === undefined ? name : name.slice(0, -method.length - 1);
}

/** The class of a method, by which its containers go; undefined of a function. */
export function classOf(
  { file, name }: FunctionName,
  settings: Pick<FunctionSettings, "method">,
): FunctionName | undefined {
  return settings.method === undefined ? undefined : { file, name: poolName(name, settings) };
}
