// The ways to call many times, to call and not wait, and to change how a function scales.
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { HOST, type Host, type Target } from "./definition.ts";
import {
  App,
  currentInput,
  FunctionCall,
  FunctionCancelledError,
  NotInContainerError,
  OptionError,
  OptionRangeError,
  RemoteError,
  ResultTimeoutError,
} from "./index.ts";

const here = fileURLToPath(import.meta.url);
const globals = globalThis as { [HOST]?: Host };
const f = new App("calls").function({ name: "f" }, (n: number, by?: number) => n * (by ?? 1));

afterEach(() => {
  delete globals[HOST];
});

/** A platform with what a test needs of it. */
const provide = (host: Partial<Host>) => {
  globals[HOST] = { input: () => undefined, ...host } as Host;
};
const failure = (name: string, message = name) => ({ kind: "error", name, message }) as const;
const tick = () => new Promise((resolve) => setImmediate(resolve));

describe("map", () => {
  const double: Host["call"] = async (_, [n]) => Number(n) * 2;

  it("is an array when it is awaited, as often as that is", async () => {
    const call = vi.fn(double);
    provide({ call });
    const results = f.map([1, 2, 3]);
    expect(call).not.toHaveBeenCalled();
    expect(await results).toEqual([2, 4, 6]);
    expect(await results).toEqual([2, 4, 6]);
    expect(call).toHaveBeenCalledTimes(3);
  });

  it("keeps the order of the inputs, or that of the results", async () => {
    const open = new Map<unknown, (value: unknown) => void>();
    provide({ call: (_, [n]) => new Promise((resolve) => open.set(n, resolve)) });
    const take = async (ordered: boolean) => {
      const taken: unknown[] = [];
      const done = (async () => {
        for await (const value of f.map([1, 2, 3], { ordered })) taken.push(value);
      })();
      await tick();
      for (const n of [3, 1, 2]) {
        open.get(n)?.(n);
        await tick();
      }
      await done;
      return taken;
    };
    expect(await take(true)).toEqual([1, 2, 3]);
    expect(await take(false)).toEqual([3, 1, 2]);
  });

  it("pulls inputs as there is room for them, and leaves the rest alone", async () => {
    let pulled = 0;
    let closed = false;
    const endless = async function* () {
      try {
        for (;;) yield pulled++;
      } finally {
        closed = true;
      }
    };
    provide({ call: double });
    const taken: number[] = [];
    for await (const value of f.map(endless(), { limit: 4 })) {
      taken.push(value);
      if (taken.length === 3) break;
    }
    await tick();
    expect(taken).toEqual([0, 2, 4]);
    expect(pulled).toBeLessThanOrEqual(3 + 4);
    expect(closed).toBe(true);
  });

  it("cancels what is under way when its loop is left, or one fails", async () => {
    const signals: AbortSignal[] = [];
    provide({
      call: (_, [n], signal) => {
        if (signal) signals.push(signal);
        return n === 0 ? Promise.reject(failure("RangeError", "no")) : new Promise(() => {});
      },
    });
    await expect(f.map([1, 0, 2], { ordered: false })).rejects.toThrow(RemoteError);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
  });

  it("begins nothing more once nobody waits for the input that calls it", async () => {
    const input = {
      id: "in-1",
      signal: new AbortController().signal,
      ending: undefined as string | undefined,
    };
    let begun = 0;
    provide({
      input: () => input,
      async call() {
        if (++begun === 3) input.ending = "cancelled";
        throw failure("Stopped");
      },
    });
    const results = f.map(Array(100).fill(1), { errors: "return", limit: 2 });
    await expect(results).rejects.toThrow("nobody waits for the input");
    expect(begun).toBeLessThanOrEqual(4);
  });

  it("gives errors as values where that is asked for", async () => {
    provide({ call: async (_, [n]) => (n === 2 ? Promise.reject(failure("RangeError")) : n) });
    const results = await f.map([1, 2, 3], { errors: "return" });
    expect(results).toEqual([1, expect.any(RemoteError), 3]);
  });

  it("passes on what its source throws, after the results before", async () => {
    provide({ call: double });
    const broken = function* () {
      yield 1;
      throw new Error("no more");
    };
    const taken: unknown[] = [];
    const loop = async () => {
      for await (const value of f.map(broken())) taken.push(value);
    };
    await expect(loop()).rejects.toThrow("no more");
    expect(taken).toEqual([2]);
  });

  it("loses no input and repeats none, whatever the order in which they end", async () => {
    const inputs = fc.array(fc.record({ n: fc.integer(), turns: fc.nat(4), fails: fc.boolean() }), {
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(inputs, fc.integer({ min: 1, max: 5 }), fc.boolean(), async (all, limit, ordered) => {
        let most = 0;
        let open = 0;
        provide({
          call: async (_, [at]) => {
            most = Math.max(most, ++open);
            const { turns, fails, n } = all[at as number] ?? { turns: 0, fails: true, n: 0 };
            for (let i = 0; i < turns; i++) await Promise.resolve();
            open--;
            if (fails) throw failure("E", String(n));
            return n;
          },
        });
        const results = await f.map(all.keys(), { limit, ordered, errors: "return" });
        const seen = results.map((each) =>
          each instanceof RemoteError ? `E ${(each.cause as Error).message}` : String(each),
        );
        const wanted = all.map(({ n, fails }) => (fails ? `E ${n}` : String(n)));
        expect(ordered ? seen : seen.toSorted()).toEqual(ordered ? wanted : wanted.toSorted());
        expect(most).toBeLessThanOrEqual(limit);
      }),
    );
  });

  it("of several arguments, or for what it does alone", async () => {
    const call = vi.fn<Host["call"]>(async (_, args) => args);
    provide({ call });
    expect(await f.starmap([[1, 2], [3]])).toEqual([[1, 2], [3]]);
    expect(await f.forEach([5])).toBeUndefined();
    expect(call.mock.calls.at(-1)?.[1]).toEqual([5]);
  });

  it("names bad options", () => {
    expect(() => f.map([], { limit: 0 })).toThrow(OptionRangeError);
    // @ts-expect-error no such way
    expect(() => f.map([], { errors: "ignore" })).toThrow(OptionError);
  });
});

describe("spawn", () => {
  it("is a call with an id, whose result may be asked for later", async () => {
    const spawn = vi.fn<Host["spawn"]>(async () => "in-7");
    const result = vi.fn<Host["result"]>(async () => 42);
    const cancel = vi.fn<Host["cancel"]>(async () => {});
    provide({ spawn, result, cancel });
    const call = await f.spawn(4);
    expect(call.id).toBe("in-7");
    expect(await call.get({ timeout: 1.5 })).toBe(42);
    expect(await FunctionCall.fromId("in-7").get()).toBe(42);
    await call.cancel();
    expect(spawn.mock.calls[0]?.[1]).toEqual([4]);
    expect(result.mock.calls).toEqual([
      ["in-7", 1500, undefined],
      ["in-7", undefined, undefined],
    ]);
    expect(cancel).toHaveBeenCalledWith("in-7");
  });

  it("tells results that are late from calls that were cancelled", async () => {
    provide({
      result: async (id) => {
        throw id === "late"
          ? { kind: "timeout", name: "ResultTimeoutError", message: "no result yet" }
          : { kind: "cancelled", name: "CancelledError", message: "by its handle" };
      },
    });
    await expect(FunctionCall.fromId("late").get()).rejects.toThrow(ResultTimeoutError);
    await expect(FunctionCall.fromId("other").get()).rejects.toThrow(FunctionCancelledError);
    await expect(FunctionCall.fromId("late").get({ timeout: -1 })).rejects.toThrow(OptionRangeError);
    expect(() => FunctionCall.fromId("")).toThrow(TypeError);
  });
});

describe("generators", () => {
  const values = new App("calls").function({ name: "values" }, function* (n: number) {
    for (let i = 0; i < n; i++) yield i;
  });

  it("give their values one by one, and hear of a loop that is left", async () => {
    let left = false;
    provide({
      async *stream() {
        try {
          yield* [1, 2, 3];
        } finally {
          left = true;
        }
      },
    });
    for await (const value of values.remoteGen(3)) if (value === 2) break;
    expect(left).toBe(true);
  });

  it("fail with the same errors", async () => {
    provide({
      // biome-ignore lint/correctness/useYield: it fails before its first value.
      async *stream() {
        throw failure("RangeError", "no");
      },
    });
    await expect(values.remoteGen(1).next()).rejects.toThrow(RemoteError);
  });

  it("stay what they are, here", async () => {
    expect([...values.local(3)]).toEqual([0, 1, 2]);
    const entered = new App("calls").function(
      { enter: async () => ({ by: 10 }) },
      async function* ({ by }, n: number) {
        yield n * by;
      },
    );
    const all: number[] = [];
    for await (const value of entered.local(2)) all.push(value);
    expect(all).toEqual([20]);
  });
});

describe("a pool", () => {
  it("is changed and looked at while the app runs", async () => {
    const configure = vi.fn<Host["configure"]>(async () => {});
    provide({ configure, figures: async () => ({ backlog: 3, containers: 2 }) });
    await f.keepWarm(3);
    await f.updateAutoscaler({ maxContainers: 5, containerIdleTimeout: 30 });
    expect(configure.mock.calls.map(([target, settings]) => [target.name, settings])).toEqual([
      ["f", { keepWarm: 3 }],
      ["f", { maxContainers: 5, containerIdleTimeout: 30 }],
    ]);
    expect(await f.figures()).toEqual({ backlog: 3, containers: 2 });
  });

  it("refuses what is out of range before anybody is asked", async () => {
    provide({});
    await expect(f.keepWarm(-1)).rejects.toThrow("keepWarm(): keepWarm is -1");
    await expect(f.updateAutoscaler({ containerIdleTimeout: 1 })).rejects.toThrow(
      "between 2 and 1200 seconds",
    );
    // @ts-expect-error no such setting
    await expect(f.updateAutoscaler({ min: 1 })).rejects.toThrow("unknown option min");
  });
});

describe("cancelling", () => {
  it("goes by the signal of a handle", async () => {
    const call = vi.fn<Host["call"]>((_target: Target, _args, signal) => {
      signal?.throwIfAborted();
      return Promise.resolve(1);
    });
    provide({ call });
    const controller = new AbortController();
    const mine = f.withOptions({ signal: controller.signal });
    expect(await mine.remote(1)).toBe(1);
    controller.abort(new Error("enough"));
    await expect(mine.remote(1)).rejects.toThrow("enough");
    await expect(mine.map([1, 2])).rejects.toThrow("enough");
    expect(await f.remote(1)).toBe(1);
  });
});

describe("the current input", () => {
  it("is the platform's; elsewhere one that nobody cancels", () => {
    expect(currentInput()).toMatchObject({ id: "", signal: { aborted: false } });
    const input = { id: "in-1", signal: AbortSignal.abort() };
    provide({ input: () => input });
    expect(currentInput()).toBe(input);
  });
});

it("says how to run the app where no platform is", async () => {
  await expect(f.map([1])).rejects.toThrow(
    `map() needs containers, and this process has no platform around it; run \`coldstart run ${here}\``,
  );
  await expect(f.spawn(1)).rejects.toThrow(NotInContainerError);
  await expect(FunctionCall.fromId("x").get()).rejects.toThrow("run `coldstart run FILE`");
});
