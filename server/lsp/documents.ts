// The opened documents, handed to the linter as they change, and reports of them.
import { type Connection, TextDocuments } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { FileReport, Linter } from "../lint.ts";
import { pathOf, uriOf } from "./paths.ts";
import { interpreterPath, type SettingsStore } from "./settings.ts";

export interface Documents {
  /** Absolute paths of the opened files. */
  opened(): readonly string[];
  /** The opened document of a path or uri. */
  document(path: string): TextDocument | undefined;
  /** Version of the opened document of a uri. */
  versionOf(uri: string): number | undefined;
  /** The uri that the client uses for a path. */
  uri(path: string): string;
  /** What the linter says of an opened document; undefined when it isn't opened, is no file, or was closed meanwhile. */
  report(
    uri: string,
  ): Promise<
    { readonly file: string; readonly report: FileReport; readonly document: TextDocument } | undefined
  >;
  /** For positions in any file, opened or not. */
  textOf(path: string): TextDocument | undefined;
  onChange(listener: (file: string) => void): void;
  onClose(listener: (file: string) => void): void;
}

export function trackDocuments(
  connection: Connection,
  linter: Linter,
  settings: Pick<SettingsStore, "for">,
): Documents {
  const documents = new TextDocuments(TextDocument);
  /** Path → the uri that the client uses, which may be spelled otherwise than ours. */
  const uris = new Map<string, string>();
  const changed: ((file: string) => void)[] = [];
  const closed: ((file: string) => void)[] = [];

  documents.onDidChangeContent(({ document }) => {
    const file = pathOf(document.uri);
    if (file === undefined) return;
    uris.set(file, document.uri);
    linter.open(file, document.getText());
    for (const listener of changed) listener(file);
  });
  documents.onDidClose(({ document }) => {
    const file = pathOf(document.uri);
    if (file === undefined) return;
    uris.delete(file);
    linter.close(file);
    for (const listener of closed) listener(file);
  });
  documents.listen(connection);

  const uri = (path: string) => uris.get(path) ?? uriOf(path);
  const document = (path: string) => documents.get(uri(path));
  return {
    opened: () => [...uris.keys()],
    document,
    versionOf: (wanted) => documents.get(wanted)?.version,
    uri,
    async report(wanted) {
      const file = pathOf(wanted);
      if (file === undefined || !document(file)) return undefined;
      await linter.prepare(await linter.scan([file]));
      if (file.endsWith(".py")) {
        const { python, chosenPython } = await settings.for(wanted);
        const written = python || chosenPython;
        linter.usePython(file, written ? interpreterPath(written, linter.root(file)) : undefined);
      }
      const now = document(file);
      return now && { file, report: linter.lint(file), document: now };
    },
    textOf(path) {
      const open = document(path);
      if (open) return open;
      const text = linter.text(path);
      return text === undefined ? undefined : TextDocument.create(uri(path), "", 0, text);
    },
    onChange: (listener) => void changed.push(listener),
    onClose: (listener) => void closed.push(listener),
  };
}
