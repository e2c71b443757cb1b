// Settings of the editor, asked for once a folder and forgotten when they change.
import { homedir } from "node:os";
import { type Connection, DidChangeConfigurationNotification } from "vscode-languageserver/node";
import { absolute } from "../workspace/paths.ts";
import type { Client } from "./capabilities.ts";
import type { Settings } from "./messages.ts";

export interface SettingsStore {
  for(uri: string): Promise<Settings>;
  /** Told after settings have changed. */
  onChange(listener: () => void): void;
  /** To be called once the client is initialized. */
  register(): Promise<void>;
}

const DEFAULTS: Settings = { enable: true, node: "", python: "", chosenPython: "" };

export function createSettings(connection: Connection, client: Client): SettingsStore {
  const known = new Map<string, Promise<Settings>>();
  const listeners: (() => void)[] = [];
  /** From clients that send their settings and can't be asked. */
  let pushed: Settings = DEFAULTS;

  connection.onDidChangeConfiguration(({ settings }) => {
    known.clear();
    pushed = complete((settings as { coldstart?: unknown } | null)?.coldstart);
    for (const listener of listeners) listener();
  });

  return {
    for(uri) {
      if (!client.configuration) return Promise.resolve(pushed);
      const found =
        known.get(uri) ??
        connection.workspace.getConfiguration({ scopeUri: uri, section: "coldstart" }).then(complete);
      known.set(uri, found);
      return found;
    },
    onChange: (listener) => void listeners.push(listener),
    async register() {
      if (!client.registersConfiguration) return;
      await connection.client.register(DidChangeConfigurationNotification.type, { section: "coldstart" });
    },
  };
}

const text = (value: unknown) => (typeof value === "string" ? value.trim() : "");

/** Settings as they are meant, whatever the client sent. */
function complete(value: unknown): Settings {
  const given = (typeof value === "object" && value !== null ? value : {}) as Partial<
    Record<keyof Settings, unknown>
  >;
  return {
    enable: typeof given.enable === "boolean" ? given.enable : DEFAULTS.enable,
    node: text(given.node),
    python: text(given.python),
    chosenPython: text(given.chosenPython),
  };
}

/**
 * An interpreter as users write it in settings, which editors hand on as it stands.
 * @param root Where relative paths begin.
 */
export function interpreterPath(written: string, root: string): string {
  const path = written.replace(/^~(?=[\\/])/, homedir());
  // A bare name is looked for on the path.
  return /[\\/]/.test(path) ? absolute(path, root) : path;
}
