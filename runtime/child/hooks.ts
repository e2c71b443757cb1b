// Gives Node the lowered text of a file at the file's own path, and resolves what Node's own rules would not.
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

interface Program {
  readonly files: Readonly<Record<string, { readonly source: string; readonly format: string }>>;
  readonly resolutions: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Only for programs that need it: without hooks Node keeps its fastest path. */
export function installHooks(file: string): void {
  const program = JSON.parse(readFileSync(file, "utf8")) as Program;
  const urls = new Map<string, Program["files"][string]>();
  for (const [path, lowered] of Object.entries(program.files)) urls.set(pathToFileURL(path).href, lowered);
  const byParent = new Map<string, Readonly<Record<string, string>>>();
  for (const [path, map] of Object.entries(program.resolutions)) byParent.set(pathToFileURL(path).href, map);

  registerHooks({
    resolve(specifier, context, next) {
      const path =
        context.parentURL === undefined
          ? undefined
          : byParent.get(stripQuery(context.parentURL))?.[specifier];
      const url = path === undefined ? undefined : pathToFileURL(path).href;
      if (url !== undefined) return { url, shortCircuit: true, ...formatOf(urls.get(url)) };
      return next(specifier, context);
    },
    load(url, context, next) {
      const lowered = urls.get(stripQuery(url));
      if (lowered === undefined) return next(url, context);
      return { format: lowered.format, source: readFileSync(lowered.source), shortCircuit: true };
    },
  });
}

function formatOf(lowered: { readonly format: string } | undefined): { format?: string } {
  return lowered === undefined ? {} : { format: lowered.format };
}

function stripQuery(url: string): string {
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}
