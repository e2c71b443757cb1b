// Running a function cold from its lens, and what lens and hover tell afterwards.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { findings, hoverAt, lens, lenses, open, setText } from "./document.ts";
import { test, until } from "./harness.ts";

async function runCold(document: vscode.TextDocument): Promise<void> {
  const command = await until("the lens Run cold", () => lens(document, "search", "▶ Run cold"));
  const report = await vscode.commands.executeCommand<{ ok: boolean }>(
    command.command,
    ...(command.arguments ?? []),
  );
  assert(report.ok, JSON.stringify(report));
}

test("lenses stand above each function and nowhere else", async () => {
  const document = await open("search.ts");
  const found = await until("lenses", async () => {
    const all = await lenses(document);
    return all.length > 0 && all;
  });
  const named = found.map(({ command, range }) => {
    const [, name] = document.lineAt(range.start.line).text.split("export const ");
    return `${name?.split(" ")[0]}: ${command?.title}`;
  });
  assert.deepEqual(named, [
    "search: ▶ Run cold",
    "search: Measure",
    "search: Prove the fixes",
    "words: ▶ Run cold",
    "words: Measure",
  ]);
});

test("Run cold shows what the cold start cost, in lens and hover", async () => {
  const document = await open("search.ts");
  assert.match(await hoverAt(document, "search = app"), /not measured yet/);
  await runCold(document);
  await until("the figure in the lens", async () =>
    /· [\d ]+ ms$/.test(
      (await lens(document, "search", "▶ Run cold"))?.title.replaceAll("\u00a0", " ") ?? "",
    ),
  );
  const hover = await hoverAt(document, "search = app");
  assert.match(hover, /Cold start [\d ]+ ms/);
  for (const stage of ["boot", "global scope", "first body"]) {
    assert.match(hover, new RegExp(`^${stage} +[\\d. ]+ ms +█*`, "m"));
  }
  assert.match(
    await hoverAt(document, 'loadVectors("titles")'),
    /[\d.]+ ms\*\* of the last profiled cold start of search/,
  );
});

test("after a fix the figure is marked as old; after another run both are shown", async () => {
  const document = await open("search.ts");
  const original = document.getText();
  await vscode.commands.executeCommand("coldstart.fixAll");
  await until("all is fixed", () => document.getText() !== original && findings(document).length === 0);
  await until("the mark", async () =>
    /Measured before the last change/.test(await hoverAt(document, "search = app")),
  );
  await runCold(document);
  const hover = await hoverAt(document, "search = app");
  assert.match(hover, /Cold start [\d ]+ ms\*\*, was [\d ]+ ms\b/);
  await setText(document, original);
});
