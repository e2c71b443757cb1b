import { expect, it } from "vitest";
import { measurementsOf, timesOfLoads } from "./measurements.ts";
import { stored } from "./sample.ts";

const of = (results: Parameters<typeof measurementsOf>[0], hash: string) =>
  measurementsOf(results, "search.ts::search", hash);

it("tells the last figure of the source as it stands, and the one before it", () => {
  const found = of([stored("old", 2410), stored("new", 900), stored("new", 812)], "new");
  expect(found.latest?.wall).toBe(812);
  expect(found.previous?.wall).toBe(2410);
  expect(found.stale).toBe(false);
});

it("tells a figure of another source as stale, with nothing to compare it with", () => {
  const found = of([stored("old", 2410)], "new");
  expect(found).toMatchObject({ latest: { wall: 2410 }, stale: true });
  expect(found.previous).toBeUndefined();
});

it("has no before when the other source was measured later", () => {
  expect(of([stored("here", 2410), stored("there", 812)], "here").previous).toBeUndefined();
});

it("knows which of two figures of one moment came first", () => {
  const pair = [stored("before", 2410), stored("after", 812)];
  expect(of(pair, "after").previous?.wall).toBe(2410);
  expect(of(pair, "before").previous).toBeUndefined();
});

it("takes times of loads from profiles of the file alone, in the order of the text", () => {
  const span = { file: "search.ts", column: 3, start: 0 };
  const profile = stored("old", 3000, {
    kind: "profile",
    spans: [
      { ...span, line: 9, label: "b", ms: 2 },
      { ...span, line: 4, label: "a", ms: 1 },
      { ...span, file: "other.ts", line: 1, label: "c", ms: 3 },
    ],
  });
  const found = of([stored("old", 2410), profile], "new");
  expect(found.loads).toEqual([
    { label: "a", ms: 1 },
    { label: "b", ms: 2 },
  ]);
  expect(found.loadsStale).toBe(true);
  expect(found.latest?.wall).toBe(2410);
});

it("gives the n-th load of a label the n-th figure of it", () => {
  const figures = [
    { label: "x", ms: 1 },
    { label: "y", ms: 2 },
    { label: "x", ms: 3 },
  ];
  expect(timesOfLoads(["x", "x", "x", "y"], figures)).toEqual([1, 3, undefined, 2]);
});
