// What plain handlers and functions of the SDK are given, and what comes of what they return.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundle, createProject, errorOf, type Project, resultOf } from "./harness.ts";

let project: Project;
beforeAll(async () => {
  project = createProject(await bundle(), {
    "esm.mjs": `
      export const handler = async (event, context) => ({
        event, id: typeof context.awsRequestId, left: context.getRemainingTimeInMillis() > 0, name: context.functionName,
      });
      export const several = (a, b) => a + b;
      export default { nested: () => "nested", handler: () => "other" };
      export const seen = () => ({ argv: process.argv.length, env: Object.keys(process.env).sort(), cwd: process.cwd() });
      export const secret = () => process.env.SECRET_KEY ?? "none";
      export const given = () => process.env.GIVEN;
    `,
    "cjs.cjs": `
      exports.callback = (event, context, callback) => setTimeout(() => callback(null, event), 5);
      exports.failing = (event, context, callback) => callback(new RangeError("no"));
      exports.succeed = (event, context) => { context.succeed({ by: "succeed" }); };
      exports.sync = () => 7;
      exports.nothing = () => {};
      exports.main = () => require.main === module;
    `,
    "single.cjs": "module.exports = async () => 'single';",
    "typeless.js": "export const handler = async () => import.meta.url.length > 0;",
    "await.js": "export const handler = async () => value; const value = await Promise.resolve(3);",
    "app.ts": `
      import { App } from "coldstart";
      const app = new App("app");
      interface State { readonly base: number }
      export const add = app.function({ enter: async (): Promise<State> => ({ base: 10 }) }, ({ base }, n: number) => base + n);
      export const stateless = app.function({ enter: () => undefined }, (n: number) => n * 2);
      app.function({ name: "named" }, () => "by its name");
      const order: string[] = [];
      export const ordered = app.function({ enter: () => { order.push("enter"); return { order }; }, exit: () => console.log("exit hook ran") }, (state: { order: string[] }) => state.order);
    `,
  });
});
afterAll(() => project.remove());

describe("a plain handler", () => {
  it("gets its event and a made-up context", async () => {
    const run = await project.cold("esm.mjs::handler", { input: [{ a: 1 }] });
    expect(resultOf(run)).toEqual({ event: { a: 1 }, id: "string", left: true, name: "esm-handler" });
  });

  it("gets an empty event when there is no input", async () => {
    expect(resultOf(await project.cold("esm.mjs::handler"))).toMatchObject({ event: {} });
  });

  it("gets several arguments as they are", async () => {
    expect(resultOf(await project.cold("esm.mjs::several", { input: [1, 2] }))).toBe(3);
  });

  it("is found in a default export that holds several", async () => {
    expect(resultOf(await project.cold("esm.mjs::nested"))).toBe("nested");
  });

  it("may answer by callback", async () => {
    expect(resultOf(await project.cold("cjs.cjs::callback", { input: ["x"] }))).toBe("x");
  });

  it("may fail by callback", async () => {
    const run = await project.cold("cjs.cjs::failing");
    expect(errorOf(run)).toMatchObject({ kind: "error", stage: "body", name: "RangeError", message: "no" });
  });

  it("may answer by its context", async () => {
    expect(resultOf(await project.cold("cjs.cjs::succeed"))).toEqual({ by: "succeed" });
  });

  it("may return a plain value, or nothing", async () => {
    expect(resultOf(await project.cold("cjs.cjs::sync"))).toBe(7);
    expect(resultOf(await project.cold("cjs.cjs::nothing"))).toBeNull();
  });

  it("may be all that a CommonJS module exports", async () => {
    expect(resultOf(await project.cold("single.cjs::default"))).toBe("single");
  });

  it("is not the main module", async () => {
    expect(resultOf(await project.cold("cjs.cjs::main"))).toBe(false);
  });

  it("may stand in an ES module of a project that does not say so, with top-level await too", async () => {
    expect(resultOf(await project.cold("typeless.js::handler"))).toBe(true);
    expect(resultOf(await project.cold("await.js::handler"))).toBe(3);
  });
});

describe("a function of the SDK", () => {
  it("gets what enter returned first", async () => {
    expect(resultOf(await project.cold("app.ts::add", { input: [5] }))).toBe(15);
  });

  it("gets its inputs alone when enter returned nothing", async () => {
    expect(resultOf(await project.cold("app.ts::stateless", { input: [5] }))).toBe(10);
  });

  it("is found by its name when it is not exported", async () => {
    expect(resultOf(await project.cold("app.ts::named"))).toBe("by its name");
  });

  it("enters once, whatever comes after, and exits at the end", async () => {
    const run = await project.cold("app.ts::ordered", { warm: 2 });
    expect(resultOf(run)).toEqual(["enter"]);
    expect(run.output).toBe("exit hook ran\n");
    expect(run.outcomes[0]).toMatchObject({ warm: [expect.any(Number), expect.any(Number)] });
  });
});

describe("the surroundings", () => {
  it("are the project's folder and no more environment than was passed", async () => {
    process.env.LEAKED = "yes";
    const run = await project.cold("esm.mjs::seen", {}, { env: { GIVEN: "1" } });
    delete process.env.LEAKED;
    const { argv, env, cwd } = resultOf(run) as { argv: number; env: string[]; cwd: string };
    expect(argv).toBe(2);
    expect(cwd).toBe(project.folder);
    const allowed = ["COLDSTART_CONTAINER", "GIVEN", "HOME", "LANG", "PATH", "TMPDIR", "TZ"];
    expect(env.filter((name) => !allowed.includes(name))).toEqual([]);
    expect(env).toEqual(expect.arrayContaining(["GIVEN", "HOME", "PATH", "TMPDIR"]));
  });

  it("name variables that the code asks for in vain", async () => {
    const run = await project.cold("esm.mjs::secret");
    expect(resultOf(run)).toBe("none");
    expect(run.notes.join()).toContain("SECRET_KEY");
    const given = await project.cold("esm.mjs::given", {}, { env: { GIVEN: "here" } });
    expect(resultOf(given)).toBe("here");
    expect(given.notes).toEqual([]);
  });
});
