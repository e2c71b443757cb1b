// `coldstart run`: one cold start of a function, or an app's local entry point.

import { createLinter } from "../../lint.ts";
import { type Failure, failure } from "../../measure/failure.ts";
import { type RunResult, run, runEntrypoint } from "../../measure/run.ts";
import { relativeTo } from "../../workspace/paths.ts";
import type { Terminal } from "../terminal.ts";
import { runText } from "../text/measurements.ts";
import { parseName } from "./names.ts";
import { type RunOptions, withWatch } from "./running.ts";

export async function runCommand(
  target: string,
  options: RunOptions & { readonly profile?: boolean },
  terminal: Terminal,
): Promise<number | Failure> {
  const { file, name } = parseName(target, terminal.cwd);
  const { profile = false } = options;
  if (name === undefined && profile) {
    return failure(
      "usage",
      "NoProfile",
      `--profile times one function: coldstart run ${target}::NAME --profile`,
    );
  }
  const result = await withWatch([target], options, terminal, file, (ask, observer, control) =>
    name === undefined
      ? runEntrypoint(ask, createLinter(), observer, control)
      : run({ ...ask, name }, profile, createLinter(), observer, control),
  );
  if (!result.ok) return result;
  const shown = (path: string) => relativeTo(terminal.cwd, path);
  terminal.print(
    terminal.format === "json"
      ? JSON.stringify(document(result, shown))
      : runText(target, result, shown, terminal.colors),
  );
  return 0;
}

function document({ ok: _, ...result }: RunResult, shown: (path: string) => string) {
  const spans = result.spans?.map((span) => ({ ...span, file: shown(span.file) }));
  return { version: 1, ...result, ...(spans && { spans }) };
}
