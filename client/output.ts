// What functions print while they run, each line marked with the function and the container that it comes from.
import type * as vscode from "vscode";
import type { OutputParams } from "../server/lsp/messages.ts";

export interface Output extends vscode.Disposable {
  append(said: OutputParams): void;
  show(): void;
}

export function createOutput(channel: vscode.OutputChannel): Output {
  /** Beginnings of lines that have not ended yet, by their mark. */
  const open = new Map<string, string>();
  return {
    append({ function: name, container, stream, text }) {
      const mark = `${name} ${container}${stream === "stderr" ? " ⚠" : ""}`;
      const lines = ((open.get(mark) ?? "") + text).split(/\r?\n/);
      open.set(mark, lines.pop() ?? "");
      for (const line of lines) channel.appendLine(`${mark} │ ${line}`);
    },
    show: () => channel.show(true),
    dispose: () => channel.dispose(),
  };
}
