// Runs a plain command where containers run: a step of an image, in a box of its own, to its end.
import { cancelledError, RuntimeError } from "../errors.ts";
import { launch } from "./launch.ts";
import { type OutputSink, passOutput } from "./output.ts";
import { cleaner } from "./process.ts";
import { killGroup, reap } from "./reaper.ts";
import type { Box, LaunchSpec } from "./spec.ts";

export interface CommandSpec extends Pick<LaunchSpec, "id" | "cwd" | "env" | "command" | "guard"> {
  readonly output: OutputSink;
  readonly signal: AbortSignal;
}

export interface CommandEnd {
  readonly code?: number;
  readonly signal?: string;
  /** What it wrote to file descriptor 3. */
  readonly said: string;
  /** The last that it printed, at most 8 KB. */
  readonly tail: string;
}

/** The box is removed in the end; what was written is in its layer. */
export async function runCommand(spec: CommandSpec, box: Box): Promise<CommandEnd> {
  const launched = await launch(spec, box).catch(async (error: unknown) => {
    await box.remove();
    throw error;
  });
  const clean = cleaner(launched, spec, box);
  const kill = () => killGroup(launched.pid);
  let said = "";
  launched.channel.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const output = passOutput(launched.stdout, launched.stderr, spec.output);
  launched.process.once("exit", () => {
    // Whoever stays behind holds the output pipes open.
    kill();
    reap(spec.id, undefined);
  });
  const ended = new Promise<Pick<CommandEnd, "code" | "signal">>((resolve) => {
    launched.process.once("close", (code, signal) => {
      resolve(signal === null ? { code: code ?? 0 } : { signal });
    });
  });
  spec.signal.addEventListener("abort", kill);
  launched.go();
  if (spec.signal.aborted) kill();
  const end = await ended;
  spec.signal.removeEventListener("abort", kill);
  await clean();
  if (spec.signal.aborted) throw new RuntimeError(cancelledError().run);
  return { ...end, said, tail: output.tail() };
}
