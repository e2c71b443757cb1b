// Where a command writes to: the answer on standard output, everything else on standard error.
import pico from "picocolors";

export type Colors = ReturnType<typeof pico.createColors>;
export type Format = "text" | "json";

export interface Terminal {
  readonly format: Format;
  readonly cwd: string;
  /** For text on standard output. */
  readonly colors: Colors;
  /** For text on standard error. */
  readonly errorColors: Colors;
  /** Whether progress may be drawn over itself. */
  readonly interactive: boolean;
  /** The answer. */
  print(text: string): void;
  /** Notes, progress, output of user functions. */
  tell(text: string): void;
  /** Aborted by Ctrl-C or a request to end. */
  readonly signal: AbortSignal;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** NO_COLOR and FORCE_COLOR decide, else whether a person is looking. https://no-color.org, https://force-color.org */
export function wantsColor(isTerminal: boolean, env: Environment): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "") return env.FORCE_COLOR !== "0";
  return isTerminal && env.TERM !== "dumb";
}

export function createTerminal(format: Format, signal: AbortSignal): Terminal {
  const { stdout, stderr, env } = process;
  return {
    format,
    cwd: process.cwd().replaceAll("\\", "/"),
    colors: pico.createColors(wantsColor(stdout.isTTY === true, env)),
    errorColors: pico.createColors(wantsColor(stderr.isTTY === true, env)),
    interactive: stderr.isTTY === true && env.TERM !== "dumb",
    print: (text) => stdout.write(`${text}\n`),
    tell: (text) => stderr.write(`${text}\n`),
    signal,
  };
}
