// Runs functions for the editor and knows what was measured of them: the store of measure/, read once and again when it changes.
import type { Connection } from "vscode-languageserver/node";
import type { RunError } from "../../runtime/options.ts";
import type { FunctionMeasurements } from "../features/measurements.ts";
import { fromHistory, NOTHING_MEASURED } from "../features/measurements.ts";
import type { Linter } from "../lint.ts";
import { historyOf, readStore, type StoredResult } from "../measure/store.ts";
import { relativeTo } from "../workspace/paths.ts";
import type { SettingsStore } from "./settings.ts";

export interface Job {
  readonly kind: "run" | "measure" | "verify";
  /** Absolute path. */
  readonly file: string;
  readonly function: string;
}

export type JobReport =
  /** `say` is what the user is told; figures show in lens and hover. */
  | { readonly ok: true; readonly say?: string; readonly answer: unknown }
  | { readonly ok: false; readonly error: RunError };

export interface JobControl {
  readonly signal: AbortSignal;
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
}): Bench {
  const { linter } = session;
  const results = new Map<string, readonly StoredResult[]>();

  function resultsOf(root: string): readonly StoredResult[] {
    const known = results.get(root) ?? readStore(root).results;
    results.set(root, known);
    return known;
  }

  return {
    measured(file, name) {
      const root = linter.root(file);
      const stored = resultsOf(root);
      if (stored.length === 0) return NOTHING_MEASURED;
      const hash = linter.sourceHash(file, name);
      return fromHistory(historyOf(stored, `${relativeTo(root, file)}::${name}`, hash), hash);
    },
    forget: () => results.clear(),
    async carryOut() {
      return { ok: false, error: { kind: "defect", name: "X", message: "x" } };
    },
    async stop() {},
  };
}
