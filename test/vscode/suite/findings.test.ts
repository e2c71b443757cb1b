// Squiggles and quick fixes, as the editor has them.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { apply, findings, open, quickFixes, setText, whenFindings } from "./document.ts";
import { test, until } from "./harness.ts";

test("the demo app's problems are underlined, and its clean function is not", async () => {
  const document = await open("search.ts");
  const [download] = await whenFindings(document, "global-scope-download", 1);
  await whenFindings(document, "sequential-loads", 3);
  await whenFindings(document, "body-amortized-work", 3);
  assert.match(document.getText(download?.range), /^download\(/);
  assert.equal(findings(document).length, 7);
});

test("each quick fix takes its finding away", async () => {
  const document = await open("search.ts");
  const original = document.getText();
  for (const [rule, title] of [
    ["global-scope-download", /^Download it when the image is built/],
    ["sequential-loads", /^Start these 3 loads together/],
    ["body-amortized-work", /^Move `loadVectors\("titles"\)` to `enter`/],
  ] as const) {
    const [finding] = findings(document, rule);
    assert(finding, rule);
    const before = findings(document, rule).length;
    const fix = (await quickFixes(document, finding.range)).find((action) => title.test(action.title));
    await apply(fix);
    await until(`${rule} is gone by "${fix?.title}"`, () => findings(document, rule).length < before);
    await setText(document, original);
    await whenFindings(document, rule, before);
  }
});

test("only safe fixes are preferred", async () => {
  const document = await open("search.ts");
  for (const finding of findings(document)) {
    for (const action of await quickFixes(document, finding.range)) {
      if (action.isPreferred) assert.doesNotMatch(action.title, /unsafe|Ignore/);
    }
  }
});

test("a comment ignores a finding", async () => {
  const document = await open("search.ts");
  const original = document.getText();
  const [finding] = findings(document, "global-scope-download");
  assert(finding);
  await apply((await quickFixes(document, finding.range)).find(({ title }) => title.startsWith("Ignore")));
  await whenFindings(document, "global-scope-download", 0);
  await setText(document, original);
  await whenFindings(document, "global-scope-download", 1);
});

test("the command fixes all that is safe, and one undo takes it back", async () => {
  const document = await open("search.ts");
  const original = document.getText();
  await vscode.commands.executeCommand("coldstart.fixAll");
  await until("all is fixed", () => document.getText() !== original && findings(document).length === 0);
  await vscode.commands.executeCommand("undo");
  assert.equal(document.getText(), original);
  await whenFindings(document, "global-scope-download", 1);
});
