// The commands of the palette. Those that run functions are the server's own; here they learn which function is meant.
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { FunctionEntry, FunctionsParams, FunctionTarget } from "../server/lsp/messages.ts";
import type { Output } from "./output.ts";

export function registerCommands(
  client: LanguageClient,
  channels: { readonly log: vscode.LogOutputChannel; readonly output: Output },
): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand("coldstart.fixAll", () =>
      vscode.commands.executeCommand("editor.action.codeAction", {
        kind: "source.fixAll.coldstart",
        apply: "first",
      }),
    ),
    vscode.commands.registerCommand("coldstart.showOutput", () => channels.log.show(true)),
    vscode.commands.registerCommand("coldstart.showFunctionOutput", () => channels.output.show()),
    vscode.commands.registerCommand("coldstart.restartServer", () => client.restart()),
  ];
}

/** Adds the function at the cursor to a server command that was chosen in the palette; a lens names its own. */
export async function withTarget(
  client: LanguageClient,
  command: string,
  args: unknown[],
  next: (command: string, args: unknown[]) => vscode.ProviderResult<unknown>,
): Promise<unknown> {
  if (args.length > 0) return next(command, args);
  const editor = vscode.window.activeTextEditor;
  if (!editor) return void vscode.window.showWarningMessage("coldstart: open a file with a function first.");
  const target = await functionAt(client, editor);
  return target && next(command, [target]);
}

/** The function around the cursor, else the only one of the file, else the one that the user picks. */
async function functionAt(
  client: LanguageClient,
  editor: vscode.TextEditor,
): Promise<FunctionTarget | undefined> {
  const uri = client.code2ProtocolConverter.asUri(editor.document.uri);
  const params: FunctionsParams = { uri };
  const functions = await client.sendRequest<readonly FunctionEntry[]>("coldstart/functions", params);
  if (functions.length === 0) {
    void vscode.window.showWarningMessage(
      "coldstart: this file defines no serverless function that coldstart knows.",
    );
    return undefined;
  }
  const line = editor.selection.active.line;
  const found =
    functions.find(({ startLine, endLine }) => startLine <= line && line <= endLine) ??
    (functions.length === 1 ? functions[0] : undefined);
  const name =
    found?.name ??
    (await vscode.window.showQuickPick(
      functions.map((one) => one.name),
      { title: "Which function?" },
    ));
  return name === undefined ? undefined : { uri, function: name };
}
