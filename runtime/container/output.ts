// Passes on what user code prints, as fast as it is taken, and keeps the end of it for error messages.
import type { Readable } from "node:stream";

const TAIL = 8192;
/** Turns of the event loop within which a full pipe has been read. */
const TURNS = 4;

/** Takes a piece of output; a promise means "not more before this". */
export type OutputSink = (stream: "stdout" | "stderr", text: string) => Promise<void> | undefined;

export interface Output {
  /** The last 8 KB of both streams, in the order in which they came. */
  tail(): string;
  /** Resolves when what was printed before has been read: it comes by other ways than the news of its end. */
  settled(): Promise<void>;
}

export function passOutput(stdout: Readable, stderr: Readable, sink: OutputSink): Output {
  let tail = "";
  const waits = new Set<Promise<void>>();
  const pass = (name: "stdout" | "stderr", stream: Readable) => {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      tail = (tail + text).slice(-TAIL);
      const wait = sink(name, text);
      if (wait === undefined) return;
      // The pipe fills up, and user code waits at its next write: memory stays bounded.
      stream.pause();
      waits.add(wait);
      void wait.then(() => {
        waits.delete(wait);
        stream.resume();
      });
    });
    // Whoever listened before may have paused it, and a listener alone does not undo that.
    stream.resume();
  };
  pass("stdout", stdout);
  pass("stderr", stderr);
  return {
    tail: () => tail,
    async settled() {
      // A turn reads what a pipe holds; a slow reader is waited for in between.
      for (let turn = 0; turn < TURNS; turn++) {
        await Promise.all(waits);
        await new Promise((done) => setImmediate(done));
      }
    },
  };
}
