// What becomes of the inputs of a container, without a container: what is said to it, and what their callers are told.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ParentMessage, WINDOW } from "../child/messages.ts";
import { abandonedError } from "../errors.ts";
import { settled } from "../pool/fakes.ts";
import { type Answer, type Call, json } from "./container.ts";
import { createInputs, type Inputs } from "./inputs.ts";

let sent: ParentMessage[];
let told: string[];
let overdue: string[];
let inputs: Inputs;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  sent = [];
  told = [];
  overdue = [];
  inputs = createInputs({
    send: (message) => sent.push(message),
    cancel: (input, reason) => sent.push({ type: "cancel", input, reason }),
    timeout: () => 1000,
    timedOut: (ms) => ({ kind: "timeout", name: "FunctionTimeoutError", message: `after ${ms}` }),
    explain: async ({ kind, name, message }) => ({ kind, name, message }),
    overdue: ({ kind }) => overdue.push(kind),
  });
});
afterEach(() => {
  vi.useRealTimers();
});

function give(input: string, more: Partial<Call> = {}): Call {
  const how = (outcome: Answer | Error) =>
    outcome instanceof Error ? outcome.message : Buffer.from(outcome.bytes).toString();
  const call: Call = {
    input,
    args: json([]),
    answer: "json",
    done: (outcome) => told.push(`${input}: ${how(outcome)}`),
    free: () => told.push(`${input} free`),
    ...more,
  };
  inputs.give(call);
  return call;
}

const result = (input: string) => inputs.hear({ type: "result", input, started: 0 }, Buffer.from("1"));
const said = (type: ParentMessage["type"]) => sent.filter((message) => message.type === type);

describe("an input", () => {
  it("ends with its result, and its place is free then", () => {
    inputs.begin();
    give("a");
    result("a");
    expect(told).toEqual(["a: 1", "a free"]);
    expect(inputs.size).toBe(0);
  });

  it("ends with what its function threw", async () => {
    inputs.begin();
    give("a");
    const failure = { kind: "error", name: "E", message: "no" } as const;
    inputs.hear({ type: "failed", input: "a", failure }, Buffer.alloc(0));
    await settled();
    expect(told).toEqual(["a: no", "a free"]);
  });

  it("has its time from when the container is ready", () => {
    give("a");
    vi.advanceTimersByTime(5000);
    inputs.begin();
    vi.advanceTimersByTime(999);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(2);
    expect(told).toEqual(["a: after 1000"]);
    expect(said("cancel")).toEqual([{ type: "cancel", input: "a", reason: "timeout" }]);
  });

  it("has the time that it says, whatever others have", () => {
    inputs.begin();
    give("a");
    give("b", { timeout: 100 });
    vi.advanceTimersByTime(101);
    expect(told).toEqual(["b: after 100"]);
    vi.advanceTimersByTime(900);
    expect(told).toEqual(["b: after 100", "a: after 1000"]);
  });

  it("fails at once when it is given up; what its code says later only frees its place", () => {
    inputs.begin();
    const call = give("a");
    inputs.giveUp(call);
    inputs.giveUp(call);
    expect(told).toEqual([`a: ${abandonedError().message}`]);
    expect(said("cancel")).toHaveLength(1);
    result("a");
    expect(told).toEqual([`a: ${abandonedError().message}`, "a free"]);
    vi.advanceTimersByTime(60_000);
    expect(overdue).toEqual([]);
  });

  it("that was given up and does not end ends the container, after a grace", () => {
    inputs.begin();
    inputs.giveUp(give("a"));
    vi.advanceTimersByTime(1999);
    expect(overdue).toEqual([]);
    vi.advanceTimersByTime(2);
    expect(overdue).toEqual(["cancelled"]);
  });

  it("spares the container as long as others are in it", () => {
    inputs.begin();
    inputs.giveUp(give("a"));
    vi.advanceTimersByTime(1500);
    give("b");
    vi.advanceTimersByTime(900);
    expect(overdue).toEqual([]);
    result("b");
    expect(overdue).toEqual(["cancelled"]);
  });

  it("is told of when the container is gone, unless it was given up before", () => {
    inputs.begin();
    give("a");
    inputs.giveUp(give("b"));
    expect(inputs.takeAll().map(({ input }) => input)).toEqual(["a"]);
    expect(inputs.size).toBe(0);
  });
});

describe("an answer in parts", () => {
  it("comes as fast as it is taken", async () => {
    inputs.begin();
    const taken: (() => void)[] = [];
    const part = () => new Promise<void>((resolve) => taken.push(resolve));
    give("a", { parts: { part } });
    for (let i = 0; i < 2; i++) inputs.hear({ type: "yield", input: "a" }, Buffer.from("1"));
    await settled();
    expect(said("pull")).toHaveLength(0);
    taken[0]?.();
    await settled();
    expect(said("pull")).toHaveLength(1);
  });
});

describe("the body of a request", () => {
  const request = { method: "POST", url: "/", headers: [], base: "", client: ["", 0] } as const;
  const http = (body?: AsyncIterable<Uint8Array>) =>
    give("a", { args: { encoding: "http", request, body }, answer: "http" });

  it("is read as fast as the container takes it, to its end", async () => {
    async function* body() {
      for (let i = 0; i < WINDOW + 1; i++) yield Buffer.from([i]);
    }
    http(body());
    await settled();
    expect(said("body")).toHaveLength(WINDOW);
    inputs.hear({ type: "pull", input: "a" }, Buffer.alloc(0));
    await settled();
    expect(said("body")).toHaveLength(WINDOW + 1);
    inputs.hear({ type: "pull", input: "a" }, Buffer.alloc(0));
    await settled();
    expect(said("body").at(-1)).toEqual({ type: "body", input: "a", end: true });
  });

  it("needs no message of its own where there is none", () => {
    http();
    expect(said("call")).toMatchObject([{ input: "a", whole: true }]);
    expect(said("body")).toEqual([]);
  });

  it("is let go when the input ends before, also by a client that says nothing", async () => {
    let letGo = false;
    const body: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        async return() {
          letGo = true;
          return { done: true, value: undefined };
        },
      }),
    };
    http(body);
    await settled();
    result("a");
    await settled();
    expect(letGo).toBe(true);
    expect(said("body")).toEqual([]);
  });

  it("that breaks off cancels the input", async () => {
    async function* body() {
      yield Buffer.from("1");
      throw new Error("gone");
    }
    http(body());
    await settled();
    expect(told).toEqual(["a: the request broke off before its body had ended"]);
    expect(said("cancel")).toHaveLength(1);
  });
});
