// Verdicts: what counts as faster, by which metric, and when results can be compared.
import { describe, expect, it } from "vitest";
import type { Success } from "./job.ts";
import { seeded } from "./random.ts";
import { compareResults, judge, movedBy } from "./verdict.ts";

/** Ten cold starts with these stages and a little noise. */
function runs(
  stages: { readonly global?: number; readonly enter?: number; readonly body: number },
  seed = 1,
  noise = 0.02,
): Success[] {
  const random = seeded(seed);
  return Array.from({ length: 10 }, () => {
    const vary = (ms: number) => ms * (1 + noise * (random() - 0.5));
    const each = {
      queue: 1,
      boot: vary(30),
      global: vary(stages.global ?? 5),
      enter: vary(stages.enter ?? 0),
      body: vary(stages.body),
    };
    const wall = Object.values(each).reduce((sum, ms) => sum + ms, 0);
    return { ok: true, result: null, stages: each, wall, warm: [] };
  });
}

describe("a verdict", () => {
  it("is faster where the wall time shrinks", () => {
    const { verdict, metric, speedup } = judge(runs({ body: 300 }), runs({ body: 80 }, 2), "no");
    expect([verdict, metric]).toEqual(["faster", "wall"]);
    expect(speedup.median).toBeGreaterThan(2.5);
    expect(speedup.ci[0]).toBeGreaterThan(1);
  });

  it("is slower where it grows", () => {
    expect(judge(runs({ body: 80 }), runs({ body: 300 }, 2), "no").verdict).toBe("slower");
  });

  it("is no difference between equals, and for gains that nobody would notice", () => {
    expect(judge(runs({ body: 100 }), runs({ body: 100 }, 2), "no").verdict).toBe("no-difference");
    expect(judge(runs({ body: 1.5 }, 1, 0), runs({ body: 0.9 }, 2, 0), "no").verdict).toBe("no-difference");
    expect(judge(runs({ body: 1000 }, 1, 0), runs({ body: 990 }, 2, 0), "no").verdict).toBe("no-difference");
  });

  it("goes by the body where work only moved out of it", () => {
    const { verdict, metric, speedup } = judge(
      runs({ body: 200 }),
      runs({ enter: 190, body: 10 }, 2),
      "only",
    );
    expect([verdict, metric]).toEqual(["faster", "body"]);
    expect(speedup.median).toBeGreaterThan(15);
  });

  it("goes by the body where work moved and the start takes hardly longer", () => {
    for (const moved of ["only", "unknown"] as const) {
      const { verdict, metric } = judge(runs({ body: 200 }), runs({ enter: 202, body: 10 }, 2), moved);
      expect([verdict, metric]).toEqual(["faster", "body"]);
    }
    const { verdict, metric } = judge(runs({ body: 200 }), runs({ body: 212 }, 2), "no");
    expect([verdict, metric]).toEqual(["slower", "wall"]);
  });

  it("is slower where the body shrank but the start takes longer", () => {
    const { verdict, metric } = judge(runs({ body: 200 }), runs({ enter: 290, body: 10 }, 2), "only");
    expect([verdict, metric]).toEqual(["slower", "wall"]);
  });

  it("goes by the wall where other work changed, too, or nobody knows and the start got faster", () => {
    const faster = judge(runs({ body: 300 }), runs({ enter: 100, body: 10 }, 2), "unknown");
    expect([faster.verdict, faster.metric]).toEqual(["faster", "wall"]);
    const same = judge(runs({ body: 200 }), runs({ enter: 190, body: 10 }, 2), "no");
    expect([same.verdict, same.metric]).toEqual(["no-difference", "wall"]);
  });

  it.each([
    [["move-to-enter"], "only"],
    [["run-in-enter", "move-to-enter", "replace", "decorate"], "only"],
    [["move-to-enter", "concurrently"], "no"],
    [["move-to-enter", "fetch-in-build"], "no"],
    [["concurrently"], "no"],
    [["replace", "parameters"], "no"],
  ] as const)("takes changes %j to have moved work out of the body: %s", (kinds, expected) => {
    expect(movedBy(kinds)).toBe(expected);
  });

  it("sees by the stages that work moved where the change is not known", () => {
    const moved = judge(runs({ body: 200 }), runs({ global: 195, body: 10 }, 2), "unknown");
    expect([moved.verdict, moved.metric]).toEqual(["faster", "body"]);
  });
});

describe("results", () => {
  it.each([
    [
      [
        { a: 1, b: [2] },
        { b: [2], a: 1 },
      ],
      [{ a: 1, b: [2] }],
      "equal",
    ],
    [[1, 1], [1, 2], "different"],
    [[1, 2], [1, 2], "not-comparable"],
    [[null], [[]], "different"],
  ] as const)("%j and %j are %s", (before, after, expected) => {
    expect(compareResults(before, after)).toBe(expected);
  });
});
