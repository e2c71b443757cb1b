// Lets code of the project find the packages of its image, beside those that it has itself.
import { createRequire, isBuiltin, registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import type { PackagesPlan } from "./messages.ts";

/** To be installed before other hooks: what they resolve by themselves is none of its business. */
export function installPackages({ folder, preferred }: PackagesPlan): void {
  const parent = pathToFileURL(`${folder}/package.json`).href;
  const require = createRequire(parent);
  const first = new Set(preferred);
  let asking = false;

  registerHooks({
    resolve(specifier, context, next) {
      const name = packageOf(specifier);
      if (name === undefined || asking) return next(specifier, context);
      const inImage = () => {
        if (!context.conditions.includes("require"))
          return next(specifier, { ...context, parentURL: parent });
        asking = true;
        try {
          return { url: pathToFileURL(require.resolve(specifier)).href, shortCircuit: true };
        } finally {
          asking = false;
        }
      };
      if (first.has(name) && isOfProject(context.parentURL)) return inImage();
      try {
        return next(specifier, context);
      } catch (error) {
        if (!isNotFound(error)) throw error;
        try {
          return inImage();
        } catch (inner) {
          // Where the image has none either, the project's own look-up says it better.
          throw isNotFound(inner) ? error : inner;
        }
      }
    },
  });
}

/** The package that a specifier names; nothing for paths, addresses and modules of Node. */
export function packageOf(specifier: string): string | undefined {
  if (!/^[@\w]/.test(specifier) || /^[a-z][a-z+.-]+:/i.test(specifier) || isBuiltin(specifier))
    return undefined;
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

export function isOfProject(parent: string | undefined): boolean {
  return parent?.startsWith("file:") === true && !parent.includes("/node_modules/");
}

export function isNotFound(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
}
