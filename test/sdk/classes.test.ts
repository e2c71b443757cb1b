import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  CLASS,
  type ClassDefinition,
  FUNCTION,
  type FunctionDefinition,
  HOST,
  REGISTRY,
  type Registry,
} from "../../runtime/sdk/definition.ts";
import { DecoratorError, OptionError, ParameterError } from "../../runtime/sdk/index.ts";
import { type Compiler, compilers, run } from "./compiled.ts";

// biome-ignore lint/suspicious/noExplicitAny: classes come from texts
type Any = any;

const globals = globalThis as { [REGISTRY]?: Registry; [HOST]?: unknown };
beforeEach(() => {
  delete globals[REGISTRY];
});
afterEach(() => {
  delete globals[HOST];
});

const one = (text: string, name: string, compiler?: Compiler): Any => run(text, [name], compiler)[0];
const definitionOf = (target: Any): ClassDefinition => target[CLASS];

const captioner = `
  class Base {
    log = [];
    @enter() first() { this.log.push("first"); }
    @enter() second() { this.log.push("base second"); }
    @method() shared() { return "base"; }
    @exit() leave() { this.log.push("leave"); }
  }
  @app.cls({ keepWarm: 2, name: "Captioner" })
  class Captioner extends Base {
    #prefix = "<";
    static made = 0;
    constructor(readonly options: { size?: string } = {}) { super(); Captioner.made++; this.log.push("made"); }
    @build() async fetch() { this.log.push("fetch"); }
    @enter() override async second() { this.log.push("second"); }
    @enter() third() { this.#prefix += "<"; this.log.push("third"); }
    @method() caption(url: string) { return this.#prefix + this.helper(url) + (this.options.size ?? ""); }
    @method() helper(text: string) { return text + this.log.length; }
    @method() *each(n: number) { for (let i = 0; i < n; i++) yield i; }
    @webEndpoint({ method: "post" }) async hook(request: Request) { return request.url; }
  }`;

describe.each(compilers)("a class compiled by %s", (compiler) => {
  it("lists its methods, and gives each as a function", () => {
    const definition = definitionOf(one(captioner, "Captioner", compiler));
    expect(definition).toMatchObject({ app: "tests", ownName: "Captioner", wantsValues: false });
    expect(definition.methods).toEqual(["shared", "caption", "helper", "each", "hook"]);
    const { options, member, handler } = definition.method("hook", "");
    expect(options).toMatchObject({ keepWarm: 2, timeout: 300, web: { method: "POST" } });
    expect(member).toMatchObject({ method: "hook", values: "" });
    expect(handler.name).toBe("hook");
    expect(definition.method("each", "").handler.constructor.name).toBe("GeneratorFunction");
    expect(globals[REGISTRY]?.classes).toEqual([definition]);
  });

  it("runs hooks of bases first, in order of definition, each once and on one object", async () => {
    const definition = definitionOf(one(captioner, "Captioner", compiler));
    const caption = definition.method("caption", 'size="L"');
    const { enter = [] } = caption.member?.hooks ?? {};
    expect(enter.map(({ name }) => name)).toEqual(["first", "second", "third"]);
    for (const { run } of enter) await run();
    await caption.options.enter?.();
    expect(caption.handler("u")).toBe("<<u4L");
  });

  it("builds on an object that was made without values", async () => {
    const [target] = run(captioner, ["Captioner"], compiler) as [Any];
    const { options, handler } = definitionOf(target).method("helper", 'size="L"');
    await options.build?.();
    expect(target.made).toBe(1);
    await options.enter?.();
    expect([handler("x"), target.made]).toEqual(["x4", 2]);
  });

  it("has plain methods inside, and handles outside", async () => {
    const Captioner = one(captioner, "Captioner", compiler);
    const made = new Captioner({ size: "L" });
    expect(made.helper("x")).toBe("x1");
    expect(await made.caption.local("u")).toBe("<<u4L");
    expect(await made.shared.local()).toBe("base");
    expect(made.log).toEqual(["made", "first", "second", "third"]);
    expect(made.caption.name).toBe("caption");
    expect(Object.keys(made)).not.toContain("caption");
    expect(made).toBeInstanceOf(Captioner);
  });

  it("asks the platform by class, values and method", async () => {
    const seen: string[] = [];
    globals[HOST] = {
      call: async (...args: readonly Any[]) => {
        seen.push(typeof args[0] === "string" ? args[1] : args[0].name);
        return 1;
      },
    };
    const Captioner = one(captioner, "Captioner", compiler);
    await new Captioner().caption.remote("u");
    await new Captioner({ size: 'a "b"', other: undefined, deep: { z: [1, null], a: true } }).caption.remote(
      "u",
    );
    expect(seen).toEqual([
      "Captioner.caption",
      'Captioner(deep={"a":true,"z":[1,null]}, size="a \\"b\\"").caption',
    ]);
  });

  it("may be derived from, overridden and called upwards", async () => {
    const Loud = one(
      `${captioner}
      @app.cls() class Loud extends Captioner {
        constructor() { super({ size: "S" }); }
        caption(url: string) { return super.caption(url).toUpperCase(); }
        @enter() fourth() { this.log.push("fourth"); }
      }`,
      "Loud",
      compiler,
    );
    expect(await new Loud().caption.local("u")).toBe("<<U5S");
    const { handler, options } = definitionOf(Loud).method("caption", "");
    await options.enter?.();
    expect(handler("v")).toBe("<<V5S");
  });

  it("keeps static private parts", () => {
    const text = `@app.cls() class Counter {
      static #count = 0;
      @method() next() { return ++Counter.#count; }
    }`;
    const Counter = one(text, "Counter", compiler);
    expect(new Counter().next()).toBe(1);
  });

  it("works with other decorators around ours, and with bare ones", async () => {
    const text = `
      const twice = (value, context) => function (...args) { return value.apply(this, args) + value.apply(this, args); };
      @app.cls class Wrapped {
        ready = "no";
        @twice @enter load() { this.ready = "yes"; return 1; }
        @twice @method get() { return this.ready; }
      }`;
    const Wrapped = one(text, "Wrapped", compiler);
    expect(definitionOf(Wrapped).methods).toEqual(["get"]);
    expect(await new Wrapped().get.local()).toBe("yesyes");
  });
});

describe("objects", () => {
  it("enter once, whoever asks, and again after a failure", async () => {
    const text = `@app.cls() class Flaky {
      tries = 0;
      @enter() load() { this.tries += 1; if (this.tries === 1) throw new Error("down"); }
      @method() get() { return this.tries; }
      @method() also() { return this.tries; }
    }`;
    const made = new (one(text, "Flaky"))();
    await expect(made.get.local()).rejects.toThrow("down");
    expect(await Promise.all([made.get.local(), made.also.local()])).toEqual([2, 2]);
  });

  it("let tests replace a method of the class", () => {
    const Captioner = one(captioner, "Captioner");
    const spy = vi.spyOn(Captioner.prototype, "helper").mockReturnValue("spied");
    expect(new Captioner().caption("u")).toBe("<spied");
    spy.mockRestore();
  });

  it("are replaced when their module is evaluated again", () => {
    one(captioner, "Captioner");
    const again = definitionOf(one(captioner, "Captioner"));
    expect(again.methods).toHaveLength(5);
  });

  it("carry their definition for the platform", () => {
    const made = new (one(captioner, "Captioner"))({ size: "L" });
    const definition: FunctionDefinition = made.caption[FUNCTION];
    expect(definition.member).toMatchObject({ method: "caption", values: '(size="L")' });
  });
});

describe("an object that the platform has made", () => {
  it("calls its other methods with the values that it was made with", async () => {
    const text = `@app.cls({ name: "Sized" }) class Sized {
      constructor(options: { size: string }) {}
      @method() ask() { return this.other.remote(); }
      @method() other() {}
    }`;
    const seen: string[] = [];
    globals[HOST] = { call: async (target: { name: string }) => void seen.push(target.name) };
    await definitionOf(one(text, "Sized")).method("ask", 'size="L"').handler();
    expect(seen).toEqual(['Sized(size="L").other']);
  });
});

describe("values", () => {
  const text = `@app.cls() class Sized {
    constructor(readonly options: { size: string }) {}
    @build() prepare() {}
    @method() get() { return this.options.size; }
  }`;
  const eager = text.replace("readonly options: { size: string }", "{ size }: { size: string }");

  it("are wanted where the constructor has no default", () => {
    const definition = definitionOf(one(text, "Sized"));
    expect(definition.wantsValues).toBe(true);
    expect(() => definition.method("get", "")).toThrow(ParameterError);
    expect(() => definition.method("get", "")).toThrow('as Sized(name="value").get');
    expect(definition.method("get").options.keepWarm).toBe(0);
  });

  it("are no part of a build", async () => {
    await definitionOf(one(text, "Sized")).method("get", 'size="L"').options.build?.();
    const build = definitionOf(one(eager, "Sized")).method("get", 'size="L"').options.build;
    await expect(async () => build?.()).rejects.toThrow(
      "Sized: the constructor reads size while the image is built",
    );
  });

  it.each(["size", "size=large", "size=1,size=2", "=1", 'size="a', "1"])("refuses %o", (given) => {
    const define = () => definitionOf(one(text, "Sized")).method("get", given);
    expect(define).toThrow(ParameterError);
    expect(define).toThrow(`Sized(${given}): write names with JSON values`);
  });

  it("are refused by a class that takes none", () => {
    const plain = "@app.cls() class Plain { @method() get() {} }";
    expect(() => definitionOf(one(plain, "Plain")).method("get", "a=1")).toThrow(
      "Plain is made without values; name it as Plain.get",
    );
  });

  it.each([
    ["new Date()", "an instance of Date"],
    ['"large"', '"large"'],
    ["{ on: () => 1 }", "a function as on"],
    ["{ n: [NaN] }", "NaN as n[0]"],
    ["{ m: new Map() }", "an instance of Map as m"],
  ])("made with %s can't be carried", async (given, said) => {
    globals[HOST] = { call: async () => 1 };
    const made = one(`${text}; const made = new Sized(${given});`, "made");
    const calling = async () => made.get.remote();
    await expect(calling).rejects.toThrow(ParameterError);
    await expect(calling).rejects.toThrow(`Sized was made with ${said}`);
  });
});

describe("bad input", () => {
  const inside = (members: string) => `@app.cls() class Bad { @method() ok() {} ${members} }`;

  it.each([
    [inside("@enter() static load() {}"), "@enter() of load: it stands on a static method"],
    [inside("@method() #hidden() {}"), "@method() of #hidden: it stands on a method with #"],
    [
      inside("@method() get value() { return 1; }"),
      "@method() of value: it stands on a getter; make it a method",
    ],
    [inside("@method() field = () => 1;"), "@method() of field: it stands on a field; write it as a method"],
    [inside("@enter() @method() both() {}"), "the method has another decorator, for method"],
    [
      `${inside("@enter() load() {} @enter() load() {}")} new Bad();`,
      "@enter() of load: the class has two methods of that name",
    ],
    [inside("@enter() accessor x = 1;"), "it stands on a field"],
    ["@method() class Bad {}", "it stands on a class; it belongs on a method"],
    ["class Bad { @app.cls() run() {} }", "@app.cls() of run: it stands on a method; it belongs on a class"],
    ["@app.cls() class Bad { run() {} }", "it has no method under @method()"],
    [
      "class Base { @enter() load() {} } @app.cls() class Bad extends Base { @method() load() {} }",
      "load is for method here and for enter in a class that this one is derived from",
    ],
    [
      "class Bad { @enter() load() {} @method() get() {} } new Bad().get.remote()",
      "Bad is no class of an app",
    ],
  ])("%s", (text, message) => {
    const act = () => run(text, []);
    expect(act).toThrow(DecoratorError);
    expect(act).toThrow(message);
  });

  it.each([
    ["@app.cls({ enter() {} }) class Bad {}", "enter is a method under @enter() in a class"],
    ["@app.cls({ warm: 1 }) class Bad {}", "unknown option warm; known options are name, keepWarm"],
    [inside("@webEndpoint({ path: 1 }) web() {}"), "unknown option path; the one known option is method"],
    [inside("@webEndpoint({ method: 5 }) web() {}"), "method is 5; give one of HTTP"],
    [inside("@method({ schedule: 60 }) tick() {}"), "schedule is no schedule"],
    [inside('@method({ schedule: Cron("0 * * * *") }) tick(n: number) {}'), "this one takes 1"],
    [
      "@app.cls() class Bad { constructor(v: object) {} @method({ schedule: Period({ hours: 1 }) }) tick() {} }",
      "tick has a schedule, and no object can be made without values",
    ],
  ])("%s", (text, message) => {
    const act = () => run(text, []);
    expect(act).toThrow(OptionError);
    expect(act).toThrow(message);
  });

  it("names what hides a hook, once an object is made", () => {
    const text = `
      const hide = (value) => () => 1;
      class Base { @hide @enter() load() {} }
      @app.cls() class Bad extends Base { @method() ok() {} }`;
    expect(() => new (one(text, "Bad"))()).toThrow("@enter() of load: something else has taken its place");
  });

  it("names the older decorators, and what to change", () => {
    const act = () => run(captioner, [], "older decorators");
    expect(act).toThrow(DecoratorError);
    expect(act).toThrow('take "experimentalDecorators" out of tsconfig.json');
  });

  it("names a constructor that gives a promise", async () => {
    const text = inside("constructor() { return Promise.resolve(this) as never; }");
    const { enter } = definitionOf(one(text, "Bad")).method("ok", "").member?.hooks ?? {};
    expect(enter).toEqual([]);
    expect(() => definitionOf(one(text, "Bad")).method("ok", "").handler()).toThrow(
      "its constructor gives a promise, and nobody waits for a constructor",
    );
  });
});
