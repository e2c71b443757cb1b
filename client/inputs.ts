// Asks for the arguments that a function is run with; the server keeps them in the project's config.
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type {
  FunctionTarget,
  InputAnswer,
  KeepInputAnswer,
  KeepInputParams,
} from "../server/lsp/messages.ts";

export async function setInput(client: LanguageClient, target: FunctionTarget): Promise<void> {
  const { input: kept, config } = await client.sendRequest<InputAnswer>("coldstart/input", target);
  const input = await vscode.window.showInputBox({
    title: `Input of ${target.function}`,
    prompt: `Its arguments as a JSON array, such as ["green tea", 3]; kept in ${config}.`,
    value: kept ?? "[]",
    // Between the brackets.
    ...(kept === undefined && { valueSelection: [1, 1] as [number, number] }),
    validateInput: (text) =>
      isArray(text) ? undefined : 'A JSON array is needed, such as ["green tea", 3].',
    ignoreFocusOut: true,
  });
  if (input === undefined) return;
  const params: KeepInputParams = { ...target, input };
  const { why } = await client.sendRequest<KeepInputAnswer>("coldstart/keepInput", params);
  if (why !== undefined) void vscode.window.showWarningMessage(`coldstart: ${why}`);
}

function isArray(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}
