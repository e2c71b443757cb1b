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

describe("what can't be run", () => {
  it("names the methods where one is unknown", async () => {
    const error = errorOf(await project.cold("captions.ts::Captioner.capton"));
    expect(error.message).toContain(
      "has no method capton under @method(): it has Captioner.name, Captioner.caption",
    );
  });
});
