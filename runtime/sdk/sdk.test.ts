import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FUNCTION, HOST, type Host, type HostFailure, REGISTRY, type Registry } from "./definition.ts";
import type * as sdk from "./index.ts";
import {
  App,
  ContainerLostError,
  FunctionTimeoutError,
  NotInContainerError,
  OptionError,
  OptionRangeError,
  RemoteError,
  UnnamedFunctionError,
} from "./index.ts";
import { exported, renamed } from "./sample.ts";

const sample = fileURLToPath(new URL("./sample.ts", import.meta.url));
const sampleLabel = "runtime/sdk/sample.ts::exported";
const here = fileURLToPath(import.meta.url);
const globals = globalThis as { [REGISTRY]?: Registry; [HOST]?: Host };
const app = new App("test", { timeout: 20 });

beforeEach(() => {
  delete globals[REGISTRY];
});
afterEach(() => {
  delete globals[HOST];
});

/** Untyped, as JavaScript would call it. */
const define = (...args: readonly unknown[]) =>
  (app.function as (...args: readonly unknown[]) => unknown)(...args);

describe("definitions", () => {
  it("carry options with defaults, the handler, the app and the file", () => {
    const handler = () => 1;
    const f = app.function({ keepWarm: 2, name: "named" }, handler);
    expect(f[FUNCTION]).toEqual({
      version: 1,
      app: "test",
      file: here,
      name: "named",
      handler,
      options: { keepWarm: 2, containerIdleTimeout: 60, timeout: 20 },
    });
    expect(f.name).toBe("named");
    const all = app.function(
      {
        maxContainers: 5,
        bufferContainers: 1,
        allowConcurrentInputs: 10,
        targetConcurrentInputs: 8,
        retries: { maxRetries: 3, initialDelay: 0.5 },
        startupTimeout: 30,
        webEndpoint: { method: "post" },
      },
      handler,
    );
    expect(all[FUNCTION].options).toMatchObject({
      maxContainers: 5,
      bufferContainers: 1,
      concurrency: { max: 10, target: 8 },
      retries: { max: 3, initialDelay: 0.5, backoff: 2, maxDelay: 60 },
      startupTimeout: 30,
      web: { method: "POST" },
    });
    expect(app.function({ retries: 2, webEndpoint: true }, handler)[FUNCTION].options).toMatchObject({
      retries: { max: 2, initialDelay: 1, backoff: 1 },
      web: { method: "GET" },
    });
    expect(app.function({ timeout: 3 }, handler)[FUNCTION].options.timeout).toBe(3);
    expect(new App("plain").function(handler)[FUNCTION].options.timeout).toBe(300);
  });

  it("are listed for the platform, entry points too", () => {
    const f = app.function(() => 1);
    const run = () => 2;
    app.localEntrypoint(run);
    expect(globals[REGISTRY]).toEqual({
      functions: [f[FUNCTION]],
      entrypoints: [{ version: 1, app: "test", file: here, run }],
    });
  });

  it("take a name from the handler where nothing else says it", () => {
    function handler() {}
    expect(app.function(handler).name).toBe("handler");
  });

  it("leave the stack settings of the process as they were", () => {
    const prepare = () => "";
    const before = { prepare: Error.prepareStackTrace, limit: Error.stackTraceLimit };
    Error.prepareStackTrace = prepare;
    Error.stackTraceLimit = 7;
    try {
      expect(app.function(() => 1)[FUNCTION].file).toBe(here);
      expect([Error.prepareStackTrace, Error.stackTraceLimit]).toEqual([prepare, 7]);
    } finally {
      Error.prepareStackTrace = before.prepare;
      Error.stackTraceLimit = before.limit;
    }
  });
});

describe("bad options", () => {
  const handler = () => 1;

  it.each([
    [{ keepwarm: 1, foo: 2 }, OptionError, "unknown option keepwarm, foo; known options are name, build,"],
    [{ keepWarm: -1 }, OptionRangeError, "keepWarm is -1; it must be a whole number from 0"],
    [{ keepWarm: 1.5 }, OptionRangeError, "keepWarm is 1.5"],
    [{ keepWarm: "1" }, OptionError, `keepWarm is "1"; it must be a number`],
    [{ containerIdleTimeout: 1.9 }, OptionRangeError, "it must be between 2 and 1200 seconds"],
    [{ containerIdleTimeout: 1201 }, OptionRangeError, "containerIdleTimeout is 1201"],
    [{ timeout: 0 }, OptionRangeError, "timeout is 0; it must be more than 0"],
    [{ timeout: Number.NaN }, OptionRangeError, "timeout is NaN"],
    [{ timeout: null }, OptionError, "timeout is null; it must be a number"],
    [{ enter: {} }, OptionError, "enter is an object; it must be a function"],
    [{ maxContainers: 0 }, OptionRangeError, "maxContainers is 0; it must be a whole number from 1"],
    [{ bufferContainers: -1 }, OptionRangeError, "bufferContainers is -1"],
    [{ keepWarm: 3, maxContainers: 2 }, OptionRangeError, "keepWarm is 3, and maxContainers only 2"],
    [{ allowConcurrentInputs: 0 }, OptionRangeError, "allowConcurrentInputs is 0"],
    [
      { targetConcurrentInputs: 2 },
      OptionRangeError,
      "targetConcurrentInputs is 2, and allowConcurrentInputs only 1",
    ],
    [{ retries: 11 }, OptionRangeError, "retries is 11; it must be a whole number from 0 to 10"],
    [
      { retries: { maxRetries: 1, maxDelay: 61 } },
      OptionRangeError,
      "retries.maxDelay is 61; it must be a number from 1",
    ],
    [{ retries: { initialDelay: 1 } }, OptionError, "retries needs maxRetries"],
    [{ retries: { maxRetries: 1, delay: 1 } }, OptionError, "retries has no option delay"],
    [{ retries: "3" }, OptionError, "retries is 3; it must be a number, or an object"],
    [{ startupTimeout: 0 }, OptionRangeError, "startupTimeout is 0"],
    [{ webEndpoint: "POST" }, OptionError, `webEndpoint takes true, or an object such as { method: "POST" }`],
    [{ webEndpoint: { method: "FETCH" } }, OptionError, "webEndpoint.method is FETCH; it is one of GET"],
    [{ name: "" }, OptionError, `name is ""`],
    [{ name: "a::b" }, OptionError, `has no "::"`],
    [{ exit: (s: unknown) => s }, OptionError, "there is no enter"],
    [5, OptionError, "the options are 5; give an object"],
  ])("%o", (options, type, message) => {
    const act = () => define(options, handler);
    expect(act).toThrow(type);
    expect(act).toThrow(message);
    expect(act).toThrow(`app.function of "test"`);
  });

  it("accepts the ends of the ranges, and undefined for not given", () => {
    define({ containerIdleTimeout: 2, timeout: 86_400, keepWarm: 0 }, handler);
    define({ containerIdleTimeout: 1200, timeout: 0.5, keepWarm: undefined }, handler);
  });

  it("names a missing handler, a missing name, a second entry point and a name given twice", () => {
    expect(() => define({})).toThrow("the handler is missing");
    expect(() => define()).toThrow("the options are undefined");
    expect(() => new App("")).toThrow("an app needs a name");
    expect(() => new (App as new (...args: unknown[]) => App)("a", { keepWarm: 1 })).toThrow(
      "unknown option keepWarm",
    );
    const mine = new App("mine");
    mine.localEntrypoint(() => {});
    expect(() => mine.localEntrypoint(() => {})).toThrow("has an entry point already");
    define({ name: "twice" }, handler);
    expect(() => define({ name: "twice" }, handler)).toThrow(`are named "twice"`);
  });
});

describe("a module that is evaluated again", () => {
  const evaluate = (name = "again") => {
    const mine = new App(name);
    mine.localEntrypoint(() => {});
    return mine.function({ name: "f" }, () => 1);
  };

  it("replaces what it defined before", () => {
    evaluate();
    const f = evaluate();
    expect(globals[REGISTRY]?.functions).toEqual([f[FUNCTION]]);
    expect(globals[REGISTRY]?.entrypoints).toHaveLength(1);
  });

  it("is told from two apps that define the same", () => {
    evaluate();
    expect(() => evaluate("other")).toThrow("has an entry point already");
    expect(() => new App("other").function({ name: "f" }, () => 1)).toThrow(`are named "f"`);
  });
});

describe("local", () => {
  it("calls the handler as it is when there is no enter", () => {
    expect(app.function((a: number, b: number) => a - b).local(5, 3)).toBe(2);
    const throws = app.function(() => {
      throw new RangeError("mine");
    });
    expect(() => throws.local()).toThrow(RangeError);
  });

  it("runs enter once per process and hands over its object first", async () => {
    const enter = vi.fn(async () => ({ base: 10 }));
    const f = app.function({ enter }, ({ base }, n: number) => base + n);
    expect(await Promise.all([f.local(1), f.local(2)])).toEqual([11, 12]);
    expect(await f.local(3)).toBe(13);
    expect(enter).toHaveBeenCalledTimes(1);
  });

  it("shares what enter returned with the platform", async () => {
    const enter = vi.fn(() => ({ a: 1 }));
    const f = app.function({ enter }, ({ a }) => a);
    await f[FUNCTION].options.enter?.();
    expect(await f.local()).toBe(1);
    expect(enter).toHaveBeenCalledTimes(1);
  });

  it.each([undefined, null, 5, "text"])(
    "leaves the parameters to the inputs when enter returns %o",
    async (value) => {
      const f = app.function({ enter: () => value }, (...inputs: number[]) => inputs);
      expect(await f.local(1, 2)).toEqual([1, 2]);
    },
  );

  it("tries enter again after it has failed", async () => {
    let attempts = 0;
    const enter = async () => {
      attempts++;
      if (attempts === 1) throw new Error("not yet");
      return { attempts };
    };
    const f = app.function({ enter }, ({ attempts }) => attempts);
    await expect(f.local()).rejects.toThrow("not yet");
    expect(await f.local()).toBe(2);
  });
});

describe("remote", () => {
  const provide = (call: Host["call"], entry = here) => {
    globals[HOST] = { entry, call } as Host;
  };
  const fail = (failure: HostFailure) => provide(() => Promise.reject(failure));

  it("says how to run the app where no platform is", async () => {
    await expect(exported.remote(1)).rejects.toThrow(NotInContainerError);
    await expect(exported.remote(1)).rejects.toThrow(`coldstart run ${sample}`);
  });

  it("asks the platform by file, name and inputs", async () => {
    const call = vi.fn(async () => 42);
    provide(call);
    expect(await exported.remote(1)).toBe(42);
    await renamed.remote();
    const given = app.function({ name: "given" }, () => 1);
    await given.remote();
    expect(call.mock.calls).toEqual([
      [{ file: sample, name: "exported", definition: exported[FUNCTION] }, [1], undefined],
      [{ file: sample, name: "renamed", definition: renamed[FUNCTION] }, [], undefined],
      [{ file: here, name: "given", definition: given[FUNCTION] }, [], undefined],
    ]);
  });

  it("names a function that nobody can name", async () => {
    provide(async () => 1);
    await expect(app.function(() => 1).remote()).rejects.toThrow(UnnamedFunctionError);
  });

  it("carries the function's own error as the cause", async () => {
    const cause = new TypeError("boom");
    fail({ kind: "error", name: "TypeError", message: "boom", cause });
    const error = await exported.remote(1).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(RemoteError);
    expect(error).toMatchObject({
      message: `${sampleLabel} failed: TypeError: boom`,
      function: sampleLabel,
      cause,
    });
  });

  it("takes the platform's stack, which leads to the user's lines", async () => {
    const cause = new TypeError("boom");
    const stack = "TypeError: boom\n    at mine.ts:3:1\nCaused by: Error: deep\n    at deep.ts:1:1";
    fail({ kind: "error", name: "TypeError", message: "boom", stack, cause });
    const error = (await exported.remote(1).catch((e: unknown) => e)) as RemoteError;
    expect(error.cause).toBe(cause);
    expect(cause.stack).toBe("TypeError: boom\n    at mine.ts:3:1");
  });

  it("makes an error of the original's name, message and stack where it could not be carried over", async () => {
    fail({ kind: "error", name: "HubError", message: "down", stack: "HubError: down\n    at there" });
    const error = (await exported.remote(1).catch((e: unknown) => e)) as RemoteError;
    expect(error.cause).toMatchObject({
      name: "HubError",
      message: "down",
      stack: "HubError: down\n    at there",
    });
  });

  it("tells timeouts and lost containers apart", async () => {
    fail({ kind: "timeout", name: "FunctionTimeoutError", message: "took longer than 1 s" });
    await expect(exported.remote(1)).rejects.toThrow(FunctionTimeoutError);
    fail({ kind: "lost", name: "ContainerLostError", message: "exited with code 3", output: "last words" });
    const lost = await exported.remote(1).catch((e: unknown) => e);
    expect(lost).toBeInstanceOf(ContainerLostError);
    expect(lost).toMatchObject({ message: "exited with code 3", output: "last words" });
  });

  it("passes on what is no answer of the platform", async () => {
    provide(() => Promise.reject(new DOMException("can't be cloned", "DataCloneError")));
    await expect(exported.remote(1)).rejects.toThrow("can't be cloned");
  });
});

describe("two copies of the SDK in one process", () => {
  it("share definitions and know each other's errors", async () => {
    vi.resetModules();
    const other: typeof sdk = await import("./index.ts");
    expect(other.App).not.toBe(App);
    new other.App("other").function({ name: "theirs" }, () => 1);
    app.function({ name: "ours" }, () => 1);
    expect(globals[REGISTRY]?.functions.map(({ name }) => name)).toEqual(["theirs", "ours"]);
    expect(new other.RemoteError("f", "m")).toBeInstanceOf(RemoteError);
    expect(new RemoteError("f", "m")).toBeInstanceOf(other.RemoteError);
    expect(new other.RemoteError("f", "m")).not.toBeInstanceOf(FunctionTimeoutError);
    expect(new Error("m")).not.toBeInstanceOf(RemoteError);
  });

  it("leave subclasses to JavaScript's own rules", () => {
    class Mine extends RemoteError {}
    expect(new Mine("f", "m")).toBeInstanceOf(Mine);
    expect(new Mine("f", "m")).toBeInstanceOf(RemoteError);
    expect(new RemoteError("f", "m")).not.toBeInstanceOf(Mine);
  });
});
