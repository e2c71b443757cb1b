// The commands of the palette. Those that run functions are the server's own; here they learn which function is meant.
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { FunctionEntry, FunctionsParams, FunctionTarget } from "../server/lsp/messages.ts";
import { setInput } from "./inputs.ts";
import { chosenPython } from "./interpreters.ts";
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
    vscode.commands.registerCommand("coldstart.setInput", async (given?: FunctionTarget) => {
      const target = isTarget(given) ? given : await targetAtCursor(client);
      if (target) await setInput(client, target);
    }),
  ];
}

/**
 * Adds the function at the cursor to a server command that was chosen in the palette, since a lens alone names its own,
 * and to both the Python that the editor has chosen.
 */
export async function withTarget(
  client: LanguageClient,
  log: vscode.LogOutputChannel,
  args: unknown[],
  next: (args: unknown[]) => vscode.ProviderResult<unknown>,
): Promise<unknown> {
  const [given] = args;
  const target = isTarget(given) ? given : await targetAtCursor(client);
  if (!target) return undefined;
  const resource = client.protocol2CodeConverter.asUri(target.uri);
  // Nothing is asked of other extensions for a run that is going to be refused.
  const python =
    resource.path.endsWith(".py") && vscode.workspace.isTrusted
      ? await chosenPython(resource, log)
      : undefined;
  return next([{ ...target, ...(python !== undefined && { python }) }]);
}

function isTarget(given: unknown): given is FunctionTarget {
  return typeof given === "object" && given !== null && "uri" in given && typeof given.uri === "string";
}

async function targetAtCursor(client: LanguageClient): Promise<FunctionTarget | undefined> {
  const editor = vscode.window.activeTextEditor;
  if (editor) return functionAt(client, editor);
  void vscode.window.showWarningMessage("coldstart: open a file with a function first.");
  return undefined;
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
