// What code in a container asks of the platform, and how the answers get back to it.
import { type ChildMessage, type ParentMessage, WINDOW } from "../child/messages.ts";
import { RuntimeError, toRunError } from "../errors.ts";
import type { RequestHandler } from "./container.ts";

type Request = Extract<ChildMessage, { type: "request" }>;

export interface Asks {
  hear(message: Request, args: Buffer): void;
  /** The answer is not wanted any more. */
  abort(call: number): void;
  /** The input is given up: what its code waits for is not wanted any more either. */
  giveUp(input: string): void;
  /** One more of several answers may come. */
  more(call: number): void;
  /** The container is gone, and with it whoever waited for an answer. */
  end(): void;
}

interface Ask {
  /** Whose code asks. */
  readonly input: string | undefined;
  readonly controller: AbortController;
  /** Values that may be sent. */
  credit: number;
  wake: () => void;
}

export function createAsks(
  container: string,
  handle: RequestHandler,
  send: (message: ParentMessage, payload?: Uint8Array) => void,
): Asks {
  const asks = new Map<number, Ask>();

  async function answer({ call, input, type: _, ...request }: Request, args: Buffer): Promise<void> {
    const controller = new AbortController();
    const ask: Ask = { input, controller, credit: WINDOW, wake: () => {} };
    asks.set(call, ask);
    const more = (payload: Uint8Array): Promise<void> | undefined => {
      send({ type: "answer", call, more: true }, payload);
      ask.credit--;
      if (ask.credit > 0 || controller.signal.aborted) return undefined;
      return new Promise((resolve) => {
        ask.wake = resolve;
      });
    };
    try {
      const { value, payload } = await handle(request, args, { container, signal: controller.signal, more });
      send({ type: "answer", call, ...(value === undefined ? undefined : { value }) }, payload);
    } catch (error) {
      const clone = error instanceof RuntimeError ? error.clone : undefined;
      send({ type: "answer", call, failure: toRunError(error) }, clone);
    }
    asks.delete(call);
  }

  function abort(call: number): void {
    const ask = asks.get(call);
    ask?.controller.abort();
    ask?.wake();
  }

  return {
    hear: (message, args) => void answer(message, args),
    abort,
    giveUp(input) {
      for (const [call, ask] of asks) if (ask.input === input) abort(call);
    },
    more(call) {
      const ask = asks.get(call);
      if (!ask) return;
      ask.credit++;
      ask.wake();
    },
    end() {
      for (const call of asks.keys()) abort(call);
    },
  };
}
