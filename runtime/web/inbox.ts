// What comes from a web socket, held until it is taken: whoever sends is held back while there is too much of it.

export interface Inbox extends AsyncIterable<Uint8Array> {
  push(part: Uint8Array): void;
  /** No more will come. */
  end(): void;
}

/** Parts that may wait to be taken. */
const ROOM = 16;

/** @param flow is told whether more may come whenever that changes */
export function createInbox(flow: (open: boolean) => void): Inbox {
  const parts: Uint8Array[] = [];
  let ended = false;
  let held = false;
  let wake = () => {};

  async function* take(): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const part = parts.shift();
      if (part) {
        if (held && parts.length < ROOM) {
          held = false;
          flow(true);
        }
        yield part;
      } else if (ended) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }

  return {
    push(part) {
      parts.push(part);
      if (!held && parts.length >= ROOM) {
        held = true;
        flow(false);
      }
      wake();
    },
    end() {
      ended = true;
      wake();
    },
    [Symbol.asyncIterator]: take,
  };
}
