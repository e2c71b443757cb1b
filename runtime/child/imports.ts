// Times the entry's direct imports one after another, before the entry itself: their sum is the cost of them all.
import { createRequire, registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { now, send } from "./channel.ts";
import type { Plan } from "./messages.ts";

const FROM_ENTRY = "coldstart-import:";

export async function timeImports(plan: Plan): Promise<void> {
  const { file, imports = [], load } = plan;
  const costs: { specifier: string; ms: number }[] = [];
  const one = load === "require" ? createRequire(file) : importerOf(file);
  for (const specifier of imports) {
    const started = now();
    try {
      await one(specifier);
      costs.push({ specifier, ms: now() - started });
    } catch {
      // The entry will fail over it as well, and say so; or it imports it in another way.
    }
  }
  send({ type: "imports", costs });
}

/** `import()` resolves from the file that it stands in; what is to be timed, from the entry. */
function importerOf(file: string): (specifier: string) => Promise<unknown> {
  const parentURL = pathToFileURL(file).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier.startsWith(FROM_ENTRY)
        ? next(specifier.slice(FROM_ENTRY.length), { ...context, parentURL })
        : next(specifier, context),
  });
  return (specifier) => import(FROM_ENTRY + specifier);
}
