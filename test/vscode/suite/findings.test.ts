// Squiggles and quick fixes, as the editor has them.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { APPS, type AppUnderTest } from "./apps.ts";
import { apply, findings, open, quickFixes, setText, whenFindings } from "./document.ts";
import { test, until } from "./harness.ts";

const allOf = (app: AppUnderTest) => Object.values(app.findings).flat().length;

for (const app of APPS) {
  const named = (name: string, run: () => Promise<void>) => test(`${app.file}: ${name}`, run);
  const [firstRule = ""] = Object.keys(app.findings);

  named("the app's problems are underlined where they stand, and its clean function is not", async () => {
    const document = await open(app.file);
    for (const [rule, texts] of Object.entries(app.findings)) {
      const found = await whenFindings(document, rule, texts.length);
      const said = found.map(({ range }) => document.getText(range));
      for (const [at, text] of texts.entries()) assert(said[at]?.startsWith(text), `${rule}: ${said[at]}`);
    }
    assert.equal(findings(document).length, allOf(app));
  });

  named("each quick fix takes its finding away", async () => {
    const document = await open(app.file);
    const original = document.getText();
    for (const [rule, title, text] of app.fixes) {
      const [finding] = findings(document, rule);
      assert(finding, rule);
      const before = findings(document, rule).length;
      const fix = (await quickFixes(document, finding.range)).find((action) => title.test(action.title));
      await apply(fix);
      await until(`${rule} is gone by "${fix?.title}"`, () => findings(document, rule).length < before);
      assert(document.getText().includes(text), document.getText());
      await setText(document, original);
      await whenFindings(document, rule, before);
    }
  });

  named("the safe fixes are preferred, and only they", async () => {
    const document = await open(app.file);
    let preferred = 0;
    for (const finding of findings(document)) {
      for (const action of await quickFixes(document, finding.range)) {
        if (!action.isPreferred) continue;
        preferred++;
        assert.doesNotMatch(action.title, /unsafe|Ignore/);
      }
    }
    assert.notEqual(preferred, 0);
  });

  named("a comment of its language ignores a finding", async () => {
    const document = await open(app.file);
    const original = document.getText();
    const [finding] = findings(document, firstRule);
    assert(finding);
    await apply((await quickFixes(document, finding.range)).find(({ title }) => title.startsWith("Ignore")));
    await whenFindings(document, firstRule, 0);
    assert(document.getText().includes(app.comment));
    await setText(document, original);
    await whenFindings(document, firstRule, 1);
  });

  named("the command fixes all that is safe, and one undo takes it back", async () => {
    const document = await open(app.file);
    const original = document.getText();
    await vscode.commands.executeCommand("coldstart.fixAll");
    await until("all is fixed", () => document.getText() !== original && findings(document).length === 0);
    await vscode.commands.executeCommand("undo");
    assert.equal(document.getText(), original);
    await whenFindings(document, firstRule, 1);
  });
}
