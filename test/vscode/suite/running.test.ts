// Running a function cold from its lens, and what lens and hover tell afterwards.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { APPS, type AppUnderTest } from "./apps.ts";
import { findings, hoverAt, lens, lenses, open, setText } from "./document.ts";
import { test, until } from "./harness.ts";

interface Report {
  readonly ok: boolean;
  readonly answer?: { readonly results?: string };
}

async function execute(document: vscode.TextDocument, app: AppUnderTest, title: string): Promise<Report> {
  const command = await until(`the lens ${title}`, () => lens(document, app.function, title));
  const report = await vscode.commands.executeCommand<Report>(command.command, ...(command.arguments ?? []));
  assert(report.ok, JSON.stringify(report));
  return report;
}

for (const app of APPS) {
  const named = (name: string, run: () => Promise<void>) => test(`${app.file}: ${name}`, run);

  named("lenses stand above each function and nowhere else", async () => {
    const document = await open(app.file);
    const found = await until("lenses", async () => {
      const all = await lenses(document);
      return all.length > 0 && all;
    });
    const shown = found.map(({ command }) => `${command?.arguments?.[0]?.function}: ${command?.title}`);
    assert.deepEqual(shown, app.lenses);
    for (const { command, range } of found) {
      const name = String(command?.arguments?.[0]?.function).split(".").at(-1) ?? "";
      assert(document.getText(range).includes(name), `${name} is not in "${document.getText(range)}"`);
    }
  });

  named("Run cold shows what the cold start cost, in lens and hover", async () => {
    const document = await open(app.file);
    assert.match(await hoverAt(document, app.definition), /not measured yet/);
    await execute(document, app, "▶ Run cold");
    await until("the figure in the lens", async () =>
      /· [\d ]+ ms$/.test(
        (await lens(document, app.function, "▶ Run cold"))?.title.replaceAll("\u00a0", " ") ?? "",
      ),
    );
    const hover = await hoverAt(document, app.definition);
    assert.match(hover, /Cold start [\d ]+ ms/);
    for (const stage of app.stages) {
      assert.match(hover, new RegExp(`^${stage} +[\\d. ]+ ms +█*`, "m"));
    }
    assert.match(hover, app.interpreter);
    const load = await hoverAt(document, app.load);
    assert(
      /[\d.]+ ms\*\* of the last profiled cold start of /.test(load) && load.includes(app.function),
      load,
    );
  });

  named("after a fix the figure is marked as old; after another run both are shown", async () => {
    const document = await open(app.file);
    const original = document.getText();
    await vscode.commands.executeCommand("coldstart.fixAll");
    await until("all is fixed", () => document.getText() !== original && findings(document).length === 0);
    await until("the mark", async () =>
      /Measured before the last change/.test(await hoverAt(document, app.definition)),
    );
    await execute(document, app, "▶ Run cold");
    const hover = await hoverAt(document, app.definition);
    assert.match(hover, /Cold start [\d ]+ ms\*\*, was [\d ]+ ms\b/);
    await setText(document, original);
  });

  named("the fixes are proved from their lens", async () => {
    const document = await open(app.file);
    const { answer } = await execute(document, app, "Prove the fixes");
    assert.equal(answer?.results, "equal");
  });
}
