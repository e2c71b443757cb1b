// `coldstart measure`: distributions of cold starts and warm calls.
import { createLinter } from "../../lint.ts";
import { type Failure, failure } from "../../measure/failure.ts";
import { DEFAULT_COLD, DEFAULT_WARM, measure } from "../../measure/measure.ts";
import type { Terminal } from "../terminal.ts";
import { measurementText } from "../text/measurements.ts";
import { parseName } from "./names.ts";
import { needsName, type RunOptions, wholeNumber, withWatch } from "./running.ts";

export async function measureCommand(
  target: string,
  options: RunOptions & { readonly cold?: string; readonly warm?: string },
  terminal: Terminal,
): Promise<number | Failure> {
  const { file, name } = parseName(target, terminal.cwd);
  if (name === undefined) return needsName("measure", target);
  const cold = wholeNumber(options.cold ?? String(DEFAULT_COLD), 1);
  const warm = wholeNumber(options.warm ?? String(DEFAULT_WARM), 0);
  if (cold === undefined)
    return failure("usage", "BadCount", `--cold ${options.cold}: needs a whole number from 1.`);
  if (warm === undefined)
    return failure("usage", "BadCount", `--warm ${options.warm}: needs a whole number from 0.`);
  const result = await withWatch([target], options, terminal, file, (ask, observer, control) =>
    measure({ ...ask, name }, { cold, warm }, createLinter(), observer, control),
  );
  if (!result.ok) return result;
  const { ok: _, ...figures } = result;
  terminal.print(
    terminal.format === "json"
      ? JSON.stringify({ version: 1, ...figures })
      : measurementText(target, result, terminal.colors),
  );
  return 0;
}
