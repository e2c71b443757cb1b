// A small editor for the tests: starts the built server on stdio and speaks the protocol with it.
import { type ChildProcess, spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type ClientCapabilities,
  createMessageConnection,
  type Diagnostic,
  type InitializeResult,
  type MessageConnection,
  type PublishDiagnosticsParams,
  type Range,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";

const packageRoot = resolve(process.env.COLDSTART_EXTENSION ?? join(import.meta.dirname, "../.."));

export interface Said {
  readonly method: string;
  readonly params: unknown;
}

export interface Editor extends AsyncDisposable {
  readonly connection: MessageConnection;
  readonly process: ChildProcess;
  readonly initialized: InitializeResult;
  /** Notifications and requests of the server so far, oldest first. */
  readonly received: readonly Said[];
  open(path: string, text: string, languageId?: string): Promise<void>;
  change(path: string, edits: readonly { readonly range: Range; readonly text: string }[]): Promise<void>;
  close(path: string): Promise<void>;
  /** The parameters of a message that fits, received already or to come. */
  heard<T>(method: string, fits?: (params: T) => boolean): Promise<T>;
  /** Forgets what was received. */
  forget(): void;
  /** The diagnostics pushed for a file once they fit. */
  diagnostics(path: string, fits: (found: readonly Diagnostic[]) => boolean): Promise<readonly Diagnostic[]>;
}

export interface EditorOptions {
  readonly capabilities?: ClientCapabilities;
  readonly initializationOptions?: unknown;
  readonly folders?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Answers to `workspace/configuration`, for the section `coldstart`. */
  readonly settings?: unknown;
}

export const uri = (path: string) => pathToFileURL(path).href;

/** An editor that is pushed diagnostics, unless its capabilities say that it pulls them. */
export async function startEditor(options: EditorOptions = {}): Promise<Editor> {
  const child = spawn(process.execPath, [join(packageRoot, "dist/cli.js"), "lsp", "--stdio"], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...options.env },
  });
  let stderr = "";
  child.stderr.on("data", (data) => {
    stderr += data;
  });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const received: Said[] = [];
  const waiting = new Set<() => void>();
  const take = (method: string, params: unknown) => {
    received.push({ method, params });
    for (const look of [...waiting]) look();
  };
  connection.onNotification((method, params) => take(method, params));
  connection.onRequest((method, params) => {
    take(method, params);
    if (method !== "workspace/configuration") return null;
    return (params as unknown as { items: unknown[] }).items.map(() => options.settings ?? {});
  });
  connection.onUnhandledProgress((params) => take("$/progress", params));
  connection.listen();
  const died = new Promise<never>((_, fail) => {
    child.once("exit", (code, signal) => fail(new Error(`the server ended (${code ?? signal}): ${stderr}`)));
  });
  died.catch(() => undefined);

  const folders = options.folders ?? [];
  const initializing = connection.sendRequest<InitializeResult>("initialize", {
    processId: process.pid,
    rootUri: folders[0] ? uri(folders[0]) : null,
    workspaceFolders: folders.map((folder) => ({ uri: uri(folder), name: folder })),
    capabilities: options.capabilities ?? {},
    initializationOptions: options.initializationOptions,
  });
  const initialized = await Promise.race([initializing, died]);
  await connection.sendNotification("initialized", {});
  const versions = new Map<string, number>();

  async function heard<T>(method: string, fits: (params: T) => boolean = () => true): Promise<T> {
    const find = () => received.find((said) => said.method === method && fits(said.params as T));
    return new Promise((done, fail) => {
      const look = () => {
        const found = find();
        if (!found) return false;
        waiting.delete(look);
        clearTimeout(timer);
        done(found.params as T);
        return true;
      };
      const timer = setTimeout(() => {
        waiting.delete(look);
        const all = received.map((said) => `${said.method} ${JSON.stringify(said.params)}`).join("\n");
        fail(new Error(`no fitting ${method} came; received:\n${all}\nstderr: ${stderr}`));
      }, 10_000);
      if (!look()) waiting.add(look);
    });
  }

  return {
    connection,
    process: child,
    initialized,
    received,
    async open(path, text, languageId = "typescript") {
      versions.set(path, 1);
      await connection.sendNotification("textDocument/didOpen", {
        textDocument: { uri: uri(path), languageId, version: 1, text },
      });
    },
    async change(path, edits) {
      const version = (versions.get(path) ?? 0) + 1;
      versions.set(path, version);
      await connection.sendNotification("textDocument/didChange", {
        textDocument: { uri: uri(path), version },
        contentChanges: edits,
      });
    },
    close: (path) =>
      connection.sendNotification("textDocument/didClose", { textDocument: { uri: uri(path) } }),
    heard,
    forget: () => void received.splice(0),
    async diagnostics(path, fits) {
      const found = await heard<PublishDiagnosticsParams>(
        "textDocument/publishDiagnostics",
        (params) => params.uri === uri(path) && fits(params.diagnostics),
      );
      return found.diagnostics;
    },
    async [Symbol.asyncDispose]() {
      const ended = new Promise((done) => child.once("exit", done));
      if (child.exitCode === null && child.signalCode === null) {
        await connection.sendRequest("shutdown");
        await connection.sendNotification("exit");
        await ended;
      }
      connection.dispose();
    },
  };
}
