// The extension is there and starts when a file of its languages is opened.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { test } from "./harness.ts";

test("the extension is installed under its own name", async () => {
  const extension = vscode.extensions.getExtension("coldstart.coldstart");
  assert(extension);
  const own = extension.packageJSON.contributes.commands.map((one: { command: string }) => one.command);
  assert(own.includes("coldstart.runCold"), own.join(" "));
});

test("it starts with its language server", async () => {
  await vscode.extensions.getExtension("coldstart.coldstart")?.activate();
  const commands = await vscode.commands.getCommands(true);
  for (const name of [
    "runCold",
    "measure",
    "verifyFix",
    "setInput",
    "fixAll",
    "showOutput",
    "restartServer",
  ]) {
    assert(commands.includes(`coldstart.${name}`), name);
  }
});

test("the palette offers the commands in files of both languages, and in no other", async () => {
  const extension = vscode.extensions.getExtension("coldstart.coldstart");
  const entries: readonly { readonly command: string; readonly when: string }[] =
    extension?.packageJSON.contributes.menus.commandPalette;
  assert(entries.length > 0);
  for (const { command, when } of entries) {
    const [, pattern = ""] = /editorLangId =~ \/(.*?)\/(?:\s|$)/.exec(when) ?? [];
    const offered = ["typescript", "javascriptreact", "python", "json"].filter((id) =>
      new RegExp(pattern).test(id),
    );
    assert.deepEqual(offered, ["typescript", "javascriptreact", "python"], command);
  }
});
