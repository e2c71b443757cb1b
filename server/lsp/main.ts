// The language server: convert, ask, convert. Starts when `coldstart lsp` asks for it and lives as long as its client.
import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { createLinter } from "../lint.ts";
import { handleActions } from "./actions.ts";
import { createBench } from "./bench.ts";
import { readClient, serverCapabilities } from "./capabilities.ts";
import { handleCommands } from "./commands.ts";
import { handleDiagnostics } from "./diagnostics.ts";
import { trackDocuments } from "./documents.ts";
import { createFailures } from "./failures.ts";
import { handleInputs } from "./inputs.ts";
import type { FunctionEntry, FunctionsParams, InitializationOptions } from "./messages.ts";
import { createRulePages } from "./pages.ts";
import type { Session } from "./session.ts";
import { createSettings } from "./settings.ts";
import { handleShown } from "./shown.ts";
import { createStatus } from "./status.ts";
import { handleWatching } from "./watching.ts";

/** Serves on standard input and output until the client ends it; ends the process then. */
export function serve(): void {
  const connection = createConnection(ProposedFeatures.all, process.stdin, process.stdout);
  // Standard output is the protocol's alone.
  for (const method of ["log", "info", "debug", "warn", "error"] as const) {
    console[method] = (...parts: readonly unknown[]) => connection.console.log(parts.map(String).join(" "));
  }
  const failures = createFailures(connection);
  process.on("uncaughtException", failures.report);
  process.on("unhandledRejection", failures.report);

  connection.onInitialize((params) => {
    const client = readClient(params);
    const options: InitializationOptions = params.initializationOptions ?? {};
    const linter = createLinter();
    const takesNotifications = options.takesNotifications ?? false;
    const status = createStatus(connection, takesNotifications);
    const settings = createSettings(connection, client);
    const documents = trackDocuments(connection, linter, settings);
    const trust = { granted: options.trusted ?? true };
    const bench = createBench({ documents, connection, linter, settings, takesNotifications });
    const session: Session = {
      ...{
        connection,
        client,
        linter,
        documents,
        settings,
        status,
        failures,
        bench,
        trust,
        takesNotifications,
      },
      pages: createRulePages(),
    };
    const refresh = handleDiagnostics(session);
    handleActions(session);
    handleShown(session);
    handleCommands(session, refresh);
    handleInputs(session, refresh);
    handleWatching(session, refresh);
    connection.onNotification("coldstart/trusted", () => {
      trust.granted = true;
    });
    connection.onRequest(
      "coldstart/functions",
      failures.guard([], (asked: FunctionsParams) => functionsOf(session, asked.uri)),
    );
    connection.onShutdown(() => bench.stop());
    return { capabilities: serverCapabilities(client), serverInfo: { name: "coldstart" } };
  });
  connection.listen();
}

async function functionsOf(session: Session, uri: string): Promise<readonly FunctionEntry[]> {
  const read = await session.documents.report(uri);
  if (!read) return [];
  return read.report.functions.map(({ name, range }) => ({
    name,
    startLine: read.document.positionAt(range.start).line,
    endLine: read.document.positionAt(range.end).line,
  }));
}
