// Classes of the SDK in real containers: hooks in order, one object a container, values, inheritance, private fields.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundle, createProject, errorOf, type Project, resultOf } from "./harness.ts";

let dist: string;
let project: Project;
beforeAll(async () => {
  dist = await bundle();
  project = createProject(dist, {
    "captions.ts": `
      import { App, build, enter, exit, method } from "coldstart";
      import { existsSync, readFileSync, writeFileSync } from "node:fs";

      const app = new App("captions");
      const log: string[] = [];

      class Base {
        protected seen: string[] = ["field"];
        @enter() first() { this.seen.push("first"); }
        @enter() second(): void { this.seen.push("base second"); }
        @method() name() { return "base"; }
      }

      @app.cls({ timeout: 20 })
      export class Captioner extends Base {
        #secret = 40;
        private weights = "";
        constructor(private readonly options: { size?: string; factor?: number } = {}) {
          super();
          this.seen.push("constructor");
        }
        @build() fetch() { writeFileSync("/tmp/weights.txt", "w8"); }
        @build() check() { if (!existsSync("/tmp/weights.txt")) throw new Error("no weights"); }
        @enter() override async second() { await null; this.seen.push("second"); }
        @enter() third() { this.weights = readFileSync("/tmp/weights.txt", "utf8"); this.seen.push("third"); }
        @method() async caption(url: string) {
          this.#secret += 1;
          return [url, this.options.size ?? "small", this.weights, this.#secret, this.helper("x")];
        }
        @method() helper(text: string) { return text + "!"; }
        @method() order() { return this.seen; }
        @method() *count(n: number) { for (let i = 0; i < n; i++) yield i; }
        @exit() async bye() { console.log("bye " + this.#secret); }
      }
    `,
  });
});
afterAll(() => project.remove());

describe("a class", () => {
  it("builds, enters in order of definition with the hooks of bases first, and is called", async () => {
    const run = await project.cold("captions.ts::Captioner.caption", { input: ["u"], warm: 1 });
    expect(resultOf(run)).toEqual(["u", "small", "w8", 41, "x!"]);
    const hooks = run.events
      .filter(({ type }) => type === "container.entered")
      .map((event) => (event as { hook: string }).hook);
    expect(hooks).toEqual(["first", "second", "third"]);
    expect(run.output).toContain("bye 42");
  });

  it("makes its object once, before the hooks", async () => {
    const run = await project.cold("captions.ts::Captioner.order");
    expect(resultOf(run)).toEqual(["field", "constructor", "first", "second", "third"]);
  });

  it("takes values from the function's name", async () => {
    const run = await project.cold('captions.ts::Captioner(size="large, \\"x\\"", factor=2).caption', {
      input: ["u"],
    });
    expect(resultOf(run)).toEqual(["u", 'large, "x"', "w8", 41, "x!"]);
  });

  it("runs methods of bases, and generators", async () => {
    expect(resultOf(await project.cold("captions.ts::Captioner.name"))).toBe("base");
  });
});

describe("calls", () => {
  it("reach objects in containers by their values, and the object at hand without any", async () => {
    project.write({
      "calls.mts": `
        import { App, enter, method } from "coldstart";
        const app = new App("calls");

        @app.cls
        export class Adder {
          protected base = 0;
          constructor(readonly values: { by: number; labels?: string[] }) {}
          @enter load() { this.base = 100; }
          @method add(n: number) { return [this.base + n + this.values.by, process.pid]; }
          @method() async twice(n: number): Promise<number> {
            const [first] = this.add(n) as number[];
            const other = new Adder({ by: 1 });
            const [second] = await other.add.remote(n) as number[];
            return (first ?? 0) * 1000 + (second ?? 0);
          }
        }

        @app.cls({ name: "Kept" })
        class Inner { @method() where() { return "inner"; } }

        app.localEntrypoint(async () => {
          const large = new Adder({ by: 10, labels: ["b"] });
          const same = new Adder({ labels: ["b"], by: 10 });
          const [a, pid] = await large.add.remote(1);
          const [b, samePid] = await same.add.remote(2);
          const [c, otherPid] = await new Adder({ by: 20 }).add.remote(1);
          const [d] = await large.add.local(1);
          return [a, b, pid === samePid, c, pid === otherPid, d, large.add(1)[0], await large.twice.remote(5),
            await new Inner().where.remote()];
        });
      `,
    });
    const run = await project.entrypoint("calls.mts");
    expect(resultOf(run)).toEqual([111, 112, true, 121, false, 111, 111, 115106, "inner"]);
    const functions = new Set(run.events.map((event) => (event as { function?: string }).function));
    expect([...functions]).toContain('calls.mts::Adder(by=10, labels=["b"]).add');
  });

  it("reach a class that is the default export by its own name", async () => {
    project.write({
      "default.ts": `
        import { App, method } from "coldstart";
        const app = new App("default");
        @app.cls()
        export default class Echo { @method() say(x: string) { return x; } }
        app.localEntrypoint(() => new Echo().say.remote("there"));
      `,
    });
    expect(resultOf(await project.cold("default.ts::Echo.say", { input: ["hi"] }))).toBe("hi");
    expect(resultOf(await project.entrypoint("default.ts"))).toBe("there");
  });

  it("work in scripts, which their build compiles", async () => {
    project.write({
      "script.mjs": `
        import { App, enter, method } from "coldstart";
        const app = new App("script");
        @app.cls()
        export class Counter {
          #n = 0;
          @enter() start() { this.#n = 5; }
          @method() next() { return ++this.#n; }
        }
        app.localEntrypoint(async () => [await new Counter().next.remote(), await new Counter().next.local()]);
      `,
      "common.cjs": `
        const { App, method } = require("coldstart");
        const app = new App("common");
        @app.cls() class Echo { @method() say(x) { return x; } }
        exports.Echo = Echo;
      `,
    });
    expect(resultOf(await project.entrypoint("script.mjs"))).toEqual([6, 6]);
    expect(resultOf(await project.cold("common.cjs::Echo.say", { input: ["hi"] }))).toBe("hi");
  });
});

describe("what can't be run", () => {
  it("is told at the stage where it fails: a constructor before the first input, a hook by its lines", async () => {
    project.write({
      "fails.ts": `
        import { App, build, enter, method } from "coldstart";
        const app = new App("fails");
        @app.cls() export class Made { constructor() { throw new RangeError("no room"); } @method() go() {} }
        @app.cls() export class Entered {
          @enter() async load() { throw new TypeError("no model"); }
          @method() go() {}
        }
        @app.cls() export class Waiting { @enter() wait() { return new Promise(() => {}); } @method() go() {} }
        @app.cls() export class Built { @build() fetch() { throw new Error("hub down"); } @method() go() {} }
      `,
    });
    const made = errorOf(await project.cold("fails.ts::Made.go"));
    expect(made).toMatchObject({ kind: "error", stage: "enter", name: "RangeError", message: "no room" });
    const entered = errorOf(await project.cold("fails.ts::Entered.go"));
    expect(entered).toMatchObject({ stage: "enter", name: "TypeError" });
    expect(entered.stack).toMatch(/at Entered\.load \(.*fails\.ts:6:/);
    expect(errorOf(await project.cold("fails.ts::Waiting.go")).message).toContain("wait waits for a promise");
    expect(errorOf(await project.cold("fails.ts::Built.go"))).toMatchObject({ stage: "build" });
  });

  it("names the methods where one is unknown", async () => {
    const error = errorOf(await project.cold("captions.ts::Captioner.capton"));
    expect(error.message).toContain(
      "has no method capton under @method(): it has Captioner.name, Captioner.caption",
    );
  });
});
