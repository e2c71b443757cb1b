// What people see in the terminal: bars within their room, verdicts, findings with a mark under the code.
import fc from "fast-check";
import pico from "picocolors";
import { describe, expect, it } from "vitest";
import type { Stages } from "../../../runtime/trace/events.ts";
import type { Measurement } from "../../measure/measure.ts";
import type { RunResult } from "../../measure/run.ts";
import type { Served } from "../../measure/runtime-process.ts";
import type { Verification } from "../../measure/verify.ts";
import { wantsColor } from "../terminal.ts";
import { findingText, type ReportedFinding, summaryText, wrap } from "./findings.ts";
import { measurementText, runText, verdictText } from "./measurements.ts";
import { servedText } from "./served.ts";
import { drawBar, waterfall } from "./waterfall.ts";

const plain = pico.createColors(false);

describe("a waterfall", () => {
  const stages = { queue: 0.5, boot: 30, global: 200, enter: 0, body: 169.5 };

  it("lets each stage begin where the one before it ends, on the given scale", () => {
    expect(waterfall(stages, 400, 60, plain)).toEqual([
      "  queue      0.5\u00a0ms ▏",
      "  boot        30\u00a0ms ███",
      "  global     200\u00a0ms    ████████████████████",
      "  enter      0.0\u00a0ms",
      "  body       170\u00a0ms                        █████████████████",
    ]);
    expect(waterfall(stages, 800, 60, plain)[2]).toBe("  global     200\u00a0ms   ██████████");
  });

  it("never leaves its room, and shows whatever took time", () => {
    const span = fc.double({ min: 0, max: 1e5, noNaN: true });
    fc.assert(
      fc.property(span, span, fc.integer({ min: 10, max: 100 }), (start, ms, room) => {
        const { indent, blocks } = drawBar(start, ms, start + ms, room);
        expect(indent.length + blocks.length).toBeLessThanOrEqual(room);
        expect(blocks.length > 0).toBe(ms > 0);
      }),
    );
  });
});

describe("what a served app offers", () => {
  const base = { type: "served", url: "http://127.0.0.1:8000" } as const;
  const f = { name: "a.ts::f", keepWarm: 1 };
  const first: Served = { ...base, again: false, functions: [f] };

  it("is a line a function, and where its page is", () => {
    expect(servedText(first, undefined, plain).split("\n")).toEqual([
      "  a.ts::f  1 kept warm",
      "  what it does and waits for: http://127.0.0.1:8000/   inputs: coldstart call 8000 NAME",
    ]);
  });

  it("is told again, of changed code, as far as it is new or gone", () => {
    const page = { name: "a.ts::longer", keepWarm: 0, method: "GET", url: `${base.url}/f/longer` };
    const second: Served = { ...base, again: true, functions: [f, page] };
    expect(servedText(second, first, plain).split("\n")).toEqual([
      "serving the changed code",
      "  a.ts::longer  GET http://127.0.0.1:8000/f/longer",
    ]);
    expect(servedText({ ...second, functions: [f] }, second, plain)).toBe(
      "serving the changed code, without a.ts::longer",
    );
  });
});

describe("the line above a waterfall", () => {
  const stages = { queue: 0, boot: 30, global: 0, enter: 0, body: 10 };
  const cold = { n: 10, median: 40, p95: 41, ci: [39, 41] as const, stages };
  const first = (name: string) => measurementText(name, { ok: true, cold } as Measurement, plain).split("\n");

  it("tells a warm call from a cold start", () => {
    const run = (stages: Stages) =>
      runText("f", { ok: true, result: 1, wall: 40, stages } as RunResult, String, plain).split("\n")[2];
    expect(run(stages)).toBe("f  cold start  40\u00a0ms");
    expect(run({ ...stages, boot: 0, body: 40 })).toBe("f  warm call  40\u00a0ms");
  });

  it("tells whose figure it is and what that rests on, on a line of its own where the name is long", () => {
    const basis = "median of 10, 95 % CI 39\u00a0ms – 41\u00a0ms, p95 41\u00a0ms";
    expect(first("app.py::f")[0]).toBe(`app.py::f  cold start  40\u00a0ms  ${basis}`);
    const long = "services/captions/captions.py::Captioner.caption";
    expect(first(long).slice(0, 2)).toEqual([`${long}  cold start  40\u00a0ms`, `  ${basis}`]);
  });
});

describe("a verdict", () => {
  const speedup = { median: 3.2, ci: [3, 3.4] } as const;
  const sides = { before: { median: 400 }, after: { median: 402 } };
  const say = (part: object) =>
    verdictText(
      { verdict: "faster", metric: "wall", results: "equal", speedup, ...sides, ...part } as Verification,
      plain,
    );

  it.each([
    [{}, "3.2× faster here (95 % CI 3.0–3.4), results equal"],
    [
      { metric: "body" },
      "first body 3.2× faster here (95 % CI 3.0–3.4), the whole start takes no longer, results equal",
    ],
    [
      { metric: "body", after: { median: 421 } },
      "first body 3.2× faster here (95 % CI 3.0–3.4), the whole start takes 5 % longer, results equal",
    ],
    [
      { verdict: "slower", speedup: { median: 0.5, ci: [0.4, 0.8] } },
      "2.0× slower here (95 % CI 1.25–2.5), results equal",
    ],
    [
      { verdict: "no-difference", speedup: { median: 1.01, ci: [0.98, 1.04] } },
      "no measurable difference here (95 % CI 0.98–1.04), results equal",
    ],
    [{ results: "different" }, "3.2× faster here (95 % CI 3.0–3.4), results DIFFERENT"],
  ] as const)("of %j", (part, expected) => {
    expect(say(part)).toBe(expected);
  });
});

describe("a finding", () => {
  const finding: ReportedFinding = {
    ...{
      file: "a.ts",
      line: 2,
      column: 12,
      endLine: 2,
      endColumn: 21,
      rule: "sequential-loads",
      severity: "warning",
    },
    ...{ message: "It waits.", function: "f", phase: "body", measured: 12.34 },
    related: [{ file: "b.ts", line: 1, column: 5, message: "The work itself" }],
    fixes: [{ title: "Start both", safety: "safe", why: "Errors may change." }],
  };

  it("shows its line with a mark under the code, tabs or not", () => {
    const text = findingText(finding, "before();\n\tawait x = load(abc);\n", plain);
    expect(text.split("\n")).toEqual([
      "a.ts:2:12 warning sequential-loads  12.3 ms measured",
      "  It waits.",
      "  1 │ before();",
      "  2 │   await x = load(abc);",
      `    │ ${" ".repeat(12)}━━━━━━━━━`,
      "  note: b.ts:1:5 The work itself",
      "  fix: Start both (errors may change)",
    ]);
  });

  it("is summed up with what can be done", () => {
    const summary = { files: 3, parsed: 1, findings: 1, fixed: 2, ms: 48 };
    expect(summaryText(summary, [finding], plain)).toBe(
      "1 finding. 2 fixed. 1 can be fixed with --fix. 3 files, 1 with functions, 48 ms",
    );
  });

  it("breaks long lines at spaces and loses no word", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }), (words) => {
        const lines = wrap(words.join(" "), 20);
        expect(lines.join(" ")).toBe(words.join(" "));
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(20);
      }),
    );
  });
});

describe("colour", () => {
  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: "1" }, false],
    [false, { FORCE_COLOR: "1" }, true],
    [true, { FORCE_COLOR: "0" }, false],
    [true, { TERM: "dumb" }, false],
    [true, { NO_COLOR: "" }, true],
  ])("for a terminal: %s, with %j: %s", (isTerminal, env, expected) => {
    expect(wantsColor(isTerminal, env)).toBe(expected);
  });
});
