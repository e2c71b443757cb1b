// Why overlapping brought nothing, as the spans of two profiles show it.
import { describe, expect, it } from "vitest";
import { causeOf } from "./cause.ts";

const names = ["a", "b", "c"];
/** Three loads of 100 ms, one after another. */
const serial = (more: object = {}) =>
  names.map((label, at) => ({ label, start: 50 + at * 100, ms: 100, ...more }));
const together = (ms: number, more: object = {}) => names.map((label) => ({ label, start: 50, ms, ...more }));

describe("a cause", () => {
  it("is too little to save where the loads are a small part", () => {
    expect(causeOf(serial(), serial(), 9000)).toMatch(/take 300 of 9000 ms/);
  });

  it("is the rest of the start where the loads did overlap", () => {
    expect(causeOf(serial(), together(110), 400)).toMatch(
      /do overlap, and take 110 instead of 300 ms.*More pairs/,
    );
  });

  it("is not made up where the loads were not seen, or nothing was told of what they do", () => {
    expect(causeOf(serial(), [], 400)).toBeUndefined();
    expect(causeOf(serial(), together(290), 400)).toMatch(/share one limit \(disk, network or CPU\)/);
  });

  it("knows work by what is called where its arguments are written in another way", () => {
    const before = ["f('a')", "f('b')"].map((label, at) => ({ label, start: at * 100, ms: 100, cpu: 95 }));
    const after = before.map((span) => ({
      ...span,
      label: span.label.replaceAll("'", '"'),
      start: 0,
      ms: 190,
    }));
    expect(causeOf(before, after, 200)).toMatch(/interpreter lock/);
  });
});

describe("on an event loop, a cause", () => {
  const loop = { loop: true };

  it("is a load that starts when the one before it ends", () => {
    expect(causeOf(serial(loop), serial({ ...loop, cpu: 100 }), 400)).toMatch(
      /block the event loop: each one starts.*\(blocking-concurrent-load\)$/,
    );
  });

  it("is a loop that was busy, though all had begun", () => {
    expect(causeOf(serial(loop), together(290, { ...loop, cpu: 280 }), 400)).toMatch(
      /block the event loop: it was busy for 280 of 290 ms/,
    );
  });

  it("is what they wait for where the loop was idle", () => {
    expect(causeOf(serial(loop), together(290, { ...loop, cpu: 10 }), 400)).toMatch(
      /share one limit \(disk or network\)/,
    );
  });
});

describe("in threads, a cause", () => {
  const computing = serial({ cpu: 98, queued: 1 });

  it("is the interpreter lock where one at a time goes on", () => {
    const after = together(290, { cpu: 97, queued: 2 });
    expect(causeOf(computing, after, 400)).toMatch(
      /interpreter lock \(GIL\): together they computed for 291 of 290 ms/,
    );
  });

  it("is too few processors where all of them could go on", () => {
    expect(causeOf(computing, together(290, { cpu: 97, queued: 190 }), 400)).toMatch(
      /too few processors.* 570 ms/,
    );
  });

  it("is another limit where they did go on together", () => {
    expect(causeOf(computing, together(290, { cpu: 280, queued: 1 }), 400)).toMatch(
      /share one limit \(memory/,
    );
  });

  it("is what else runs on the machine where they were held up alone", () => {
    const delayed = serial({ cpu: 50, queued: 45 });
    expect(causeOf(delayed, together(290, { cpu: 97, queued: 190 }), 400)).toMatch(
      /Other programs.* 135 of 300 ms/,
    );
  });

  it("is what they wait for where they don't compute", () => {
    expect(causeOf(serial({ cpu: 2 }), together(290, { cpu: 2 }), 400)).toMatch(
      /wait for the same disk, network or lock/,
    );
  });
});

describe("of files fetched ahead, a cause", () => {
  const fetched = (ms: number) =>
    [0, 1].map((at) => ({ label: `fetch ${at}`, start: 10, ms: ms - at, cpu: 5 }));
  const loaded = serial({ cpu: 40 }).map((span) => ({ ...span, start: 300 + span.start, ms: 42 }));

  it("is building where the loads hardly waited for files", () => {
    expect(causeOf(serial({ cpu: 95 }), [...fetched(20), ...serial({ cpu: 95 })], 400)).toMatch(
      /wait for their files 15 of 300 ms/,
    );
  });

  it("is one limit for all files where they came no sooner together", () => {
    expect(causeOf(serial({ cpu: 40 }), [...fetched(170), ...loaded], 400)).toMatch(
      /take 170 ms, hardly less than the 174 ms/,
    );
  });

  it("is the rest of the start where they did come sooner", () => {
    expect(causeOf(serial({ cpu: 40 }), [...fetched(70), ...loaded], 400)).toMatch(
      /take 70 instead of 174 ms.*More pairs/,
    );
  });
});
