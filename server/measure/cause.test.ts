// Why overlapping brought nothing, as the spans of two profiles show it.
import { describe, expect, it } from "vitest";
import { causeOf } from "./cause.ts";

const serial = ["a", "b", "c"].map((label, at) => ({ label, start: 50 + at * 100, ms: 100 }));

describe("a cause", () => {
  it("is a blocked event loop where each load starts when the one before it ends", () => {
    expect(causeOf(serial, serial, 400)).toMatch(/block the event loop/);
  });

  it("is a shared limit where loads run together and take longer", () => {
    const together = serial.map(({ label }) => ({ label, start: 50, ms: 290 }));
    expect(causeOf(serial, together, 400)).toMatch(/share one limit/);
  });

  it("is too little to save where the loads are a small part", () => {
    expect(causeOf(serial, serial, 9000)).toMatch(/take 300 of 9000 ms/);
  });

  it("is not made up where the loads did get faster, or were not seen", () => {
    const together = serial.map(({ label }) => ({ label, start: 50, ms: 110 }));
    expect(causeOf(serial, together, 400)).toBeUndefined();
    expect(causeOf(serial, [], 400)).toBeUndefined();
  });
});
