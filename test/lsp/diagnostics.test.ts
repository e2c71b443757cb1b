import { expect, it } from "vitest";
import { startEditor, uri } from "./editor.ts";
import { createProject, TABLES } from "./project.ts";

const rules = (found: readonly { code?: unknown }[]) => found.map(({ code }) => code).sort();
const BOTH = ["body-amortized-work", "body-amortized-work", "sequential-loads", "sequential-loads"];

it("pushes diagnostics with rule, page and place to an editor that can't pull them", async () => {
  using project = createProject({ "count.ts": TABLES });
  await using editor = await startEditor({
    folders: [project.folder],
    capabilities: { textDocument: { publishDiagnostics: { relatedInformation: true } } },
  });
  expect(editor.initialized.capabilities.diagnosticProvider).toBeUndefined();
  await editor.open(project.path("count.ts"), TABLES);
  const found = await editor.diagnostics(project.path("count.ts"), (all) => all.length > 0);
  expect(rules(found)).toEqual(BOTH);
  const first = found.find(({ code }) => code === "sequential-loads");
  expect(first?.source).toBe("coldstart");
  expect(first?.range.start).toEqual({ line: 8, character: 22 });
  expect(first?.codeDescription?.href).toMatch(/^file:.*rules\/sequential-loads\.md$/);
  expect(first?.relatedInformation?.[0]?.location.range.start.line).toBe(5);
});

it("answers an editor that pulls diagnostics, and pushes none to it", async () => {
  using project = createProject({ "count.ts": TABLES });
  await using editor = await startEditor({ capabilities: { textDocument: { diagnostic: {} } } });
  expect(editor.initialized.capabilities.diagnosticProvider).toBeDefined();
  await editor.open(project.path("count.ts"), TABLES);
  const answer = await editor.connection.sendRequest<{ items: { code: string }[] }>(
    "textDocument/diagnostic",
    {
      textDocument: { uri: uri(project.path("count.ts")) },
    },
  );
  expect(rules(answer.items)).toEqual(BOTH);
  expect(editor.received.filter(({ method }) => method === "textDocument/publishDiagnostics")).toEqual([]);
});

it("follows incremental edits, also in a text with CRLF, a byte order mark and letters beyond the basic plane", async () => {
  const text = `\uFEFF// 🥶 cold\n${TABLES}`.replaceAll("\n", "\r\n");
  using project = createProject({ "count.ts": text });
  await using editor = await startEditor();
  const file = project.path("count.ts");
  // Editors strip the mark before they send a text.
  await editor.open(file, text.slice(1));
  const found = await editor.diagnostics(file, (all) => all.length > 0);
  expect(found.find(({ code }) => code === "sequential-loads")?.range.start).toEqual({
    line: 9,
    character: 22,
  });

  // The second load now uses the first one's result: nothing is left to overlap.
  editor.forget();
  const start = { line: 10, character: 28 };
  await editor.change(file, [{ range: { start, end: { line: 10, character: 36 } }, text: "users[0].table" }]);
  expect(rules(await editor.diagnostics(file, () => true))).not.toContain("sequential-loads");
});

it("analyses a broken file as far as it parses, and recovers", async () => {
  using project = createProject({ "count.ts": TABLES });
  await using editor = await startEditor();
  const file = project.path("count.ts");
  await editor.open(file, `${TABLES}\nexport const broken = app.function((`);
  const found = await editor.diagnostics(file, (all) => all.length > 0);
  expect(rules(found)).toEqual([...BOTH, "syntax"]);
  expect(found.at(-1)).toMatchObject({ severity: 4, range: { start: { line: TABLES.split("\n").length } } });
  editor.forget();
  const whole = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
  await editor.change(file, [{ range: whole, text: "export const nothing = 1;\n" }]);
  expect(await editor.diagnostics(file, () => true)).toEqual([]);
});

it("analyses only the last of many quick edits", async () => {
  using project = createProject({ "count.ts": TABLES });
  await using editor = await startEditor();
  const file = project.path("count.ts");
  await editor.open(file, TABLES);
  const end = { line: TABLES.split("\n").length - 1, character: 0 };
  for (let at = 0; at < 50; at++)
    await editor.change(file, [{ range: { start: end, end }, text: "// typing\n" }]);
  await editor.heard<{ version: number }>("textDocument/publishDiagnostics", ({ version }) => version === 51);
  const published = editor.received.filter(({ method }) => method === "textDocument/publishDiagnostics");
  expect(published.length).toBeLessThan(5);
});

it("takes diagnostics back when a file is closed", async () => {
  using project = createProject({ "count.ts": TABLES });
  await using editor = await startEditor();
  const file = project.path("count.ts");
  await editor.open(file, TABLES);
  await editor.diagnostics(file, (all) => all.length > 0);
  await editor.close(file);
  expect(await editor.diagnostics(file, (all) => all.length === 0)).toEqual([]);
});

it("speaks of Python as it does of TypeScript, with its fixes", async () => {
  const text = `import modal

app = modal.App("pool")


@app.function(keep_warm=1)
def square(x: int) -> int:
    return x**2
`;
  using project = createProject({ "app.py": text });
  await using editor = await startEditor();
  const file = project.path("app.py");
  await editor.open(file, text);
  const found = await editor.diagnostics(file, (all) => all.length > 0);
  expect(rules(found)).toEqual(["outdated-setting"]);
  expect(found[0]?.range).toEqual({ start: { line: 5, character: 14 }, end: { line: 5, character: 25 } });

  editor.forget();
  const range = { start: { line: 5, character: 14 }, end: { line: 5, character: 23 } };
  await editor.change(file, [{ range, text: "min_containers" }]);
  expect(await editor.diagnostics(file, () => true)).toEqual([]);
});
