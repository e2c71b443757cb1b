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

  const threads = (ms: number, cpu: number) => serial.map(({ label }) => ({ label, start: 50, ms, cpu }));

  it("is the interpreter lock where threads of Python compute one at a time", () => {
    expect(causeOf(serial, threads(290, 97), 400, true)).toMatch(/interpreter lock .* 291 of 290 ms/);
  });

  it("is a disk or a network where threads of Python wait, another limit where they compute at once", () => {
    expect(causeOf(serial, threads(290, 10), 400, true)).toMatch(/wait for the same disk or network/);
    expect(causeOf(serial, threads(290, 250), 400, true)).toMatch(/share one limit/);
  });

  it("is a blocked event loop where coroutines of Python have no processor time of their own", () => {
    expect(causeOf(serial, serial, 400, true)).toMatch(/block the event loop/);
  });

  it("knows work by what is called where its arguments are written in another way", () => {
    const before = ["f('a')", "f('b')"].map((label, at) => ({ label, start: at * 100, ms: 100 }));
    const after = before.map((span) => ({
      ...span,
      label: span.label.replaceAll("'", '"'),
      start: 0,
      ms: 190,
      cpu: 95,
    }));
    expect(causeOf(before, after, 200, true)).toMatch(/interpreter lock/);
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
