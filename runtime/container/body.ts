// Feeds the body of a request to a container, as fast as it is taken.
import { WINDOW } from "../child/messages.ts";

export interface Feed {
  /** One more part may be sent. */
  pull(): void;
  /** The input has ended: what is left of the body is not read. */
  stop(): void;
}

export interface FeedOptions {
  readonly body: AsyncIterable<Uint8Array>;
  readonly part: (bytes: Uint8Array) => void;
  readonly end: () => void;
  /** The body broke off: its client is gone. */
  readonly failed: (error: unknown) => void;
}

export function feed({ body, part, end, failed }: FeedOptions): Feed {
  const stopped = Promise.withResolvers<"stopped">();
  let credit = WINDOW;
  let room = Promise.withResolvers<void>();

  async function read(): Promise<void> {
    const iterator = body[Symbol.asyncIterator]();
    for (;;) {
      if (credit === 0) await Promise.race([room.promise, stopped.promise]);
      // A client that says nothing must not hold what has ended.
      const next = await Promise.race([iterator.next(), stopped.promise]);
      if (next === "stopped") {
        void iterator.return?.().catch(() => undefined);
        return;
      }
      if (next.done) return end();
      credit--;
      if (credit === 0) room = Promise.withResolvers();
      part(next.value);
    }
  }

  read().catch(failed);
  return {
    pull() {
      credit++;
      room.resolve();
    },
    stop: () => stopped.resolve("stopped"),
  };
}
