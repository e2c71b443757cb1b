// The pages of the rules are their specification: every case reports what its marks say, and nothing else.
import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { analyse } from "../../server/analysis/index.ts";
import type { FunctionFacts } from "../../server/facts/function.ts";
import { platforms } from "../../server/platforms/index.ts";
import { detect, rules } from "../../server/rules/index.ts";
import { detectIn, platformsFor } from "../../server/workspace/report.ts";
import { rowsFor } from "../../server/workspace/rows.ts";
import { isCode } from "../../server/workspace/scan.ts";
import { createWorkspace, type Workspace } from "../../server/workspace/workspace.ts";
import { type Case, diskOf, marksOf, pageIds, ROOT, readCases, readPage, withoutMarks } from "./cases.ts";
import { fixed } from "./fixing.ts";

interface Found {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly severity: string;
  readonly code: string;
}

async function workspaceOf(example: Case): Promise<Workspace> {
  const workspace = createWorkspace(diskOf(example));
  await workspace.prepare(example.files.map((file) => posix.join(ROOT, file.path)));
  return workspace;
}

function functionsOf(workspace: Workspace, path: string): readonly FunctionFacts[] {
  return analyse(posix.join(ROOT, path), workspace, platformsFor({}, path), rowsFor({}, path));
}

async function findingsOf(example: Case): Promise<readonly Found[]> {
  const workspace = await workspaceOf(example);
  const found = new Map<string, Found>();
  for (const { path } of example.files.filter((file) => isCode(file.path))) {
    const functions = functionsOf(workspace, path);
    const file = posix.join(ROOT, path);
    for (const [index, each] of detectIn(file, functions, workspace, platformsFor({}, path)).entries()) {
      const text = workspace.text(each.file) ?? "";
      const { rule, severity, range } = each;
      const line = text.slice(0, range.start).split("\n").length;
      const entry = {
        file: posix.relative(ROOT, each.file),
        line,
        rule,
        severity,
        code: text.slice(range.start, range.end).replace(/\s+/g, " "),
      };
      // Module scope of a helper is seen from every file that imports it.
      found.set(
        each.phase === "global" ? JSON.stringify([each.file, range, rule]) : `${path} ${index}`,
        entry,
      );
    }
  }
  return sorted([...found.values()]);
}

function expectedOf(example: Case): readonly Found[] {
  return sorted(
    example.files.flatMap((file) =>
      isCode(file.path) ? marksOf(file.text).map((mark) => ({ file: file.path, ...mark })) : [],
    ),
  );
}

function sorted(found: readonly Found[]): readonly Found[] {
  const key = (each: Found) => `${each.file}\0${String(each.line).padStart(4)}\0${each.rule}\0${each.code}`;
  return [...found].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

describe.each(pageIds())("%s", (id) => {
  const cases = readCases(id);

  it.each(cases.map((each) => [each.title, each] as const))("%s", async (_title, example) => {
    expect(await findingsOf(example)).toEqual(expectedOf(example));
  });

  it.each(cases.map((each) => [each.title, each] as const))("%s, fixed", async (_title, example) => {
    const files = await fixed(example, "safe");
    // Rewritten by `npm run update`.
    expect(files.map(({ path, text }) => ({ path, text: withoutMarks(text) }))).toEqual(example.after);
  });

  it("has enough cases, at least as many clean ones as others, clean ones for each platform", async () => {
    const clean = cases.filter((each) => !expectedOf(each).some((mark) => mark.rule === id));
    expect(cases.length).toBeGreaterThanOrEqual(15);
    expect(clean.length * 2).toBeGreaterThanOrEqual(cases.length);
    const seen = new Set<string>();
    for (const example of clean) {
      const workspace = await workspaceOf(example);
      for (const { path } of example.files.filter((file) => isCode(file.path))) {
        for (const each of functionsOf(workspace, path)) seen.add(each.platform);
      }
    }
    expect(seen).toEqual(new Set(platforms.map((platform) => platform.id)));
  });

  it("has no two cases of one name, nor two that say the same", () => {
    expect(new Set(cases.map((each) => each.title)).size).toBe(cases.length);
    expect(new Set(cases.map((each) => JSON.stringify([each.files, each.data]))).size).toBe(cases.length);
  });
});

describe("the pages", () => {
  it("are those of the rules", () => {
    expect(pageIds()).toEqual(rules.map((rule) => rule.id).sort());
  });

  it("are listed in the index, in the order and the words of the rules", () => {
    const listed = [...readPage("README").matchAll(/^\| \[(\S+)\]\((\S+)\) \| (.+) \| `(\w+)` \|$/gm)];
    expect(listed.map((row) => row.slice(1))).toEqual(
      rules.map(({ id, summary, severity }) => [id, `${id}.md`, summary, severity]),
    );
  });

  it.each(rules.map((rule) => [rule.id, rule] as const))("%s says what it must", (id, rule) => {
    const page = readPage(id);
    const prose = page.replace(/^```[\s\S]*?^```$/gm, "");
    const headings = [...prose.matchAll(/^##? (.+)$/gm)].map((match) => match[1]);
    expect(headings).toEqual([
      id,
      "Why it matters",
      "Example",
      "How it is fixed",
      "When it is not reported",
      "Configuration",
      "Cases",
    ]);
    expect(page).toContain(`"${id}": "off"`);
    expect(page).toContain(`\`${rule.severity}\``);
  });

  it.each(rules.map((rule) => [rule.id] as const))("%s: messages are two sentences at most", async (id) => {
    for (const example of readCases(id)) {
      const workspace = await workspaceOf(example);
      for (const { path } of example.files.filter((file) => isCode(file.path))) {
        const functions = functionsOf(workspace, path);
        for (const { message } of detect(functions)) {
          const sentences = message.replace(/`[^`]*`/g, "x").match(/[.!?](\s|$)/g) ?? [];
          expect(sentences.length, message).toBeGreaterThanOrEqual(1);
          expect(sentences.length, message).toBeLessThanOrEqual(2);
        }
      }
    }
  });
});
