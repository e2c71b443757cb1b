// What the handlers of one connection share.
import type { Connection } from "vscode-languageserver/node";
import type { RulePages } from "../features/rule-pages.ts";
import type { Linter } from "../lint.ts";
import type { Bench } from "./bench.ts";
import type { Client } from "./capabilities.ts";
import type { Documents } from "./documents.ts";
import type { Failures } from "./failures.ts";
import type { SettingsStore } from "./settings.ts";
import type { Status } from "./status.ts";

export interface Session {
  readonly connection: Connection;
  readonly client: Client;
  readonly linter: Linter;
  readonly documents: Documents;
  readonly settings: SettingsStore;
  readonly status: Status;
  readonly failures: Failures;
  readonly bench: Bench;
  readonly pages: RulePages;
  /** Whether the client takes the notifications of `messages.ts`. */
  readonly takesNotifications: boolean;
  /** Nothing of the user's is run before trust is granted. */
  readonly trust: { granted: boolean };
}

/** Asks the editor to ask again for what it shows. */
export interface Refresh {
  /** Diagnostics of these files and of those that depend on them; of all opened ones when left out. */
  diagnostics(files?: readonly string[]): void;
  /** Lenses and hints, after something was measured. */
  figures(): void;
}
