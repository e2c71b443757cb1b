// Apps as a whole: a local entry point, the functions that it calls, and the containers that they share.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { bundle, createProject, errorOf, type Project, type Run, resultOf } from "./harness.ts";

let dist: string;
let project: Project;

beforeAll(async () => {
  dist = await bundle();
});
afterAll(() => rmSync(dist, { recursive: true, force: true }));
afterEach(() => project.remove());

const APP = `import { App, ContainerLostError, FunctionTimeoutError, RemoteError } from "coldstart";
const app = new App("test");
`;

async function runApp(code: string, more: Readonly<Record<string, string>> = {}): Promise<Run> {
  project = createProject(dist, { "package.json": `{ "type": "module" }`, "app.ts": APP + code, ...more });
  return project.entrypoint("app.ts");
}

const spawned = ({ events }: Run, name: string) =>
  events.filter((e) => e.type === "container.spawned" && e.function === name).length;

/** Every input that was queued has ended exactly once. */
function expectWhole({ events }: Run): void {
  const inputs = new Set(events.flatMap((e) => (e.type === "input.queued" ? [e.input] : [])));
  for (const input of inputs) {
    const ends = events.filter((e) => e.input === input && /^input\.(finished|failed)$/.test(e.type));
    expect(ends, String(input)).toHaveLength(1);
  }
}

describe("an entry point", () => {
  it("runs on this computer and answers with what it returns", async () => {
    const run = await runApp(`app.localEntrypoint(async () => ({ answer: 42 }));`);
    expect(resultOf(run)).toEqual({ answer: 42 });
    expect(run.code).toBe(0);
  });

  it("calls functions in containers that are reused, with values that JSON can't say", async () => {
    const run = await runApp(`
      let calls = 0;
      export const count = app.function(
        { enter: () => ({ base: 10 }), exit: () => console.log("exit") },
        ({ base }, m: Map<string, bigint>) => ({ n: ++calls + base, m, pid: process.pid }),
      );
      app.localEntrypoint(async () => {
        const first = await count.remote(new Map([["a", 1n]]));
        const second = await count.remote(new Map([["b", 2n]]));
        return [first.n, second.n, first.pid === second.pid, first.pid !== process.pid, second.m.get("b") === 2n];
      });`);
    expect(resultOf(run)).toEqual([11, 12, true, true, true]);
    expect(spawned(run, "app.ts::count")).toBe(1);
    expect(run.output).toBe("exit\n");
    expectWhole(run);
  });

  it("boots one container for each input that finds none free", async () => {
    const run = await runApp(`
      export const slow = app.function(async (n: number) => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        return n;
      });
      app.localEntrypoint(() => Promise.all([1, 2, 3].map((n) => slow.remote(n))));`);
    expect(resultOf(run)).toEqual([1, 2, 3]);
    expect(spawned(run, "app.ts::slow")).toBe(3);
  });

  it("lets functions call each other, themselves, and those of other files", async () => {
    const run = await runApp(
      `import { triple } from "./lib/triple";
       export const depth = app.function(async (n: number): Promise<number> => (n === 0 ? 0 : 1 + (await depth.remote(n - 1))));
       const hidden = app.function({ name: "hidden" }, async () => triple.remote(5));
       app.localEntrypoint(async () => [await depth.remote(3), await hidden.remote()]);`,
      {
        "lib/triple.ts": `import { App } from "coldstart";
          export const triple = new App("lib").function({ timeout: 9 }, (n: number) => n * 3);`,
      },
    );
    expect(resultOf(run)).toEqual([3, 15]);
    expect(spawned(run, "lib/triple.ts::triple")).toBe(1);
    expect(spawned(run, "app.ts::depth")).toBe(4);
  });

  it("keeps the minimum of containers warm", async () => {
    const run = await runApp(`
      export const warm = app.function({ keepWarm: 2 }, () => 1);
      app.localEntrypoint(() => warm.remote());`);
    expect(resultOf(run)).toBe(1);
    expect(spawned(run, "app.ts::warm")).toBe(2);
  });

  it("tells apart how calls fail, by the SDK's own errors", async () => {
    const run = await runApp(`
      export const fails = app.function(() => { throw new RangeError("mine"); });
      export const exits = app.function((): void => process.exit(4));
      export const slow = app.function({ timeout: 0.2 }, () => new Promise<void>((r) => { setTimeout(r, 60_000); }));
      export const broken = app.function({ enter: () => { throw new Error("no model"); } }, () => 1);
      const tell = async (call: Promise<unknown>) => {
        try {
          return await call;
        } catch (e) {
          const type = [RemoteError, FunctionTimeoutError, ContainerLostError].find((t) => e instanceof t)?.name;
          return [type, (e as { function: string }).function, String((e as Error).cause)];
        }
      };
      app.localEntrypoint(async () => [
        await tell(fails.remote()), await tell(exits.remote()), await tell(slow.remote()), await tell(broken.remote()),
      ]);`);
    expect(resultOf(run)).toEqual([
      ["RemoteError", "app.ts::fails", "RangeError: mine"],
      ["ContainerLostError", "app.ts::exits", "undefined"],
      ["FunctionTimeoutError", "app.ts::slow", "undefined"],
      ["RemoteError", "app.ts::broken", "Error: no model"],
    ]);
    expectWhole(run);
  });

  it("fails with the function's error when nobody catches it, at the user's own lines", async () => {
    const run = await runApp(`interface Gone { a: 1 }
export const fails = app.function(() => {
  throw new RangeError("mine");
});
app.localEntrypoint(() => fails.remote());`);
    const error = errorOf(run);
    expect(error).toMatchObject({ kind: "error", name: "RemoteError" });
    expect(error.stack).toContain(`${join(project.folder, "app.ts")}:5:9`);
    expect(error.stack).not.toContain("node.cjs");
    expectWhole(run);
  });

  it("waits for a call that it did not await, whatever that one calls in turn", async () => {
    const run = await runApp(`
      export const inner = app.function((n: number) => n * 2);
      export const outer = app.function(async (n: number) => {
        await new Promise((resolve) => setTimeout(resolve, 200));
        console.log("late", await inner.remote(n));
      });
      app.localEntrypoint(async () => {
        await inner.remote(1);
        void outer.remote(7);
        // Long enough for the call to be on its way.
        await new Promise((resolve) => setTimeout(resolve, 50));
      });`);
    expect(resultOf(run)).toBeNull();
    expect(run.output).toBe("late 14\n");
    expectWhole(run);
  });

  it("says what is missing when the file has none", async () => {
    expect(errorOf(await runApp(`export const f = app.function(() => 1);`))).toMatchObject({
      kind: "usage",
      name: "NoEntrypointError",
    });
  });

  it("names a bad option where the app is defined", async () => {
    const error = errorOf(await runApp(`export const f = app.function({ timeout: -1 }, () => 1);`));
    expect(error).toMatchObject({ kind: "error", stage: "global", name: "OptionRangeError" });
    expect(error.stack).toContain(`${join(project.folder, "app.ts")}:3:`);
  });
});

describe("a function that is called cold", () => {
  it("runs CommonJS TypeScript with aliases, decorators, JSX and import()", async () => {
    project = createProject(dist, {
      "package.json": "{}",
      "tsconfig.json": `{ "compilerOptions": { "module": "commonjs", "jsx": "react", "jsxFactory": "h", "paths": { "~/*": ["./src/*"] } } }`,
      "src/app.tsx": `
        import { h } from "~/h";
        const seen: string[] = [];
        const log = <T,>(f: T, c: ClassMethodDecoratorContext): T => { seen.push(String(c.name)); return f; };
        class Service { @log greet(n: number) { return <b>{n}</b>; } }
        export const handler = async ({ n }: { n: number }) => {
          const { late } = await import("./late.mjs");
          return [new Service().greet(n), late, seen, typeof require, __filename.endsWith("src/app.tsx")];
        };`,
      "src/h.ts": `export const h = (tag: string, _: unknown, child: unknown) => tag + ":" + child;`,
      "src/late.mjs": `export const late = await Promise.resolve("late");`,
    });
    const run = await project.cold("src/app.tsx::handler", { input: [{ n: 3 }] });
    expect(resultOf(run)).toEqual(["b:3", "late", ["greet"], "function", true]);
  });

  it("runs a text in place of a file, and the file's own image with it", async () => {
    project = createProject(dist, {
      "package.json": `{ "type": "module" }`,
      "app.ts": `${APP}export const f = app.function({ build: () => console.log("built") }, () => "as it stands");`,
    });
    const file = join(project.folder, "app.ts");
    const job = (texts: object) => ({
      kind: "cold" as const,
      variants: [{ id: "it", file, function: "f", ...texts }],
      steps: [{ variant: "it", input: [], profile: true }],
    });
    const plain = await project.start(job({})).ended;
    expect([resultOf(plain), plain.output]).toEqual(["as it stands", "built\n"]);
    const text = `${APP}export const f = app.function({ build: () => console.log("built") }, () => "in its place");`;
    const marked = await project.start(job({ marked: { [file]: text } })).ended;
    expect([resultOf(marked), marked.output]).toEqual(["in its place", ""]);
    const overlaid = await project.start(job({ overlay: { [file]: text } })).ended;
    expect([resultOf(overlaid), overlaid.output]).toEqual(["in its place", "built\n"]);
  });

  it("names the place of a syntax error before anything is started", async () => {
    project = createProject(dist, {
      "app.ts": `import "./broken"; export const handler = () => 1;`,
      "broken.ts": "const a = 1;\nconst = 2;",
    });
    const run = await project.cold("app.ts::handler");
    expect(errorOf(run)).toMatchObject({
      kind: "error",
      name: "SyntaxError",
      message: expect.stringContaining(`${join(project.folder, "broken.ts")}:2:7`),
    });
    expect(run.events.filter((e) => e.type === "container.spawned")).toEqual([]);
  });
});
