// The VS Code extension: starts the language server and gives its commands, output and state a place in the editor.
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { FunctionTarget, OutputParams, StatusParams } from "../server/lsp/messages.ts";
import { registerCommands } from "./commands.ts";
import { setInput } from "./inputs.ts";
import { createOutput } from "./output.ts";
import { createClient } from "./server.ts";
import { createStatusItem } from "./status.ts";

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("coldstart", { log: true });
  const output = createOutput(vscode.window.createOutputChannel("coldstart: functions"));
  const status = createStatusItem();
  const started = createClient(context, log);
  client = started;
  context.subscriptions.push(
    log,
    output,
    status,
    started.onNotification("coldstart/output", (said: OutputParams) => output.append(said)),
    started.onNotification("coldstart/status", (now: StatusParams) => status.show(now)),
    started.onNotification("coldstart/inputWanted", (target: FunctionTarget) => setInput(started, target)),
    started.onDidChangeState(({ newState }) => status.serverIs(newState)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => started.sendNotification("coldstart/trusted")),
    ...registerCommands(started, { log, output }),
  );
  await started.start();
}

/** Resolves once the server has ended. */
export async function deactivate(): Promise<void> {
  await client?.dispose();
  client = undefined;
}
