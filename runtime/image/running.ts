// Runs a lowered program in tests, with hooks like those of a container.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Program } from "./program.ts";

/** What the program's entry prints. */
export async function run(program: Program, cwd: string): Promise<string> {
  const hooks = `
    const { readFileSync } = require("node:fs");
    const { registerHooks } = require("node:module");
    const { fileURLToPath, pathToFileURL } = require("node:url");
    const { files, resolutions, entry } = ${JSON.stringify(program)};
    const path = (url) => (url?.startsWith("file:") ? fileURLToPath(url) : undefined);
    registerHooks({
      resolve(specifier, context, next) {
        const found = resolutions[path(context.parentURL)]?.[specifier];
        return found ? { url: pathToFileURL(found).href, shortCircuit: true } : next(specifier, context);
      },
      load(url, context, next) {
        const file = files[path(url)];
        return file ? { format: file.format, source: readFileSync(file.source), shortCircuit: true } : next(url, context);
      },
    });
    import(pathToFileURL(entry).href);`;
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", hooks], { cwd });
  return stdout.trim();
}
