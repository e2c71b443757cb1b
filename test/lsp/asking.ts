// What tests ask of the server on behalf of a user: commands, the titles of lenses, hovers, actions and their edits.
import type {
  CodeAction,
  CodeLens,
  Hover,
  Range,
  TextDocumentEdit,
  TextEdit,
} from "vscode-languageserver-protocol";
import { type Editor, uri } from "./editor.ts";

export interface Report {
  readonly ok: boolean;
  readonly error?: { readonly kind: string; readonly name: string; readonly message: string };
}

export const execute = (editor: Editor, command: string, args: unknown) =>
  editor.connection.sendRequest<Report>("workspace/executeCommand", { command, arguments: args });

export async function lensTitles(editor: Editor, file: string): Promise<(string | undefined)[]> {
  const found = await editor.connection.sendRequest<CodeLens[]>("textDocument/codeLens", {
    textDocument: { uri: uri(file) },
  });
  const resolved = await Promise.all(
    found.map((lens) => editor.connection.sendRequest<CodeLens>("codeLens/resolve", lens)),
  );
  return resolved.map(({ command }) => command?.title.replaceAll("\u00a0", " "));
}

export async function hoverText(
  editor: Editor,
  file: string,
  line: number,
  character: number,
): Promise<string> {
  const params = { textDocument: { uri: uri(file) }, position: { line, character } };
  const hover = await editor.connection.sendRequest<Hover>("textDocument/hover", params);
  return (hover.contents as { value: string }).value.replaceAll("\u00a0", " ");
}

/** The range of any text. */
export const WHOLE: Range = { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } };

export function actions(
  editor: Editor,
  file: string,
  range: Range = WHOLE,
  only?: readonly string[],
): Promise<CodeAction[]> {
  return editor.connection.sendRequest("textDocument/codeAction", {
    textDocument: { uri: uri(file) },
    range,
    context: { diagnostics: [], ...(only && { only }) },
  });
}

export const resolve = (editor: Editor, action: CodeAction | undefined) =>
  editor.connection.sendRequest<CodeAction>("codeAction/resolve", action);

/** The edits of an action that has been resolved, for an editor that takes versions. */
export const textEdits = (action: CodeAction) =>
  ((action.edit?.documentChanges ?? []) as TextDocumentEdit[]).flatMap(({ edits }) => edits as TextEdit[]);
