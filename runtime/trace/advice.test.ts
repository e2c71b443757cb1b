// The words of a diagnosis: what they advise fits the settings that the function has.
import { describe, expect, it } from "vitest";
import { type Scaled, wordsOf } from "./advice.ts";
import type { FunctionBoard } from "./board.ts";
import { type Diagnosis, figuresOf } from "./diagnosis.ts";

const board = (peak: number): FunctionBoard => ({
  name: "a.ts::f",
  containers: [],
  waiting: 0,
  running: 0,
  totals: { inputs: peak, failed: 0, containers: peak, peak },
  inputs: [],
  boots: [{ boot: 40, global: 300, enter: 10 }],
});
const waiting: Diagnosis = {
  kind: "waiting",
  cause: "boots",
  waited: 2,
  of: 4,
  longest: "global",
  share: 0.5,
};
const plain: Scaled = { keepWarm: 0, concurrency: 1, python: false };

function advice(peak: number, scaled: Partial<Scaled> = {}, diagnosis: Diagnosis = waiting): string {
  return wordsOf(diagnosis, figuresOf(board(peak)), board(peak), { ...plain, ...scaled }).advice;
}

describe("the advice where inputs wait for boots", () => {
  it("names the longest stage, and the number of warm containers that covers all inputs", () => {
    expect(advice(3)).toBe(
      "Boot faster: global scope takes 300 ms of 350 ms. Or keep more warm: keepWarm 3 covers the most that there was at once, 3 inputs.",
    );
    expect(advice(1, { python: true })).toContain("min_containers 1 covers");
  });

  it("counts the inputs that a container takes at once", () => {
    expect(advice(10, { concurrency: 4 })).toContain("keepWarm 3 covers");
  });

  it("asks for no more than are kept already, nor than there may be", () => {
    expect(advice(3, { keepWarm: 3 })).toContain("The 3 that keepWarm keeps warm cover");
    expect(advice(5, { maxContainers: 2, python: true })).toContain("max_containers allows 2, for up to 5");
    expect(advice(200)).toContain("there were up to 200 inputs at once");
  });
});

it("says to allow more containers where no more may boot", () => {
  expect(advice(5, { python: true }, { ...waiting, cause: "full" })).toContain("raise max_containers");
  expect(advice(5, {}, { ...waiting, cause: "full" })).toContain("raise maxContainers");
});
