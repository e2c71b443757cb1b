// How the language server is started and what it is told about this editor.
import { join } from "node:path";
import * as vscode from "vscode";
import {
  DidChangeConfigurationNotification,
  LanguageClient,
  RevealOutputChannelOn,
  TransportKind,
} from "vscode-languageclient/node";
import type { InitializationOptions } from "../server/lsp/messages.ts";
import { withTarget } from "./commands.ts";
import { watchPython, withInterpreters } from "./interpreters.ts";

const LANGUAGES = ["typescript", "typescriptreact", "javascript", "javascriptreact", "python"];

/** The client of one server for all folders of the window. It is not started yet. */
export function createClient(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): LanguageClient {
  // Without a runtime the server is forked: Electron as node on a desktop, the extension host's node elsewhere.
  const server = {
    module: join(context.extensionPath, "dist", "cli.js"),
    args: ["lsp"],
    transport: TransportKind.stdio,
  };
  let watching = false;
  /** From the first file of Python on. */
  const watch = () => {
    if (watching) return;
    watching = true;
    watchPython(() => {
      void client.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
    }).then(
      (watched) => void (watched && context.subscriptions.push(watched)),
      (error) => log.warn(`The Python extension did not start: ${error}`),
    );
  };
  const client: LanguageClient = new LanguageClient(
    "coldstart",
    "coldstart",
    { run: server, debug: { ...server, options: { execArgv: ["--nolazy", "--inspect=6019"] } } },
    {
      documentSelector: LANGUAGES.map((language) => ({ scheme: "file", language })),
      outputChannel: log,
      traceOutputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: (): InitializationOptions => ({
        trusted: vscode.workspace.isTrusted,
        takesNotifications: true,
      }),
      middleware: {
        executeCommand: (command, args, next) =>
          withTarget(client, log, args, (complete) => next(command, complete)),
        workspace: {
          configuration: async (params, token, next) => {
            const answers = await next(params, token);
            if (params.items.some(({ scopeUri }) => scopeUri?.endsWith(".py"))) watch();
            if (!Array.isArray(answers)) return answers;
            return Promise.all(
              answers.map((answer, at) => withInterpreters(answer, params.items[at]?.scopeUri, log)),
            );
          },
        },
      },
    },
  );
  return client;
}
