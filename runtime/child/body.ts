// The body of a request on its way to user code: parts arrive as frames, and are asked for as they are read.
import { hold, send } from "./channel.ts";

export interface Body {
  /** To be asked for once. */
  stream(): ReadableStream<Uint8Array>;
  take(part: Buffer, end: boolean): void;
  /** No more will come: whoever reads is told why. */
  break(reason: unknown): void;
  /** All that comes, joined. */
  whole(): Promise<Buffer>;
}

/** @param known All of it, where it came with the input. */
export function createBody(input: string, known?: Buffer): Body {
  const parts: Buffer[] = known && known.length > 0 ? [known] : [];
  let state: "open" | "ended" | { readonly reason: unknown } = known ? "ended" : "open";
  let wake: (() => void) | undefined;
  const change = () => {
    wake?.();
    wake = undefined;
  };
  /** The next part; undefined at the end. */
  const next = async (): Promise<Buffer | undefined> => {
    for (;;) {
      const part = parts.shift();
      if (part) {
        if (state === "open") send({ type: "pull", input });
        return part;
      }
      if (state === "ended") return undefined;
      if (typeof state === "object") throw state.reason;
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      // Only the parent can end this wait.
      hold(1);
      await promise.finally(() => hold(-1));
    }
  };
  return {
    stream: () =>
      new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            const part = await next();
            if (part) controller.enqueue(part);
            else controller.close();
          },
        },
        { highWaterMark: 0 },
      ),
    take(part, end) {
      if (part.length > 0) parts.push(part);
      else if (!end) send({ type: "pull", input });
      if (end) state = "ended";
      change();
    },
    break(reason) {
      if (state === "open") state = { reason };
      change();
    },
    async whole() {
      const all: Buffer[] = [];
      for (let part = await next(); part; part = await next()) all.push(part);
      return Buffer.concat(all);
    },
  };
}
