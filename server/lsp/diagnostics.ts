// Diagnostics: pulled where the client can, else pushed a moment after the last keystroke; never both.
import { setTimeout as delay } from "node:timers/promises";
import {
  type Diagnostic,
  DiagnosticSeverity,
  DocumentDiagnosticReportKind,
  type FullDocumentDiagnosticReport,
} from "vscode-languageserver/node";
import { diagnostics } from "../features/diagnostics.ts";
import { toDiagnostic } from "./convert.ts";
import { overtaken } from "./failures.ts";
import type { Refresh, Session } from "./session.ts";

/** Milliseconds of quiet before a document is analysed: shorter than a pause that anybody notices. */
const QUIET = 120;

export function handleDiagnostics(session: Session): Refresh {
  const { client, connection, documents, failures, linter } = session;
  const configs = reportConfigs(session);
  const push = createPusher(session, configs);

  if (client.pullsDiagnostics) {
    connection.languages.diagnostics.on(
      failures.guard(empty(), async ({ textDocument: { uri } }, token) => {
        const version = documents.versionOf(uri);
        // What arrived in the meantime, a cancellation or the next keystroke, is read first.
        await delay(QUIET);
        if (token.isCancellationRequested || documents.versionOf(uri) !== version) throw overtaken();
        const items = await compute(session, uri);
        configs();
        return { kind: DocumentDiagnosticReportKind.Full, items: [...items] };
      }),
    );
    // The client asks again for the changed document by itself, but not for those that import it.
    documents.onChange((file) => {
      if (client.refreshesDiagnostics && othersDependOn(file)) connection.languages.diagnostics.refresh();
    });
  } else {
    documents.onChange((file) => push.soon(linter.dependents(file)));
    documents.onClose((file) => push.clear(file));
  }

  const othersDependOn = (file: string) => {
    const dependents = linter.dependents(file);
    return documents.opened().some((other) => other !== file && dependents.includes(other));
  };

  return {
    diagnostics(files) {
      if (!client.pullsDiagnostics)
        push.soon(files?.flatMap((file) => linter.dependents(file)) ?? documents.opened());
      else if (client.refreshesDiagnostics) connection.languages.diagnostics.refresh();
    },
    figures() {
      if (client.refreshesLenses)
        void connection.languages.connection.sendRequest("workspace/codeLens/refresh");
      if (client.refreshesHints) void connection.languages.inlayHint.refresh();
    },
  };
}

const empty = (): FullDocumentDiagnosticReport => ({ kind: DocumentDiagnosticReportKind.Full, items: [] });

async function compute(session: Session, uri: string): Promise<readonly Diagnostic[]> {
  const { enable } = await session.settings.for(uri);
  if (!enable) return [];
  session.status.analysing(true);
  try {
    const read = await session.documents.report(uri);
    if (!read) return [];
    return diagnostics(read.report, session.pages).map((one) => toDiagnostic(session, read.document, one));
  } finally {
    session.status.analysing(false);
  }
}

interface Pusher {
  soon(files: readonly string[]): void;
  clear(file: string): void;
}

/** One timer a file: typing puts the analysis off, it never queues one up. */
function createPusher(session: Session, configs: () => void): Pusher {
  const { connection, documents, failures } = session;
  const timers = new Map<string, NodeJS.Timeout>();

  const push = failures.guard(undefined, async (file: string) => {
    timers.delete(file);
    const version = documents.document(file)?.version;
    if (version === undefined) return;
    const uri = documents.uri(file);
    const found = await compute(session, uri);
    if (documents.document(file)?.version !== version) return;
    await connection.sendDiagnostics({ uri, version, diagnostics: [...found] });
    configs();
  });
  return {
    soon(files) {
      for (const file of new Set(files)) {
        clearTimeout(timers.get(file));
        if (documents.document(file))
          timers.set(
            file,
            setTimeout(() => void push(file), QUIET),
          );
      }
    },
    clear(file) {
      clearTimeout(timers.get(file));
      timers.delete(file);
      void connection.sendDiagnostics({ uri: documents.uri(file), diagnostics: [] });
    },
  };
}

/** Configs that can't be used are underlined in their own files, opened or not, and named in the status. */
function reportConfigs({ connection, documents, linter, status }: Session): () => void {
  let shown = new Set<string>();
  return () => {
    const problems = linter.configProblems();
    const now = new Set(problems.map(({ path }) => path));
    for (const path of shown) {
      if (!now.has(path)) void connection.sendDiagnostics({ uri: documents.uri(path), diagnostics: [] });
    }
    for (const { path, message } of problems) {
      const line = Number(/\bline (\d+)\b/.exec(message)?.[1] ?? 1) - 1;
      const range = { start: { line, character: 0 }, end: { line, character: 1000 } };
      const diagnostic = {
        range,
        severity: DiagnosticSeverity.Error,
        source: "coldstart",
        code: "config",
        message,
      };
      void connection.sendDiagnostics({ uri: documents.uri(path), diagnostics: [diagnostic] });
    }
    shown = now;
    status.problems(problems.map(({ path, message }) => `${path}: ${message}`));
  };
}
