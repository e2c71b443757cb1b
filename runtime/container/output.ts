// Passes on what user code prints, as fast as it is taken, and keeps the end of it for error messages.
import type { Readable } from "node:stream";

const TAIL = 8192;

/** Takes a piece of output; a promise means "not more before this". */
export type OutputSink = (stream: "stdout" | "stderr", text: string) => Promise<void> | undefined;

export interface Output {
  /** The last 8 KB of both streams, in the order in which they came. */
  tail(): string;
}

export function passOutput(stdout: Readable, stderr: Readable, sink: OutputSink): Output {
  let tail = "";
  const pass = (name: "stdout" | "stderr", stream: Readable) => {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      tail = (tail + text).slice(-TAIL);
      const wait = sink(name, text);
      if (wait === undefined) return;
      // The pipe fills up, and user code waits at its next write: memory stays bounded.
      stream.pause();
      void wait.then(() => stream.resume());
    });
    // Whoever listened before may have paused it, and a listener alone does not undo that.
    stream.resume();
  };
  pass("stdout", stdout);
  pass("stderr", stderr);
  return { tail: () => tail };
}
