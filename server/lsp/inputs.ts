// The arguments that functions are run with: read from the config, and kept there for the user.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { applyEdits, modify } from "jsonc-parser";
import type { Linter } from "../lint.ts";
import { keptInput } from "../measure/inputs.ts";
import { CONFIG_NAME } from "../workspace/config.ts";
import { relativeTo } from "../workspace/paths.ts";
import type { FunctionTarget, InputAnswer, KeepInputAnswer, KeepInputParams } from "./messages.ts";
import { pathOf } from "./paths.ts";
import type { Refresh, Session } from "./session.ts";

export function handleInputs(session: Session, refresh: Refresh): void {
  const { connection, failures, linter } = session;
  connection.onRequest(
    "coldstart/input",
    failures.guard<[FunctionTarget], InputAnswer>(
      { config: CONFIG_NAME },
      async ({ uri, function: name }) => {
        const file = pathOf(uri) ?? "";
        const kept = keptInput(linter.config(file), file, name);
        return {
          config: basename(configPath(linter, file)),
          ...(kept && { input: JSON.stringify(kept.args) }),
        };
      },
    ),
  );
  connection.onRequest(
    "coldstart/keepInput",
    failures.guard<[KeepInputParams], KeepInputAnswer>({ why: "coldstart has a defect." }, async (params) => {
      const why = keep(session, params);
      if (why === undefined) refresh.diagnostics();
      return why === undefined ? {} : { why };
    }),
  );
}

/** The config that holds for a file, else the one that its project is going to have. */
function configPath(linter: Linter, file: string): string {
  return linter.config(file).path ?? join(linter.root(file), CONFIG_NAME);
}

/** Undefined when the input is kept, else why it is not. */
function keep({ linter }: Session, { uri, function: name, input }: KeepInputParams): string | undefined {
  const file = pathOf(uri);
  const args = parsed(input);
  if (file === undefined || args === undefined)
    return 'An input is a JSON array of arguments, such as ["green tea"].';
  const config = linter.config(file);
  const path = configPath(linter, file);
  const problem = linter.configProblems().find((each) => each.path === path);
  if (problem) return `${basename(path)} can't be used: ${problem.message}`;
  const kept = keptInput(config, file, name);
  const key = kept?.key ?? `${relativeTo(dirname(path), file)}::${name}`;
  if (basename(path) !== CONFIG_NAME) {
    const line = `${JSON.stringify(key)} = [${JSON.stringify(args)}]`;
    return `The config is in ${basename(path)}: add ${line} to its table [tool.coldstart.inputs].`;
  }
  try {
    const before = existsSync(path) ? readFileSync(path, "utf8") : "{}\n";
    // Further lists of the function stay where they are.
    const place = ["inputs", key, ...(kept ? [0] : [])];
    const edits = modify(before, place, kept ? args : [args], {
      formattingOptions: { insertSpaces: true, tabSize: 2 },
    });
    writeFileSync(path, applyEdits(before, edits));
  } catch (error) {
    return `${path} can't be written (${error instanceof Error ? error.message : error}).`;
  }
  linter.invalidate(path);
  return undefined;
}

function parsed(input: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(input);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
