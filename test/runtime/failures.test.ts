// Every way in which a container can fail ends in one clear error, and in the end of the container.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunError } from "../../runtime/options.ts";
import { bundle, createProject, errorOf, type Project, type Run, resultOf, start } from "./harness.ts";

let dist: string;
let project: Project;
beforeAll(async () => {
  dist = await bundle();
  project = createProject(dist, {
    "throws.mjs": "throw new TypeError('at the top');\nexport const handler = () => 1;",
    "exits.mjs": "console.log('before the end'); process.exit(3);\nexport const handler = () => 1;",
    "hangs.mjs": "await new Promise(() => setInterval(() => {}, 1000));\nexport const handler = () => 1;",
    "spins.cjs": "while (true) {}",
    "stuck.mjs": "await new Promise(() => {});\nexport const handler = () => 1;",
    "imports.mjs": "import 'not-installed-at-all';\nexport const handler = () => 1;",
    "missing.mjs": "import './not-there.mjs';\nexport const handler = () => 1;",
    "syntax.ts": "export const handler = () => {\n  const = 1;\n};",
    "body.mjs": `
      import { writeSync } from "node:fs";
      export const throws = () => { throw new RangeError("from the body", { cause: new Error("the root") }); };
      export const throwsText = () => { throw "just text"; };
      export const exits = () => { console.error("last words"); process.exit(4); };
      export const dies = () => { process.kill(process.pid, "SIGKILL"); return new Promise(() => {}); };
      export const uncaught = () => new Promise(() => { setTimeout(() => { throw new TypeError("from a timer"); }, 1); });
      export const rejected = () => new Promise(() => { Promise.reject(new TypeError("nobody cared")); setInterval(() => {}, 1000); });
      export const stuck = () => new Promise(() => {});
      export const handled = () => {
        process.on("uncaughtException", () => {});
        setTimeout(() => { throw new Error("caught by the user"); }, 1);
        return new Promise((resolve) => setTimeout(resolve, 20, "survived"));
      };
      export const refused = () => fetch("http://127.0.0.1:2/");
      export const flood = () => {
        const line = "x".repeat(1023) + "\\n";
        for (let i = 0; i < 4000; i++) writeSync(1, line);
        writeSync(1, "the very end");
        process.exit(5);
      };
      export const complains = () => { writeSync(2, "x".repeat(300_000)); return "said it all"; };
      export const notAFunction = 5;
    `,
    "app.ts": `
      import { App } from "coldstart";
      const app = new App("app");
      export const enterThrows = app.function({ enter: () => { throw new TypeError("no entry"); } }, () => 1);
      export const enterHangs = app.function({ enter: () => new Promise(() => setInterval(() => {}, 1000)) }, () => 1);
      export const enterExits = app.function({ enter: () => process.exit(6) }, () => 1);
      export const slow = app.function({ timeout: 0.2 }, () => new Promise(() => setInterval(() => {}, 1000)));
      export const spins = app.function({ timeout: 0.2 }, () => { for (;;); });
      export const typed = app.function((n: number) => {
        interface Gone { readonly a: string }
        const nothing = undefined as unknown as Gone;
        return nothing.a;
      });
      export const exitThrows = app.function({ exit: () => { throw new Error("bad exit"); } }, () => "fine");
    `,
    "results.mjs": `
      export const bigint = () => ({ items: [1, { id: 1n }] });
      export const map = () => ({ "odd key": new Map() });
      export const cycle = () => { const a = { b: {} }; a.b.c = a; return a; };
      export const nan = () => [0, NaN];
      export const fn = () => ({ f() {} });
      export const promise = () => ({ later: Promise.resolve(1) });
      export const instance = () => ({ at: new (class Point { x = 1 })() });
      export const fine = () => ({ date: new Date(0), skipped: undefined, list: [undefined], twice: [1, 1], buffer: undefined });
    `,
  });
});
afterAll(() => project.remove());

/** Each failed run leaves the same trail: the input ends once, the container exits. */
function failed(run: Run): RunError {
  expect(run.outcomes).toHaveLength(1);
  expect(run.code).toBe(0);
  expect(run.stderr).toBe("");
  expect(run.events.filter(({ type }) => type === "input.queued")).toHaveLength(1);
  expect(run.events.filter(({ type }) => type === "input.failed" || type === "input.finished")).toHaveLength(
    1,
  );
  const containers = (type: string) =>
    run.events.filter((event) => event.type === type).map((event) => event.container);
  expect(containers("container.exited")).toEqual(containers("container.spawned"));
  return errorOf(run);
}

describe("global scope that", () => {
  it("throws is an error of that stage, with its stack", async () => {
    const error = failed(await project.cold("throws.mjs::handler"));
    expect(error).toMatchObject({ kind: "error", stage: "global", name: "TypeError", message: "at the top" });
    expect(error.stack).toContain(`${project.folder}/throws.mjs:1:7`);
  });

  it("exits is a lost container, with what it printed", async () => {
    const error = failed(await project.cold("exits.mjs::handler"));
    expect(error).toMatchObject({ kind: "lost", stage: "global", exitCode: 3, output: "before the end\n" });
    expect(error.message).toContain("process.exit()");
  });

  it("never ends is a timeout", async () => {
    const error = failed(await project.cold("hangs.mjs::handler", {}, { bootTimeout: 400 }));
    expect(error).toMatchObject({ kind: "timeout", stage: "global", name: "BootTimeoutError" });
  });

  it("never lets go of the processor is a timeout", async () => {
    const error = failed(await project.cold("spins.cjs::handler", {}, { bootTimeout: 400 }));
    expect(error).toMatchObject({ kind: "timeout", stage: "global" });
  });

  it("waits for what can't come is told so at once", async () => {
    const error = failed(await project.cold("stuck.mjs::handler"));
    expect(error).toMatchObject({ kind: "error", stage: "global", name: "NeverSettlesError" });
  });

  it("imports a package that is not installed fails for the environment", async () => {
    const error = failed(await project.cold("imports.mjs::handler"));
    expect(error).toMatchObject({ kind: "environment", stage: "global" });
    expect(error.message).toContain("not-installed-at-all");
  });

  it("imports a file that is not there is an error of the code", async () => {
    expect(failed(await project.cold("missing.mjs::handler"))).toMatchObject({
      kind: "error",
      stage: "global",
    });
  });

  it("can't be parsed is a SyntaxError with its place", async () => {
    const run = await project.cold("syntax.ts::handler");
    expect(errorOf(run)).toMatchObject({ kind: "error", stage: "global", name: "SyntaxError" });
    expect(errorOf(run).message).toContain("syntax.ts:2:9");
  });
});

describe("enter that", () => {
  it("throws is an error of that stage", async () => {
    const error = failed(await project.cold("app.ts::enterThrows"));
    expect(error).toMatchObject({ kind: "error", stage: "enter", name: "TypeError", message: "no entry" });
  });

  it("never ends is a timeout", async () => {
    const error = failed(await project.cold("app.ts::enterHangs", {}, { bootTimeout: 600 }));
    expect(error).toMatchObject({ kind: "timeout", stage: "enter" });
  });

  it("exits is a lost container", async () => {
    const error = failed(await project.cold("app.ts::enterExits"));
    expect(error).toMatchObject({ kind: "lost", stage: "enter", exitCode: 6 });
  });
});

describe("a body that", () => {
  it("throws is an error with stack and cause", async () => {
    const error = failed(await project.cold("body.mjs::throws"));
    expect(error).toMatchObject({
      kind: "error",
      stage: "body",
      name: "RangeError",
      message: "from the body",
    });
    expect(error.stack).toContain("body.mjs:3:");
    expect(error.stack).toContain("the root");
  });

  it("throws in TypeScript points at the line that was written", async () => {
    const error = failed(await project.cold("app.ts::typed", { input: [1] }));
    expect(error).toMatchObject({ kind: "error", stage: "body", name: "TypeError" });
    expect(error.stack).toContain(`${project.folder}/app.ts:12:24`);
  });

  it("throws what is no error is told with the value", async () => {
    expect(failed(await project.cold("body.mjs::throwsText")).message).toContain('"just text"');
  });

  it("exits is a lost container", async () => {
    const error = failed(await project.cold("body.mjs::exits"));
    expect(error).toMatchObject({ kind: "lost", stage: "body", exitCode: 4, output: "last words\n" });
  });

  it("is killed is a lost container", async () => {
    const error = failed(await project.cold("body.mjs::dies"));
    expect(error).toMatchObject({ kind: "lost", stage: "body", signal: "SIGKILL" });
  });

  it("throws where nobody can catch it is that error", async () => {
    const error = failed(await project.cold("body.mjs::uncaught"));
    expect(error).toMatchObject({ kind: "error", stage: "body", name: "TypeError", message: "from a timer" });
  });

  it("leaves a rejection alone is that error", async () => {
    const error = failed(await project.cold("body.mjs::rejected"));
    expect(error).toMatchObject({ kind: "error", stage: "body", name: "TypeError", message: "nobody cared" });
  });

  it("waits for what can't come is told so at once", async () => {
    expect(failed(await project.cold("body.mjs::stuck"))).toMatchObject({
      kind: "error",
      name: "NeverSettlesError",
    });
  });

  it("handles its uncaught exceptions goes on", async () => {
    expect(resultOf(await project.cold("body.mjs::handled"))).toBe("survived");
  });

  it("can't reach a host fails for the environment", async () => {
    expect(failed(await project.cold("body.mjs::refused"))).toMatchObject({
      kind: "environment",
      stage: "body",
    });
  });

  it("takes longer than its timeout is ended", async () => {
    const error = failed(await project.cold("app.ts::slow"));
    expect(error).toMatchObject({ kind: "timeout", stage: "body", name: "FunctionTimeoutError" });
    expect(error.message).toContain("200 ms");
  });

  it("takes longer than its timeout without ever yielding is ended", async () => {
    expect(failed(await project.cold("app.ts::spins"))).toMatchObject({ kind: "timeout", stage: "body" });
  });

  it("says more on standard error than a pipe holds goes on", async () => {
    const run = await project.cold("body.mjs::complains");
    expect(resultOf(run)).toBe("said it all");
    expect(run.output.trim()).toHaveLength(300_000);
  });

  it("floods its output loses none of it, and the error keeps the end", async () => {
    const run = await project.cold("body.mjs::flood");
    const error = failed(run);
    expect(run.output).toHaveLength(4000 * 1024 + "the very end".length);
    expect(error.output).toHaveLength(8192);
    expect(error.output).toMatch(/the very end$/);
  });
});

describe("a result that JSON can't say", () => {
  it.each([
    ["bigint", "result.items[1].id is a BigInt"],
    ["map", 'result["odd key"] is a Map'],
    ["cycle", "result.b.c refers back to result"],
    ["nan", "result[1] is NaN"],
    ["fn", "result.f is a function"],
    ["promise", "result.later is a Promise"],
    ["instance", "result.at is an instance of Point"],
  ])("%s names the value's place", async (name, message) => {
    const error = failed(await project.cold(`results.mjs::${name}`));
    expect(error).toMatchObject({ kind: "error", stage: "body", name: "ResultError" });
    expect(error.message).toContain(message);
  });

  it("is no more than that: what has a toJSON goes through", async () => {
    const result = resultOf(await project.cold("results.mjs::fine"));
    expect(result).toEqual({ date: "1970-01-01T00:00:00.000Z", list: [null], twice: [1, 1] });
  });
});

describe("wrong use", () => {
  it("of a function's name lists those that there are", async () => {
    const error = errorOf(await project.cold("body.mjs::nope"));
    expect(error).toMatchObject({ kind: "usage", name: "UnknownFunctionError" });
    expect(error.message).toContain("throws, throwsText, uncaught");
  });

  it("of what is no function says what it is", async () => {
    expect(errorOf(await project.cold("body.mjs::notAFunction")).message).toContain("type number");
  });

  it("of a path says that there is no such file", async () => {
    expect(errorOf(await project.cold("nowhere.mjs::handler"))).toMatchObject({ kind: "usage" });
  });

  it("of an interpreter says which one and what to do", async () => {
    const error = errorOf(await project.cold("body.mjs::throws", {}, { node: "/no/such/node" }));
    expect(error).toMatchObject({ kind: "environment", name: "InterpreterMissingError" });
    expect(error.message).toContain("/no/such/node");
  });

  it.each([
    ["no JSON", "{", "no JSON"],
    ["a wrong document", '{"version":2}', "options.version"],
    ["a step of no variant", stray(), "no variant b"],
  ])("of the options (%s) names the mistake", async (_, text, message) => {
    const run = await start(dist, text).ended;
    expect(errorOf(run)).toMatchObject({ kind: "usage", name: "OptionsError" });
    expect(errorOf(run).message).toContain(message);
    expect(run.code).toBe(0);
  });
});

it("tells of an exit hook that fails, though the result stands", async () => {
  const run = await project.cold("app.ts::exitThrows");
  expect(resultOf(run)).toBe("fine");
  expect(run.notes.join()).toContain("bad exit");
});

function stray(): string {
  const job = { kind: "cold", variants: [], steps: [{ variant: "b", input: [] }] };
  return JSON.stringify({ version: 1, root: "/", cache: "/tmp/none", env: {}, job });
}
