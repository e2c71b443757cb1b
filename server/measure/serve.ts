// Keeps an app up on the local platform: endpoints, calls, schedules and warm pools, until it is told to end.
import type { KnownFinding } from "../../runtime/options.ts";
import { createLinter, type Linter } from "../lint.ts";
import { position } from "../workspace/lines.ts";
import { relativeTo } from "../workspace/paths.ts";
import type { Failure } from "./failure.ts";
import { carryOut, type Observer } from "./job.ts";
import type { JobControl } from "./runtime-process.ts";
import { type Ask, findTarget, type Target } from "./target.ts";

export interface ServeOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly host?: string;
  /** Bytes that a request's body may have. */
  readonly maxBody?: number;
  /** Time of day at which schedules and containers begin; milliseconds since 1970. */
  readonly at?: number;
}

/** Ends when `control` says so, or with the first thing that keeps the app from being served. */
export async function serve(
  ask: Ask,
  options: ServeOptions,
  linter: Linter,
  observer: Observer,
  control: JobControl,
): Promise<{ readonly ok: true } | Failure> {
  const target = await findTarget(ask, linter);
  if (!target.ok) return target;
  const { functions } = linter.lint(target.file);
  // What an app's own platform does not know of: their names are all that says that they are functions.
  const handlers = functions.filter(({ platform }) => platform.startsWith("lambda")).map(({ name }) => name);
  const done = await carryOut(
    target,
    {
      kind: "serve",
      variant: { id: "as-is", file: target.file },
      handlers,
      findings: findingsOf(target, linter),
      ...options,
    },
    observer,
    {
      ...control,
      async findings() {
        // Any file of the app may have changed.
        const anew = createLinter();
        await anew.prepare([target.file]);
        return findingsOf(target, anew);
      },
    },
  );
  return done.ok ? { ok: true } : done;
}

function findingsOf(target: Target, linter: Linter): readonly KnownFinding[] {
  const { findings } = linter.lint(target.file);
  return findings.map(({ rule, file, range, message, function: name }) => ({
    rule,
    file: relativeTo(target.root, file),
    line: position(linter.text(file) ?? "", range.start).line,
    message,
    function: `${relativeTo(target.root, target.file)}::${name}`,
  }));
}
