// `coldstart build`: the images of an app's functions, ahead of their first cold start.
import { createLinter } from "../../lint.ts";
import { build } from "../../measure/build.ts";
import { type Failure, failure } from "../../measure/failure.ts";
import type { Terminal } from "../terminal.ts";
import { buildText } from "../text/images.ts";
import { parseName } from "./names.ts";
import { type RunOptions, withWatch } from "./running.ts";

export async function buildCommand(
  target: string,
  options: Omit<RunOptions, "input"> & { readonly prune?: boolean },
  terminal: Terminal,
): Promise<number | Failure> {
  const { file, name } = parseName(target, terminal.cwd);
  if (name !== undefined) {
    const app = target.slice(0, target.lastIndexOf("::"));
    return failure("usage", "OneFunction", `The images of a whole app are built: coldstart build ${app}`);
  }
  const { prune = false } = options;
  const result = await withWatch([target], options, terminal, file, (ask, observer, control) =>
    build(ask, prune, createLinter(), observer, control),
  );
  if (!result.ok) return result;
  const { ok: _, ...built } = result;
  terminal.print(
    terminal.format === "json"
      ? JSON.stringify({ version: 1, ...built })
      : buildText(result, terminal.colors),
  );
  return 0;
}
