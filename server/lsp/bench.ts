// What was measured of functions, and one run at a time for the editor: two at once would disturb each other's figures.
import { existsSync, readFileSync } from "node:fs";
import type { Connection } from "vscode-languageserver/node";
import { type FunctionMeasurements, measurementsOf, NOTHING_MEASURED } from "../features/measurements.ts";
import type { Linter } from "../lint.ts";
import type { Observer } from "../measure/job.ts";
import { readStore, type StoredResult } from "../measure/store.ts";
import { relativeTo } from "../workspace/paths.ts";
import type { Documents } from "./documents.ts";
import { carryOut, type Job, type JobReport } from "./jobs.ts";
import { uriOf } from "./paths.ts";
import { interpreterPath, type SettingsStore } from "./settings.ts";

export interface JobControl {
  readonly signal: AbortSignal;
  /** A share between 0 and 1. */
  progress(share: number, message: string): void;
}

export interface Bench {
  measured(file: string, functionName: string): FunctionMeasurements;
  /** Forgets what was read of the store. */
  forget(): void;
  carryOut(job: Job, control: JobControl): Promise<JobReport>;
  /** Ends all runs. */
  stop(): Promise<void>;
}

export function createBench(session: {
  readonly connection: Connection;
  readonly linter: Linter;
  readonly settings: SettingsStore;
  readonly documents: Documents;
  /** Whether the client has a place of its own for what functions print. */
  readonly takesNotifications: boolean;
}): Bench {
  const { connection, documents, linter, settings } = session;
  const results = new Map<string, readonly StoredResult[]>();
  const stopping = new AbortController();
  let last: Promise<unknown> = Promise.resolve();

  function resultsOf(root: string): readonly StoredResult[] {
    const known = results.get(root);
    if (known) return known;
    const read = readStore(root);
    for (const { line, why } of read.skipped) {
      connection.console.warn(`${root}/.coldstart/results.jsonl, line ${line} is passed over: ${why}.`);
    }
    results.set(root, read.results);
    return read.results;
  }

  const observer = (control: JobControl, runs: string): Observer => ({
    runs: (count) => {
      const text = `${runs}: your code runs ${count === 1 ? "once" : `${count} times`}`;
      connection.console.info(text);
      control.progress(0, text);
    },
    note: (text) => connection.console.info(text),
    output: ({ function: name, container, stream, text }) => {
      if (session.takesNotifications) {
        void connection.sendNotification("coldstart/output", { function: name, container, stream, text });
      } else connection.console.log(`${name} ${container} ${stream} │ ${text.trimEnd()}`);
    },
    progress: (done, of) => control.progress(done / of, `${runs}: ${done} of ${of}`),
  });

  return {
    measured(file, name) {
      const root = linter.root(file);
      const stored = resultsOf(root);
      if (stored.length === 0) return NOTHING_MEASURED;
      return measurementsOf(stored, `${relativeTo(root, file)}::${name}`, linter.sourceHash(file, name));
    },
    forget: () => results.clear(),
    async carryOut(job, control) {
      const signal = AbortSignal.any([control.signal, stopping.signal]);
      const turn = last.then(async () => {
        const { node, python } = await settings.for(uriOf(job.file));
        const root = linter.root(job.file);
        try {
          // What is run, and what the figure is kept for, is the text of this moment, whatever is typed meanwhile.
          const means = {
            ...{ linter: linter.fork(), signal, unsaved: unsavedTexts(documents) },
            node: interpreterPath(node, root),
            python: interpreterPath(python, root),
          };
          return await carryOut(job, { ...means, observer: (runs) => observer(control, runs) });
        } finally {
          results.clear();
        }
      });
      last = turn.catch(() => undefined);
      return turn;
    },
    async stop() {
      stopping.abort();
      await last;
    },
  };
}

/** Opened texts that differ from what is on disk: what the user sees is what is run. */
function unsavedTexts(documents: Documents): Readonly<Record<string, string>> | undefined {
  const unsaved = documents.opened().flatMap((file): [string, string][] => {
    const text = documents.document(file)?.getText();
    const saved = existsSync(file) ? readFileSync(file, "utf8").replace(/^\uFEFF/, "") : undefined;
    return text === undefined || text === saved ? [] : [[file, text]];
  });
  return unsaved.length > 0 ? Object.fromEntries(unsaved) : undefined;
}
