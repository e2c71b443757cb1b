// The child's half of calls in Node: streams with a window, cancelling, and several inputs at once.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Child, createNursery, type Nursery } from "./child.ts";
import { bundle } from "./harness.ts";

let nursery: Nursery;
beforeAll(async () => {
  const dist = await bundle();
  nursery = createNursery(dist, {
    "app.mjs": `
import { App, currentInput } from ${JSON.stringify(`file://${dist}/sdk.js`)};
const app = new App("a");
export const count = app.function(function* (n) {
  try {
    for (let i = 0; i < n; i++) { console.log("yields " + i); yield i; }
  } finally { console.log("left"); }
});
export const later = app.function(async function* (n) { for (let i = 0; i < n; i++) yield i * 2; });
export const waits = app.function(() => new Promise((_, reject) => {
  console.log("waits");
  const timer = setInterval(() => {}, 1000);
  currentInput().signal.addEventListener("abort", () => {
    clearInterval(timer);
    reject(currentInput().signal.reason);
  });
}));
export const stubborn = app.function(async () => {
  const { signal } = currentInput();
  console.log("began");
  while (!signal.aborted) await new Promise((r) => setTimeout(r, 1));
  return "ended in its own way";
});
export const id = app.function(() => currentInput().id);
let open = 0; let wake;
export const pairs = app.function({ allowConcurrentInputs: 2 }, async (name) => {
  if (++open === 2) wake(); else await new Promise((r) => { wake = r; });
  return [name, currentInput().id];
});
export const slow = app.function({ allowConcurrentInputs: 5, targetConcurrentInputs: 3, maxContainers: 4, bufferContainers: 1, retries: 2, startupTimeout: 9 }, async () => {
  const { signal, id } = currentInput();
  console.log("slow " + id);
  await new Promise((r) => signal.addEventListener("abort", r));
  throw new Error("ended " + id + " " + signal.reason.name);
});
`,
  });
});
afterAll(() => nursery.remove());

const yields = (child: Child, input: string) =>
  child.said
    .filter((each) => each.type === "yield" && each.input === input)
    .map(({ payload }) => JSON.parse(payload.toString()));

describe("a generator", () => {
  it("is a list for those who don't want its values one by one", async () => {
    const child = await nursery.start("app.mjs", "later");
    child.call("a", [3]);
    expect(await child.result("a")).toEqual([0, 2, 4]);
  });

  it("says each value, and waits at a yield while nobody takes them", async () => {
    const child = await nursery.start("app.mjs", "count");
    child.call("a", [40], { stream: true });
    await child.next("yield", ({ payload }) => payload.toString() === "15");
    // The one behind the window has been yielded, and is not said before somebody asks.
    child.send({ type: "pull", input: "a" });
    await child.next("yield", ({ payload }) => payload.toString() === "16");
    expect(yields(child, "a")).toHaveLength(17);
    expect(child.output()).not.toContain("yields 20");
    for (let i = 0; i < 40; i++) child.send({ type: "pull", input: "a" });
    await child.end("a");
    expect(yields(child, "a")).toEqual([...Array(40).keys()]);
    child.call("b", [1]);
    expect(await child.result("b")).toEqual([0]);
  });

  it("that is cancelled leaves its yield, and its container takes the next input", async () => {
    const child = await nursery.start("app.mjs", "count");
    child.call("a", [1000], { stream: true });
    await child.next("yield", ({ payload }) => payload.toString() === "15");
    child.cancel("a");
    expect(await child.end("a")).toMatchObject({ type: "failed", failure: { kind: "cancelled" } });
    child.call("b", [2]);
    expect(await child.result("b")).toEqual([0, 1]);
    expect(child.output()).toContain("left");
  });
});

describe("an input that is cancelled", () => {
  it("sees it by its signal, also the first one, and fails for that reason", async () => {
    for (const reason of ["cancelled", "timeout"] as const) {
      const child = await nursery.start("app.mjs", "waits", { first: true });
      child.call("a", []);
      await child.printed("waits");
      child.cancel("a", reason);
      expect(await child.end("a")).toMatchObject({ type: "failed", failure: { kind: reason } });
    }
  });

  it("may end in its own way", async () => {
    const child = await nursery.start("app.mjs", "stubborn");
    child.call("a", []);
    await child.printed("began");
    child.cancel("a");
    expect(await child.result("a")).toBe("ended in its own way");
  });

  it("tells its own id", async () => {
    const child = await nursery.start("app.mjs", "id");
    child.call("in-1", []);
    expect(await child.result("in-1")).toBe("in-1");
    child.call("in-2", []);
    expect(await child.result("in-2")).toBe("in-2");
  });
});

describe("several inputs at once", () => {
  it("may wait for each other, and know which one they are", async () => {
    const child = await nursery.start("app.mjs", "pairs");
    child.call("one", ["a"]);
    child.call("two", ["b"]);
    expect(await child.result("one")).toEqual(["a", "one"]);
    expect(await child.result("two")).toEqual(["b", "two"]);
  });

  it("are cancelled one by one", async () => {
    const child = await nursery.start("app.mjs", "slow");
    child.call("one", []);
    child.call("two", []);
    await child.printed("slow two");
    child.cancel("two", "timeout");
    expect(await child.end("two")).toMatchObject({
      failure: { kind: "timeout", stack: /ended two TimeoutError/ },
    });
    child.cancel("one");
    expect(await child.end("one")).toMatchObject({
      failure: { kind: "cancelled", stack: /ended one AbortError/ },
    });
  });

  it("are what the definition says of its pool", async () => {
    const child = await nursery.start("app.mjs", "slow");
    expect((await child.next("loaded")).function).toMatchObject({
      concurrency: { max: 5, target: 3 },
      maxContainers: 4,
      bufferContainers: 1,
      retries: { max: 2, initialDelay: 1, backoff: 1, maxDelay: 60 },
      startupTimeout: 9,
    });
  });
});

it("says which functions yield", async () => {
  const child = await nursery.start("app.mjs", "", { mode: "describe" });
  const { app } = await child.next("described");
  expect(app.functions.find(({ name }) => name === "count")).toMatchObject({ generator: true });
  expect(app.functions.find(({ name }) => name === "waits")).toMatchObject({ generator: false });
});
