// The demo app's document and what the editor knows of it, for the tests.
import assert from "node:assert/strict";
import { join } from "node:path";
import * as vscode from "vscode";
import { until } from "./harness.ts";

/** Opens a file of the workspace in the editor. */
export async function open(name: string): Promise<vscode.TextDocument> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert(folder, "the tests need a workspace folder");
  const document = await vscode.workspace.openTextDocument(join(folder.uri.fsPath, name));
  await vscode.window.showTextDocument(document);
  return document;
}

export function findings(document: vscode.TextDocument, rule?: string): vscode.Diagnostic[] {
  return vscode.languages
    .getDiagnostics(document.uri)
    .filter(({ source, code }) => source === "coldstart" && (rule === undefined || ruleOf(code) === rule));
}

function ruleOf(code: vscode.Diagnostic["code"]): string {
  return String(typeof code === "object" ? code.value : code);
}

export const rulesOf = (found: readonly vscode.Diagnostic[]) => found.map(({ code }) => ruleOf(code)).sort();

/** The findings once there are as many as wanted. */
export function whenFindings(
  document: vscode.TextDocument,
  rule: string,
  count: number,
): Promise<vscode.Diagnostic[]> {
  return until(`${count} findings of ${rule}; there are ${rulesOf(findings(document))}`, () => {
    const found = [...findings(document, rule)].sort((a, b) => a.range.start.compareTo(b.range.start));
    return found.length === count && found;
  });
}

/** The quick fixes at a place, with their edits; of whichever extension, since the editor doesn't tell. */
export function quickFixes(
  document: vscode.TextDocument,
  range: vscode.Range,
): Thenable<vscode.CodeAction[]> {
  const { value } = vscode.CodeActionKind.QuickFix;
  return vscode.commands.executeCommand("vscode.executeCodeActionProvider", document.uri, range, value, 100);
}

export async function apply(action: vscode.CodeAction | undefined): Promise<void> {
  assert(action?.edit, `the action ${action?.title} has no edit`);
  assert(await vscode.workspace.applyEdit(action.edit));
}

export async function setText(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  assert(await vscode.workspace.applyEdit(edit));
}

export async function lenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
  return vscode.commands.executeCommand<vscode.CodeLens[]>(
    "vscode.executeCodeLensProvider",
    document.uri,
    100,
  );
}

/** The lens of a function whose title begins so. */
export async function lens(
  document: vscode.TextDocument,
  name: string,
  title: string,
): Promise<vscode.Command | undefined> {
  return (await lenses(document)).find(
    ({ command }) => command?.title.startsWith(title) && command.arguments?.[0]?.function === name,
  )?.command;
}

/** What coldstart's hover says at the first place of a text. */
export async function hoverAt(document: vscode.TextDocument, text: string): Promise<string> {
  const offset = document.getText().indexOf(text);
  assert(offset >= 0, `${text} is not in the document`);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    "vscode.executeHoverProvider",
    document.uri,
    document.positionAt(offset + 1),
  );
  const said = hovers.flatMap(({ contents }) =>
    contents.map((one) => (typeof one === "string" ? one : one.value)),
  );
  return said.join("\n\n").replaceAll("\u00a0", " ");
}
