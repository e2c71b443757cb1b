// `coldstart lint` as tasks, hooks and CI call it, read without the library that reads every other command line.
import type { Chosen } from "./program.ts";

/**
 * Undefined for other commands, for `--help`, and for whatever may be a mistake: the library has an answer to those.
 * Loading it takes as long as analysing one more file.
 */
export function plainLint([command, ...rest]: readonly string[]): Chosen | undefined {
  if (command !== "lint") return undefined;
  const paths: string[] = [];
  let format: Chosen["format"] = "text";
  let [fix, fixUnsafe] = [false, false];
  const given = rest.values();
  for (const each of given) {
    if (each === "--fix") fix = true;
    else if (each === "--fix-unsafe") fixUnsafe = true;
    else if (/^--format(=|$)/.test(each)) {
      const wanted = each === "--format" ? given.next().value : each.slice("--format=".length);
      if (wanted !== "text" && wanted !== "json") return undefined;
      format = wanted;
    } else if (each === "" || each.startsWith("-")) return undefined;
    else paths.push(each);
  }
  return {
    format,
    act: async (terminal) =>
      (await import("./commands/lint.ts")).lintCommand(paths, { fix, fixUnsafe }, terminal),
  };
}
