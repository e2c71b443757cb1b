// Lets a run be watched: reads, writes, requests and prints are noted before they are carried out.
import fs from "node:fs";
import { isBuiltin, registerHooks, syncBuiltinESMExports } from "node:module";
import { pathToFileURL } from "node:url";
import { log } from "./log.ts";
import { middy, standIn } from "./packages.ts";

type Any = (...args: never[]) => unknown;

function watch(owner: object, name: string, note: (first: unknown) => void): void {
  const functions = owner as Record<string, Any>;
  const original = functions[name];
  if (!original) return;
  functions[name] = function (this: unknown, ...args: never[]) {
    note(args[0]);
    return original.apply(this, args);
  };
}

export function watchSystem(): void {
  const folder = `${process.cwd()}/`;
  const path = (value: unknown) =>
    decodeURIComponent(String(value)).replace("file://", "").replace(folder, "");
  for (const [owner, name] of [
    [fs, "readFileSync"],
    [fs.promises, "readFile"],
  ] as const) {
    watch(owner, name, (file) => {
      if (!isSource(path(file))) log("read", path(file));
    });
  }
  for (const [owner, name] of [
    [fs, "writeFileSync"],
    [fs, "createWriteStream"],
    [fs.promises, "writeFile"],
  ] as const) {
    watch(owner, name, (file) => log("write", path(file)));
  }
  syncBuiltinESMExports();
  const { fetch } = globalThis;
  globalThis.fetch = async (url, options) => {
    log("fetch", String(url));
    return String(url).startsWith("http://127.0.0.1") ? await fetch(url, options) : new Response("[1, 2, 3]");
  };
  for (const name of ["log", "info", "warn", "error"] as const) {
    console[name] = (...values: unknown[]) => log("print", values.map(String).join(" "));
  }
}

/** Modules are read too, when they are loaded. */
function isSource(path: string): boolean {
  return /\.[cm]?[jt]sx?$|package\.json$/.test(path);
}

/** @param names What is imported from each package. */
export function standForPackages(names: Readonly<Record<string, readonly string[]>>, sdk: string): void {
  Object.assign(globalThis, { standIn, middy });
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === "coldstart") return { url: pathToFileURL(sdk).href, shortCircuit: true };
      const isPackage = /^[@a-z]/.test(specifier) && !isBuiltin(specifier) && !specifier.includes("://");
      if (!isPackage || specifier.startsWith("file:")) return next(specifier, context);
      return { url: `package:${specifier}`, shortCircuit: true, format: "module" };
    },
    load(url, context, next) {
      if (!url.startsWith("package:")) return next(url, context);
      const name = url.slice("package:".length);
      return { format: "module", shortCircuit: true, source: sourceOf(name, names[name] ?? []) };
    },
  });
}

function sourceOf(name: string, names: readonly string[]): string {
  if (name === "@middy/core") return "export default globalThis.middy;";
  return [...new Set(names)]
    .filter((each) => each !== "*")
    .map((each) => {
      const value = `globalThis.standIn(${JSON.stringify(each === "default" ? name : each)})`;
      return each === "default" ? `export default ${value};` : `export const ${each} = ${value};`;
    })
    .join("\n");
}
