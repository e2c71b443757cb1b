// Between the engine's offsets and paths and the protocol's positions and uris.
import {
  DiagnosticSeverity,
  DiagnosticTag,
  type Location,
  type Diagnostic as LspDiagnostic,
  type Range as LspRange,
  type TextDocumentEdit,
  type WorkspaceEdit,
} from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Severity, TextEdit } from "../facts/finding.ts";
import type { Place } from "../facts/function.ts";
import type { Range } from "../facts/module.ts";
import type { Diagnostic } from "../features/diagnostics.ts";
import type { Session } from "./session.ts";

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

export function toRange(document: TextDocument, { start, end }: Range): LspRange {
  const range = { start: document.positionAt(start), end: document.positionAt(end) };
  // A file on disk may begin with a byte order mark, which editors do not count.
  if (!document.getText().startsWith("\uFEFF")) return range;
  return { start: unmarked(range.start), end: unmarked(range.end) };
}

function unmarked({ line, character }: LspRange["start"]): LspRange["start"] {
  return { line, character: line === 0 ? Math.max(0, character - 1) : character };
}

export function toOffsets(document: TextDocument, { start, end }: LspRange): Range {
  return { start: document.offsetAt(start), end: document.offsetAt(end) };
}

export function toDiagnostic(
  session: Session,
  document: TextDocument,
  diagnostic: Diagnostic,
): LspDiagnostic {
  const related = diagnostic.related.flatMap(({ message, ...place }) => {
    const location = toLocation(session, place);
    return location ? [{ location, message }] : [];
  });
  return {
    range: toRange(document, diagnostic.range),
    severity: SEVERITIES[diagnostic.severity],
    source: "coldstart",
    code: diagnostic.code,
    ...(diagnostic.href !== undefined && { codeDescription: { href: diagnostic.href } }),
    message: diagnostic.message,
    ...(session.client.relatedInformation && related.length > 0 && { relatedInformation: related }),
    ...(diagnostic.unnecessary && { tags: [DiagnosticTag.Unnecessary] }),
  };
}

function toLocation({ documents }: Session, { file, range }: Place): Location | undefined {
  const document = documents.textOf(file);
  return document && { uri: documents.uri(file), range: toRange(document, range) };
}

/** Edits of several files; undefined when one of them can't be read any more. */
export function toWorkspaceEdit(session: Session, edits: readonly TextEdit[]): WorkspaceEdit | undefined {
  const byFile = Map.groupBy(edits, ({ file }) => file);
  const changes: TextDocumentEdit[] = [];
  for (const [file, own] of byFile) {
    const document = session.documents.textOf(file);
    if (!document) return undefined;
    changes.push({
      // Only opened documents have versions.
      textDocument: {
        uri: session.documents.uri(file),
        version: session.documents.document(file)?.version ?? null,
      },
      edits: own.map(({ range, text }) => ({ range: toRange(document, range), newText: text })),
    });
  }
  if (session.client.documentChanges) return { documentChanges: changes };
  return {
    changes: Object.fromEntries(changes.map(({ textDocument, edits: own }) => [textDocument.uri, own])),
  } as WorkspaceEdit;
}
