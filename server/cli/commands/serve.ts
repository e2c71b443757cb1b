// `coldstart serve`: the app stays up until Ctrl-C, which lets the inputs at hand end; a second one ends at once.
import { createLinter } from "../../lint.ts";
import { type Failure, failure } from "../../measure/failure.ts";
import { type ServeOptions, serve } from "../../measure/serve.ts";
import type { Terminal } from "../terminal.ts";
import { parseName } from "./names.ts";
import { type RunOptions, wholeNumber, withWatch } from "./running.ts";

export interface ServeCommandOptions extends RunOptions {
  readonly port?: string;
  readonly host?: string;
  readonly at?: string;
  readonly maxBody?: string;
}

const PORT = 8000;
const INTERRUPTED = 130;
const MEGABYTE = 1_000_000;

export async function serveCommand(
  target: string,
  options: ServeCommandOptions,
  terminal: Terminal,
): Promise<number | Failure> {
  const { file, name } = parseName(target, terminal.cwd);
  if (name !== undefined) {
    return failure("usage", "OneFunction", `A whole app is served: coldstart serve ${target.split("::")[0]}`);
  }
  const parsed = parse(options);
  if ("error" in parsed) return parsed;
  const ending = onInterrupts(terminal);
  const result = await withWatch([target], options, terminal, file, (ask, observer) =>
    serve(
      ask,
      parsed,
      createLinter(),
      {
        ...observer,
        served(served) {
          observer.served?.(served);
          if (!served.again) terminal.print(listening(served.url, terminal));
        },
      },
      ending,
    ),
  );
  if (result.ok) return ending.drain.aborted ? INTERRUPTED : 0;
  return result;
}

function listening(url: string, { format }: Terminal): string {
  return format === "json" ? JSON.stringify({ version: 1, url }) : `listening on ${url}`;
}

function parse(options: ServeCommandOptions): ServeOptions | Failure {
  const { port = String(PORT), host, at, maxBody } = options;
  const wrong = (message: string) => failure("usage", "BadUsage", message);
  const number = wholeNumber(port, 0);
  if (number === undefined || number > 65_535) {
    return wrong(`--port ${port} is no port: give a number from 0 to 65535; 0 takes a free one.`);
  }
  const begins = at === undefined ? undefined : Date.parse(at);
  if (Number.isNaN(begins)) return wrong(`--at ${at} is no time: write one such as 2026-01-31T05:59:50Z.`);
  const megabytes = maxBody === undefined ? undefined : wholeNumber(maxBody, 1);
  if (maxBody !== undefined && megabytes === undefined) {
    return wrong(`--max-body ${maxBody} is no whole number of megabytes.`);
  }
  return {
    port: number,
    ...(host !== undefined && { host }),
    ...(begins !== undefined && { at: begins }),
    ...(megabytes !== undefined && { maxBody: megabytes * MEGABYTE }),
  };
}

/** The first request lets the inputs at hand end, the second one ends all, a third one this process. */
function onInterrupts(terminal: Terminal): { readonly drain: AbortSignal; readonly signal: AbortSignal } {
  const steps = [new AbortController(), new AbortController()] as const;
  let asked = 0;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      const step = steps[asked++];
      if (!step) process.exit(INTERRUPTED);
      if (asked === 1) terminal.tell("ending once the inputs at hand have ended; again to end at once");
      step.abort();
    });
  }
  return { drain: steps[0].signal, signal: steps[1].signal };
}
