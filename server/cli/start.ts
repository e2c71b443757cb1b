// Runs one command, and is the one place where every ending gets its exit code.
import type { Failure } from "../measure/failure.ts";
import { defect, report } from "./errors.ts";
import { plainLint } from "./plain-lint.ts";
import { createTerminal, type Format } from "./terminal.ts";

/**
 * Runs one command to its end; all that it says is written then.
 * @returns the exit code; undefined for what goes on and ends the process by itself.
 */
export async function main(args: readonly string[]): Promise<number | undefined> {
  survivesReader();
  const code = await run(args);
  if (code !== undefined) await Promise.all([process.stdout, process.stderr].map(written));
  return code;
}

async function run(args: readonly string[]): Promise<number | undefined> {
  const interrupted = new AbortController();
  let format: Format = /--format[= ]json/.test(args.join(" ")) ? "json" : "text";
  const end = (failed: Failure) => report(failed, createTerminal(format, interrupted.signal));
  try {
    const chosen = plainLint(args) ?? (await (await import("./program.ts")).read(args));
    if (typeof chosen === "number") return chosen;
    if ("error" in chosen) return end(chosen);
    format = chosen.format;
    if (!chosen.endsItself) endWith(interrupted);
    const ended = await chosen.act(createTerminal(format, interrupted.signal));
    if (typeof ended === "object") return end(ended);
    return interrupted.signal.aborted ? 130 : ended;
  } catch (error) {
    return end(defect(error));
  }
}

/** The first Ctrl-C ends what runs in good order, the second one ends this process. */
function endWith(interrupted: AbortController): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (interrupted.signal.aborted) process.exit(130);
      interrupted.abort();
    });
  }
}

/** `coldstart … | head` closes our output: then there is nobody to tell anything, and that is no error. */
function survivesReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}

/** Pipes take what they are given later, on some systems. */
function written(stream: NodeJS.WriteStream): Promise<void> | undefined {
  if (stream.writableLength === 0 || stream.destroyed) return undefined;
  return new Promise((done) => stream.write("", () => done()));
}
