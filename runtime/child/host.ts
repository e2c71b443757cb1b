// Lets code in the container call functions that run in other containers: `remote()` of the SDK ends here.
import { hold, listen, send } from "./channel.ts";
import { type Definition, settingsOf } from "./load.ts";
import type { ParentMessage, WireFailure } from "./messages.ts";
import { deserialize, encodeArguments } from "./values.ts";

type AnswerMessage = Extract<ParentMessage, { type: "answer" }>;

interface Waiting {
  resolve(value: unknown): void;
  reject(failure: WireFailure & { readonly cause?: unknown }): void;
}

const HOST = Symbol.for("coldstart.host");
const waiting = new Map<number, Waiting>();
let calls = 0;

export function provideHost(entry: string): void {
  const call = (
    file: string,
    name: string,
    args: readonly unknown[],
    definition: Definition,
  ): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const payload = encodeArguments(args);
      const settings = settingsOf({ kind: "sdk", definition });
      calls++;
      waiting.set(calls, { resolve, reject });
      hold(1);
      listen();
      send(
        {
          type: "request",
          call: calls,
          ask: "call",
          file,
          name,
          ...(settings ? { function: settings } : {}),
        },
        payload,
      );
    });
  Object.defineProperty(globalThis, HOST, { value: { entry, call }, enumerable: false });
}

export function answerRemote(message: AnswerMessage, payload: Buffer): void {
  const call = waiting.get(message.call);
  if (waiting.delete(message.call)) hold(-1);
  const value = payload.length > 0 ? deserialize(payload) : undefined;
  if (message.failure === undefined) call?.resolve(value);
  else call?.reject(payload.length > 0 ? { ...message.failure, cause: value } : message.failure);
}
