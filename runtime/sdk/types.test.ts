// What the compiler must accept and refuse; `tsc --noEmit` fails where an expected error does not come.
import { describe, expectTypeOf, it } from "vitest";
import { App, type CallError, FunctionCall, type FunctionHandle } from "./index.ts";

const app = new App("types");

/** Definitions are checked, not made: nothing here runs. */
const typesOnly = (_definitions: () => void) => {};

describe("types", () => {
  it("follow from a bare handler", () => {
    const square = app.function((n: number) => n ** 2);
    expectTypeOf(square.remote).toEqualTypeOf<(n: number) => Promise<number>>();
    expectTypeOf(square.local).toEqualTypeOf<(n: number) => number>();
    const slow = app.function(async (a: string, b?: number) => ({ a, b }));
    expectTypeOf<Parameters<typeof slow.remote>>().toEqualTypeOf<[a: string, b?: number | undefined]>();
    expectTypeOf(slow.remote).returns.resolves.toEqualTypeOf<{ a: string; b: number | undefined }>();
    expectTypeOf(slow.local).returns.resolves.toEqualTypeOf<{ a: string; b: number | undefined }>();
  });

  it("follow from a handler with options and no enter", () => {
    const options = { keepWarm: 1, containerIdleTimeout: 300, timeout: 10, name: "f", build: async () => {} };
    const f = app.function(options, (...words: string[]) => words.length);
    expectTypeOf(f.remote).toEqualTypeOf<(...words: string[]) => Promise<number>>();
    expectTypeOf(f.local).returns.toEqualTypeOf<number>();
  });

  it("give what enter returns to the handler, and to nobody else", () => {
    const f = app.function(
      { enter: async () => ({ model: (url: string) => url.length }), exit: ({ model }) => model("bye") },
      async ({ model }, url: string) => model(url),
    );
    expectTypeOf(f).toEqualTypeOf<FunctionHandle<[url: string], number>>();
    expectTypeOf(f.remote).toEqualTypeOf<(url: string) => Promise<number>>();
    expectTypeOf(f.local).toEqualTypeOf<(url: string) => Promise<number>>();
  });

  it("take an enter of any form", () => {
    typesOnly(() => {
      async function load() {
        return { rows: [1, 2] };
      }
      const named = app.function({ enter: load }, ({ rows }, i: number) => rows[i]);
      expectTypeOf(named.remote).toEqualTypeOf<(i: number) => Promise<number | undefined>>();
      const method = app.function(
        {
          exit(state) {
            expectTypeOf(state).toEqualTypeOf<Map<string, number>>();
          },
          enter() {
            return new Map([["a", 1]]);
          },
        },
        (map, key: string) => map.get(key),
      );
      expectTypeOf(method.local).toEqualTypeOf<(key: string) => Promise<number | undefined>>();
    });
  });

  it("leave all parameters to the inputs when enter returns nothing", () => {
    typesOnly(() => {
      const f = app.function({ enter: async () => {}, exit: () => {} }, (n: number) => n);
      expectTypeOf(f.remote).toEqualTypeOf<(n: number) => Promise<number>>();
      expectTypeOf(f.local).toEqualTypeOf<(n: number) => Promise<number>>();
      const g = app.function({ enter: () => 5 }, (n: number) => n);
      expectTypeOf(g.remote).toEqualTypeOf<(n: number) => Promise<number>>();
    });
  });

  it("follow from a generator", () => {
    typesOnly(() => {
      const count = app.function(function* (n: number) {
        yield n;
      });
      expectTypeOf(count.remote).toEqualTypeOf<(n: number) => Promise<number[]>>();
      expectTypeOf(count.remoteGen(1)).toEqualTypeOf<AsyncGenerator<number, void, undefined>>();
      const later = app.function({ enter: async () => ({ by: 2 }) }, async function* ({ by }, word: string) {
        yield word.repeat(by);
      });
      expectTypeOf(later.remote).toEqualTypeOf<(word: string) => Promise<string[]>>();
      expectTypeOf(later.remoteGen).parameters.toEqualTypeOf<[word: string]>();
      expectTypeOf(later.local("a")).toEqualTypeOf<AsyncGenerator<string, unknown, unknown>>();
      // @ts-expect-error this one yields nothing
      app.function((n: number) => n).remoteGen(1);
    });
  });

  it("follow through map, spawn and other ways to call", () => {
    typesOnly(async () => {
      const f = app.function((n: number, word?: string) => (word ?? "a").repeat(n));
      expectTypeOf(await f.map([1, 2])).toEqualTypeOf<string[]>();
      for await (const each of f.map(new Set([1]))) expectTypeOf(each).toEqualTypeOf<string>();
      expectTypeOf(await f.map([1], { errors: "return" })).toEqualTypeOf<(string | CallError)[]>();
      expectTypeOf(await f.starmap([[1, "b"], [2]])).toEqualTypeOf<string[]>();
      expectTypeOf(await f.spawn(1)).toEqualTypeOf<FunctionCall<string>>();
      expectTypeOf(await (await f.spawn(1, "b")).get()).toEqualTypeOf<string>();
      expectTypeOf(await FunctionCall.fromId<Date>("x").get()).toEqualTypeOf<Date>();
      expectTypeOf(f.withOptions({ signal: AbortSignal.abort() })).toEqualTypeOf<typeof f>();
      // @ts-expect-error numbers are wanted
      f.map(["1"]);
      // @ts-expect-error the second one is a string
      f.starmap([[1, 2]]);
      // @ts-expect-error an input is missing
      f.spawn();
      // @ts-expect-error there is no such setting
      f.updateAutoscaler({ min: 1 });
    });
  });

  it("refuse what is wrong", () => {
    typesOnly(() => {
      // @ts-expect-error there is no such option
      app.function({ keepwarm: 1 }, () => 1);
      // @ts-expect-error a number is wanted
      app.function({ timeout: "10" }, () => 1);
      // @ts-expect-error a function is wanted
      app.function({ build: Promise.resolve() }, () => 1);
      // @ts-expect-error the handler is missing
      app.function({ keepWarm: 1 });
      // @ts-expect-error what enter returns comes first
      app.function({ enter: () => ({ a: 1 }) }, (url: string) => url);
      // @ts-expect-error what enter returns has no such property
      app.function({ enter: async () => ({ a: 1 }) }, ({ b }, url: string) => url + b);
      // @ts-expect-error enter must always return an object, or never
      app.function({ enter: () => (Math.random() > 0.5 ? { a: 1 } : undefined) }, (s, url: string) => [
        s,
        url,
      ]);
      // @ts-expect-error exit takes what enter returns
      app.function({ enter: () => ({ a: 1 }), exit: (s: { b: number }) => s.b }, ({ a }) => a);
      // @ts-expect-error an entry point is a function
      app.localEntrypoint(Promise.resolve());
      // @ts-expect-error an app has a name
      new App();
      // @ts-expect-error there is no such option
      new App("a", { keepWarm: 1 });
    });
  });

  it("refuse calls with wrong inputs", () => {
    typesOnly(() => {
      const f = app.function({ enter: () => ({ a: 1 }) }, ({ a }, n: number) => a + n);
      // @ts-expect-error the state is no input
      f.remote({ a: 1 }, 2);
      // @ts-expect-error an input is missing
      f.local();
      // @ts-expect-error a handle is no function
      f(1);
    });
  });
});
