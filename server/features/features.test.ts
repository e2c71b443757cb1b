import { expect, it } from "vitest";
import { codeActions, findFix, suppression } from "./code-actions.ts";
import { diagnostics } from "./diagnostics.ts";
import { hover } from "./hover.ts";
import { inlayHints } from "./inlay-hints.ts";
import { lenses, lensTitle } from "./lenses.ts";
import { measurementsOf, NOTHING_MEASURED } from "./measurements.ts";
import { summaryOf } from "./rule-pages.ts";
import { at, finding, report, safe, stored, TEXT, unsafe } from "./sample.ts";

const plain = (text: string | undefined) => text?.replaceAll("\u00a0", " ");
const pages = () => ({ summary: "Loads wait for one another.", url: "file:///rules/sequential-loads.md" });
const both = [finding('load("users")', [safe]), finding('load("orders")', [safe, unsafe])];
const measured = measurementsOf([stored("old", 2410), stored("new", 812)], "search.ts::search", "new");
const all = () => true;

it("diagnostics carry the rule, its page and what is greyed out", () => {
  const unused = { ...finding("/** Finds. */", []), rule: "unused-suppression" as const };
  const found = diagnostics(report([...both, unused]), pages);
  expect(found.map(({ code, unnecessary }) => [code, unnecessary])).toEqual([
    ["unused-suppression", true],
    ["sequential-loads", false],
    ["sequential-loads", false],
  ]);
  expect(found[1]).toMatchObject({ range: at('load("users")'), href: "file:///rules/sequential-loads.md" });
});

it("of errors of syntax the first is hinted at", () => {
  const broken = [at("users"), at("load")].map((range) => ({ message: "`)` is expected here.", range }));
  const found = diagnostics({ ...report(), syntaxErrors: broken }, pages);
  expect(found.map(({ code, severity, range }) => [code, severity, range])).toEqual([
    ["syntax", "hint", at("users")],
  ]);
  expect(found[0]?.message).toBe("`)` is expected here. The file is analysed as far as it parses.");
});

it("lenses stand on the line of the definition, and prove fixes only where there are some", () => {
  expect(lenses(report()).map(({ kind }) => kind)).toEqual(["run", "measure"]);
  const found = lenses(report(both));
  expect(found.map(({ kind }) => kind)).toEqual(["run", "measure", "verify"]);
  expect(found[0]?.range.start).toBe(TEXT.indexOf("export const"));
});

it("the lens shows the figure, what it was, and that it is old", () => {
  expect(lensTitle("run", NOTHING_MEASURED)).toBe("▶ Run cold");
  expect(plain(lensTitle("run", measured))).toBe("▶ Run cold · 812 ms, was 2 410 ms");
  const old = measurementsOf([stored("old", 2410)], "search.ts::search", "new");
  expect(plain(lensTitle("run", old))).toBe("▶ Run cold · 2 410 ms before the last change");
});

it("the hover of a function tells before and after, stage by stage", () => {
  const context = { measured: () => measured, pages, now: 1000 + 3 * 60_000 };
  const found = hover(report(), at("search").start + 2, context);
  const lines = plain(found?.markdown)?.split("\n") ?? [];
  expect(lines[0]).toBe("**Cold start 812 ms**, was 2 410 ms");
  expect(lines.find((line) => line.startsWith("global scope"))).toMatch(
    /^global scope +2 359 ms +761 ms +█+/,
  );
  expect(lines.some((line) => line.startsWith("enter"))).toBe(false);
  expect(lines.at(-1)).toBe("1 run · 3 min ago");
});

it("the hover of a function says a factor only where both sides ran often enough", () => {
  const often = { latest: { ...measured.latest, runs: 10 }, previous: { ...measured.previous, runs: 5 } };
  const context = { measured: () => ({ ...measured, ...often }) as typeof measured, pages, now: 1000 };
  const text = plain(hover(report(), at("search").start, context)?.markdown);
  expect(text).toContain("**Cold start 812 ms**, was 2 410 ms · 3.0× faster");
});

it("the hover of a function says that a figure is old, and compares it with nothing", () => {
  const old = measurementsOf([stored("older", 5000), stored("old", 2410)], "search.ts::search", "new");
  const text = plain(
    hover(report(), at("search").start, { measured: () => old, pages, now: 1000 })?.markdown,
  );
  expect(text).toContain("Measured before the last change");
  expect(text).not.toContain("was");
});

it("the hover of a load tells its time, its size and its rule", () => {
  const loads = [{ label: 'load("users")', ms: 211 }];
  const context = { measured: () => ({ ...measured, loads }), pages, now: 1000 };
  const text = plain(hover(report(both), at('load("users")').start + 1, context)?.markdown);
  expect(text).toContain("**load** in the body · 4.2 MB from disk");
  expect(text).toContain("**211 ms** of the last profiled cold start of search");
  expect(text).toContain("Loads wait for one another. [sequential-loads](file:///rules/sequential-loads.md)");
});

it("there is no hover where nothing is known", () => {
  expect(hover(report(both), 0, { measured: () => measured, pages, now: 0 })).toBeUndefined();
});

it("hints stand behind loads that were timed since the last change", () => {
  const loads = [{ label: 'load("orders")', ms: 211 }];
  const hints = inlayHints(report(), () => ({ ...measured, loads }));
  expect(hints.map(({ at: place, label }) => [place, plain(label)])).toEqual([
    [at('load("orders")').end, "211 ms"],
  ]);
  expect(inlayHints(report(), () => ({ ...measured, loads, loadsStale: true }))).toEqual([]);
});

it("only safe fixes are preferred, and unsafe ones say why", () => {
  const actions = codeActions(report(both), at('load("orders")'), (kind) => kind === "quickfix");
  expect(actions.map((action) => [action.title, action.kind === "fix" && action.preferred])).toEqual([
    ["Start together", true],
    ["Move (unsafe: it changes call sites)", false],
    ["Ignore sequential-loads on this line", false],
  ]);
});

it("all fixes at once are offered wherever one is safe, and only when they are asked for", () => {
  const kinds = (findings: typeof both) =>
    codeActions(report(findings), at("const app"), all).map(({ kind }) => kind);
  expect(kinds(both)).toEqual(["fix-all"]);
  expect(kinds([finding('load("users")', [unsafe])])).toEqual([]);
});

it("a fix is found again by rule, place and title", () => {
  const wanted = { rule: "sequential-loads", start: at('load("orders")').start, title: "Move" };
  expect(findFix(report(both), wanted)).toBe(unsafe);
  expect(findFix(report(both), { ...wanted, start: 0 })).toBeUndefined();
});

it.each([
  ["  a();\r\n  b();\r\n", 10, { start: 8, end: 8 }, "  // coldstart-disable-next-line r\r\n"],
  ["a();", 0, { start: 0, end: 0 }, "// coldstart-disable-next-line r\n"],
  ["\uFEFFa();\n", 1, { start: 1, end: 1 }, "// coldstart-disable-next-line r\n"],
])("a suppression keeps indentation, line ends and a byte order mark: %j", (text, start, range, comment) => {
  expect(suppression("/a.ts", text, { rule: "r", start })).toEqual({ file: "/a.ts", range, text: comment });
});

it("a suppression of Python is a comment of Python", () => {
  expect(suppression("/a.py", "  a()\n", { rule: "r", start: 2 }).text).toBe(
    "  # coldstart-disable-next-line r\n",
  );
});

it("a rule's summary is the first paragraph of its page", () => {
  expect(summaryOf("# rule\n\nOne line\nand its end.\n\n## Why\n\nMore.\n")).toBe("One line and its end.");
});
