// Comments that take findings out, and the ones that take out nothing.
import { describe, expect, it } from "vitest";
import type { Comment } from "../facts/module.ts";
import { suppress } from "./suppressions.ts";

const rules = ["sequential-loads", "body-amortized-work"];

/** `«…»` stands for a finding of sequential-loads; `//` comments are read as the languages read them. */
function check(text: string) {
  const findings = [...text.matchAll(/«/g)].map(({ index }) => ({
    rule: "sequential-loads" as const,
    range: { start: index, end: index + 1 },
  }));
  const comments = [...text.matchAll(/\/\/(.*)$/gm)].map(
    (match): Comment => ({
      text: (match[1] ?? "").trim(),
      range: { start: match.index, end: match.index + match[0].length },
    }),
  );
  const { kept, unused } = suppress(findings, comments, text, rules);
  return { kept: kept.length, unused: unused.map((each) => each.message) };
}

describe("a suppression", () => {
  it("of the next line takes out that line alone", () => {
    expect(check("// coldstart-disable-next-line sequential-loads -- why\n«\n«")).toEqual({
      kept: 1,
      unused: [],
    });
  });

  it("of a line takes out its own line", () => {
    expect(check("« // coldstart-disable-line sequential-loads\n«")).toEqual({ kept: 1, unused: [] });
  });

  it("of a file takes out everything", () => {
    expect(check("«\n// coldstart-disable sequential-loads -- generated\n«")).toEqual({
      kept: 0,
      unused: [],
    });
  });

  it("without a rule takes out all rules", () => {
    expect(check("// coldstart-disable-next-line\n«")).toEqual({ kept: 0, unused: [] });
  });

  it("of another rule takes out nothing and says so", () => {
    expect(check("// coldstart-disable-next-line body-amortized-work\n«")).toEqual({
      kept: 1,
      unused: ["No finding of `body-amortized-work` here is taken out by this comment; remove it."],
    });
  });

  it("of two rules complains of the one that is not needed", () => {
    const { kept, unused } = check("« // coldstart-disable-line sequential-loads, body-amortized-work");
    expect(kept).toBe(0);
    expect(unused).toHaveLength(1);
    expect(unused[0]).toContain("body-amortized-work");
  });

  it("of a rule that does not exist names the rules", () => {
    expect(check("// coldstart-disable slow-loads").unused[0]).toContain("the rules are sequential-loads");
  });

  it.each([
    ["behind the code", "« // coldstart: ignore[sequential-loads]\n«"],
    ["above the code", "// coldstart: ignore[sequential-loads]\n«\n«"],
    ["without a rule", "« // coldstart: ignore\n«"],
  ])("in the form of Python's tools, %s", (_where, text) => {
    expect(check(text)).toEqual({ kept: 1, unused: [] });
  });

  it("in that form complains, too, where it takes nothing out", () => {
    expect(check("« // coldstart: ignore[body-amortized-work]").unused).toHaveLength(1);
    expect(check("« // coldstart: ignored for now")).toEqual({ kept: 1, unused: [] });
  });

  it("is no suppression when the words only begin alike", () => {
    expect(check("// coldstart-disabled for now\n«")).toEqual({ kept: 1, unused: [] });
  });
});
