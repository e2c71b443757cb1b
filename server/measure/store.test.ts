// The store of results: what is kept, what is read back, and which figures belong to a source.
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { historyOf, readStore, type StoredResult, store } from "./store.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "coldstart-store-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const result = (hash: string, wall: number, kind: StoredResult["kind"] = "run"): StoredResult => ({
  ...{ v: 1, kind, at: 1_795_000_000_000, function: "a.ts::f", hash, runs: 1, wall },
  stages: { queue: 1, boot: 30, global: 5, enter: 0, body: wall - 36 },
});
const raw = (text: string) => appendFileSync(join(root, ".coldstart", "results.jsonl"), text);

describe("the store", () => {
  it("gives back what was kept, oldest first, and hides itself from git", () => {
    store(root, result("h1", 100));
    store(root, result("h2", 50));
    expect(readStore(root)).toEqual({ results: [result("h1", 100), result("h2", 50)], skipped: [] });
    expect(readFileSync(join(root, ".coldstart", ".gitignore"), "utf8")).toBe("*\n");
  });

  it("is empty where nothing was measured", () => {
    expect(readStore(root)).toEqual({ results: [], skipped: [] });
  });

  it("passes over lines that it can't read, and says which", () => {
    store(root, result("h1", 100));
    raw('{"v": 2, "kind": "run"}\n{"v": 1, "kind": "run"}\n');
    raw('{"v": 1, "kind": "ru');
    store(root, result("h2", 50));
    const { results, skipped } = readStore(root);
    expect(results.map((each) => each.hash)).toEqual(["h1", "h2"]);
    expect(skipped.map((each) => each.line)).toEqual([2, 3, 4]);
    expect(skipped[0]?.why).toContain("version 2");
    expect(skipped[2]?.why).toContain("cut off");
  });
});

describe("a function's history", () => {
  it("tells the figure of the source from the one before the change", () => {
    const { current, previous } = historyOf(
      [result("old", 100), result("new", 90), result("new", 50)],
      "a.ts::f",
      "new",
    );
    expect([current?.wall, previous?.wall]).toEqual([50, 100]);
  });

  it("has nothing current for a source that was not measured", () => {
    const { current, previous } = historyOf([result("old", 100)], "a.ts::f", "new");
    expect([current, previous?.wall]).toEqual([undefined, 100]);
  });

  it("takes no later figure of another source for the one before", () => {
    const { current, previous } = historyOf([result("now", 100), result("fixed", 50)], "a.ts::f", "now");
    expect([current?.wall, previous]).toEqual([100, undefined]);
  });

  it("keeps profiles, whose times hold the cost of timing, out of the figures", () => {
    const { current, profile } = historyOf(
      [result("now", 100), result("now", 130, "profile")],
      "a.ts::f",
      "now",
    );
    expect([current?.wall, profile?.wall]).toEqual([100, 130]);
  });

  it("is a function's own", () => {
    expect(historyOf([result("now", 100)], "b.ts::f", "now")).toEqual({});
  });
});
