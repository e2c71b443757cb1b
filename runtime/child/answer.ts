// Answers one input after the other, or several at once: decodes what it gets, runs the handler, and sees its value out.

import { now } from "./channel.ts";
import { invoke } from "./handler.ts";
import { beginInput, type Call, endInput, within } from "./inputs.ts";
import { insideRequest, insideResponse } from "./inside.ts";
import { eventOf, respondAsLambda } from "./lambda-http.ts";
import { collectStreaming, Streaming } from "./lambda-stream.ts";
import type { Found } from "./load.ts";
import type { Plan } from "./messages.ts";
import { requestOf } from "./request.ts";
import { refuseCancelled, sayFailed, sayResult } from "./results.ts";
import { decodeArguments } from "./values.ts";
import { isResponse, respond } from "./web.ts";

/** What a plain handler believes to have, in milliseconds, when nothing else is said. */
const LAMBDA_TIMEOUT = 300_000;

export type Answer = (call: Call, payload: Buffer) => Promise<void>;

/** What was waited for already. */
export type Waited = string | undefined;

export interface Around {
  /** User code is waited for from now on. */
  begin(): Waited;
  /** No more. @param before What `begin` has returned. */
  end(before: Waited): void;
  /** Says what nobody waits for. */
  sayAside(): void;
}

/** @param leading What the handler takes before its inputs. */
export function answerer(
  found: Found,
  plan: Plan,
  leading: readonly unknown[],
  { begin, end, sayAside }: Around,
): Answer {
  const isPlain = found.kind === "plain";
  const http = isPlain ? eventOf : requestOf;
  const answerHttp = isPlain ? respondAsLambda : respond;
  const run = runnerOf(found, plan, leading);
  return async (call, payload) => {
    const input = beginInput(call);
    const before = begin();
    // One function without others inside, since every input pays for each promise on its way.
    try {
      const args =
        call.encoding === "http" ? [await http(input, payload)] : decodeArguments(call.encoding, payload);
      const started = now();
      refuseCancelled(input);
      let value: unknown;
      try {
        value = await within(input, () => run(args, call));
      } catch (error) {
        if (call.answer !== "http" || !isResponse(error)) throw error;
        value = error;
      }
      const rest =
        call.answer === "http" ? answerHttp(input, value, started) : sayResult(input, value, started);
      if (rest) await rest;
    } catch (error) {
      sayAside();
      sayFailed(input, error);
    } finally {
      end(before);
      endInput(input);
    }
    sayAside();
  };
}

/** A response that is thrown is one, too. */
async function thrownToo(work: () => unknown): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    if (isResponse(error)) return error;
    throw error;
  }
}

function runnerOf(found: Found, { file, name }: Plan, leading: readonly unknown[]) {
  if (found.kind === "plain")
    return (args: readonly unknown[], { answer, timeout = LAMBDA_TIMEOUT }: Call) => {
      const value = invoke(found.handler, args, { file, name, timeout });
      return value instanceof Streaming && answer !== "http" ? collectStreaming(value) : value;
    };
  const { handler, options } = found.definition;
  return (args: readonly unknown[], { encoding }: Call) => {
    const request = options.web && encoding === "json" ? insideRequest(args, options.web.method) : undefined;
    return request
      ? thrownToo(async () => handler(...leading, request)).then(insideResponse)
      : handler(...leading, ...args);
  };
}
