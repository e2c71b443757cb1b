// Changes outside the opened documents: files on disk, configs, results of other runs, settings.
import { DidChangeWatchedFilesNotification } from "vscode-languageserver/node";
import { pathOf } from "./paths.ts";
import type { Refresh, Session } from "./session.ts";

const WATCHED = [
  "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py}",
  "**/{coldstart.config.json,package.json,tsconfig*.json,pyproject.toml,requirements*.txt,uv.lock,poetry.lock}",
  "**/{template,serverless}.{yaml,yml}",
  "**/.coldstart/results.jsonl",
];

export function handleWatching(session: Session, refresh: Refresh): void {
  const { client, connection, documents, failures, linter, settings } = session;

  connection.onInitialized(
    failures.guard(undefined, async () => {
      await settings.register();
      if (!client.registersWatchers) return;
      const watchers = WATCHED.map((globPattern) => ({ globPattern }));
      await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
    }),
  );

  connection.onDidChangeWatchedFiles(({ changes }) => {
    const files = changes
      .flatMap(({ uri }) => pathOf(uri) ?? [])
      .filter((file) => !file.includes("/node_modules/"));
    const results = files.filter((file) => file.includes("/.coldstart/"));
    const sources = files.filter((file) => !results.includes(file));
    for (const file of sources) linter.invalidate(file);
    // What an opened document holds is told by the editor itself.
    const outside = sources.filter((file) => !documents.document(file));
    if (outside.length > 0) refresh.diagnostics();
    if (results.length > 0) session.bench.forget();
    if (results.length > 0 || outside.length > 0) refresh.figures();
  });

  settings.onChange(() => {
    refresh.diagnostics();
    refresh.figures();
  });
}
