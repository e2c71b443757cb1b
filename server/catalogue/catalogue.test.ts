// The catalogue keeps its promises: a source for every row, one meaning for every name.
import { describe, expect, it } from "vitest";
import { catalogue as typescript } from "./index.ts";
import { python } from "./python.ts";

describe.each([
  ["TypeScript", typescript],
  ["Python", python],
])("the catalogue of %s", (_language, catalogue) => {
  it("names a source for every row", () => {
    for (const row of catalogue) expect(row.reference, row.callee).toMatch(/^https:\/\/|^coldstart, /);
  });

  it("has one row for a name, unless conditions tell them apart", () => {
    const plain = catalogue.filter((row) => !row.when && !row.unless).map((row) => row.callee);
    expect(plain.filter((callee, index) => plain.indexOf(callee) !== index)).toEqual([]);
  });

  it("puts rows with conditions before those without", () => {
    for (const [index, row] of catalogue.entries()) {
      if (!row.when) continue;
      const earlier = catalogue
        .slice(0, index)
        .find((each) => each.callee === row.callee && !each.when && !each.unless);
      expect(earlier, row.callee).toBeUndefined();
    }
  });

  it("gives writes and streams the argument with their path", () => {
    for (const row of catalogue) {
      if (row.kind === "write" || row.kind === "stream") expect(row.writes, row.callee).toBeDefined();
    }
  });
});

it("names no call twice through the spelling of Node's modules", () => {
  for (const row of typescript) expect(row.callee).not.toMatch(/^(fs|path|os|url|child_process|stream)[./]/);
});
