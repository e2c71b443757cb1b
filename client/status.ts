// The item in the status bar: what coldstart is doing, and whether something is wrong.
import * as vscode from "vscode";
import { State } from "vscode-languageclient/node";
import type { StatusParams } from "../server/lsp/messages.ts";

export interface StatusItem extends vscode.Disposable {
  show(status: StatusParams): void;
  serverIs(state: State): void;
}

export function createStatusItem(): StatusItem {
  const item = vscode.window.createStatusBarItem("coldstart.status", vscode.StatusBarAlignment.Left, 0);
  item.name = "coldstart";
  item.command = "coldstart.showOutput";

  const say = (icon: string, text: string, tooltip: string, wrong = false) => {
    item.text = `$(${icon}) ${text}`;
    item.tooltip = tooltip;
    item.backgroundColor = wrong ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
    item.show();
  };

  return {
    show({ running, analysing, problems }) {
      if (running.length === 1)
        say("loading~spin", `coldstart: ${running[0]}`, "A function of yours is running.");
      else if (running.length > 1)
        say("loading~spin", `coldstart: ${running.length} runs`, running.join("\n"));
      else if (problems.length > 0) say("warning", "coldstart", problems.join("\n"), true);
      else if (analysing) say("sync~spin", "coldstart", "Analysing …");
      else say("dashboard", "coldstart", "Watching for cold-start problems. Select for the output.");
    },
    serverIs(state) {
      if (state === State.Running) this.show({ running: [], analysing: false, problems: [] });
      else if (state === State.Stopped)
        say("error", "coldstart", "The language server is not running. The output says why.", true);
      else say("sync~spin", "coldstart", "The language server is starting.");
    },
    dispose: () => item.dispose(),
  };
}
