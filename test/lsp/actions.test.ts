import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { Diagnostic, TextDocumentEdit } from "vscode-languageserver-protocol";
import { actions, resolve, textEdits, WHOLE } from "./asking.ts";
import { startEditor, uri } from "./editor.ts";
import { createProject, TABLES } from "./project.ts";
import { applyEdits } from "./text.ts";

const capabilities = {
  workspace: { workspaceEdit: { documentChanges: true } },
  textDocument: { codeAction: { resolveSupport: { properties: ["edit"] } } },
};
it("offers fixes without edits, and works an edit out when one is chosen", async () => {
  using project = createProject({ "count.ts": TABLES });
  await using editor = await startEditor({ capabilities });
  const file = project.path("count.ts");
  await editor.open(file, TABLES);
  const offered = await actions(editor, file, {
    start: { line: 8, character: 25 },
    end: { line: 8, character: 25 },
  });
  const together = offered.find(({ title }) => title.startsWith("Start these 2 loads together"));
  expect(together).toMatchObject({ kind: "quickfix", isPreferred: true });
  expect(together?.edit).toBeUndefined();
  expect(together?.diagnostics?.map(({ code }) => code)).toEqual(["sequential-loads"]);
  const resolved = await resolve(editor, together);
  const [change] = (resolved.edit?.documentChanges ?? []) as TextDocumentEdit[];
  expect(change?.textDocument).toEqual({ uri: uri(file), version: 1 });
  const text = applyEdits(TABLES, textEdits(resolved));
  expect(text).toContain('const [users, orders] = await Promise.all([load("users"), load("orders")]);');
});

it("keeps CRLF where it fixes, and counts no byte order mark", async () => {
  const text = TABLES.replaceAll("\n", "\r\n");
  using project = createProject({ "count.ts": `\uFEFF${text}` });
  await using editor = await startEditor({ capabilities });
  const file = project.path("count.ts");
  await editor.open(file, text);
  const [fixAll] = await actions(editor, file, WHOLE, ["source.fixAll"]);
  const fixed = applyEdits(text, textEdits(await resolve(editor, fixAll)));
  expect(fixed).not.toBe(text);
  expect(fixed.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  expect(readFileSync(file, "utf8")).toBe(`\uFEFF${text}`);
});

it("fixes all at once, as one action of its kind, after which nothing is left", async () => {
  using project = createProject({ "count.ts": TABLES });
  await using editor = await startEditor({ capabilities });
  const file = project.path("count.ts");
  await editor.open(file, TABLES);
  const offered = await actions(editor, file, WHOLE, ["source.fixAll.coldstart"]);
  expect(offered.map(({ kind }) => kind)).toEqual(["source.fixAll.coldstart"]);
  const fixed = applyEdits(TABLES, textEdits(await resolve(editor, offered[0])));
  await editor.diagnostics(file, (all) => all.length > 0);
  editor.forget();
  await editor.change(file, [{ range: WHOLE, text: fixed }]);
  expect(await editor.diagnostics(file, () => true)).toEqual([]);
  expect(await actions(editor, file, WHOLE, ["source.fixAll.coldstart"])).toEqual([]);
});

it("ignores a finding by a comment at the same indentation", async () => {
  using project = createProject({ "count.ts": TABLES });
  await using editor = await startEditor({ capabilities });
  const file = project.path("count.ts");
  await editor.open(file, TABLES);
  const line = { line: 9, character: 25 };
  const offered = await actions(editor, file, { start: line, end: line });
  const ignore = offered.find(({ title }) => title === "Ignore sequential-loads on this line");
  const text = applyEdits(TABLES, textEdits(await resolve(editor, ignore)));
  expect(text.split("\n")[9]).toBe("  // coldstart-disable-next-line sequential-loads");
  await editor.diagnostics(file, (all) => all.length > 0);
  editor.forget();
  await editor.change(file, [{ range: WHOLE, text }]);
  const left = await editor.diagnostics(file, () => true);
  const lineOfOrders = (one: Diagnostic) => one.range.start.line === 10 && one.code === "sequential-loads";
  expect(left.filter(lineOfOrders)).toEqual([]);
});

it("gives edits at once to an editor that can't ask for them later", async () => {
  using project = createProject({ "count.ts": TABLES });
  await using editor = await startEditor();
  const file = project.path("count.ts");
  await editor.open(file, TABLES);
  const offered = await actions(editor, file, WHOLE, ["quickfix"]);
  expect(offered.length).toBeGreaterThan(0);
  for (const { edit } of offered) expect(Object.keys(edit?.changes ?? {})).toEqual([uri(file)]);
});

it("refuses to resolve an action of a text that has changed", async () => {
  using project = createProject({ "count.ts": TABLES });
  await using editor = await startEditor({ capabilities });
  const file = project.path("count.ts");
  await editor.open(file, TABLES);
  const [first] = await actions(editor, file);
  await editor.change(file, [{ range: { start: WHOLE.start, end: WHOLE.start }, text: "\n" }]);
  await expect(resolve(editor, first)).rejects.toThrow("changed");
});
