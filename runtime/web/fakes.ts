// The web server before an app that a test makes up, and what asks it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request as send } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { RuntimeError } from "../errors.ts";
import { openWeb, type Web } from "./server.ts";
import type { Site, SiteFunction, Snapshot } from "./site.ts";

/** What the test at hand has. */
export let web: Web;
export let folder: string;
export let notes: string[];
/** Its app's functions, by name. */
export let functions: Record<string, Partial<SiteFunction>>;

export const app = { closing: false, changed: () => {} };

export const snapshot: Snapshot = { version: 1, app: "demo", file: "a.ts", url: "", now: 0, functions: [] };
export const site: Site = {
  find: (name) => {
    const found = functions[name];
    if (!found) return undefined;
    const web = { kind: "endpoint", method: "POST" } as const;
    const never = () => Promise.reject(new Error("not expected"));
    return { label: `a.ts::${name}`, web, call: never, fetch: never, ...found };
  },
  names: () => Object.keys(functions),
  snapshot: () => snapshot,
  watch(listener) {
    app.changed = listener;
    return () => {
      app.changed = () => undefined;
    };
  },
  get closing() {
    return app.closing;
  },
};

/** Opens it before each test of a file. */
export function useWeb(): void {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "coldstart-page-"));
    writeFileSync(join(folder, "index.html"), "<title>page</title>");
    notes = [];
    app.closing = false;
    functions = {};
    web = await openWeb(site, {
      host: "127.0.0.1",
      port: 0,
      maxBody: 1000,
      page: folder,
      note: (text) => notes.push(text),
    });
  });

  afterEach(() => {
    web.destroy();
    rmSync(folder, { recursive: true });
  });
}

/** Parts that come one after another. */
export async function* parts(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

export async function textOf(body: AsyncIterable<Uint8Array> | Uint8Array[]): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** As a program sends it that sets headers which `fetch` does not let it set. */
export function raw(path: string, headers: Record<string, string>, method = "GET"): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    send(`${web.url}${path}`, { headers, method }, resolve).on("error", reject).end();
  });
}

export const post = (path: string, body: string | Buffer<ArrayBuffer>, type = "application/json") =>
  fetch(`${web.url}${path}`, { method: "POST", body, headers: { "content-type": type } });

export const ran = { ok: true, result: Buffer.from("1"), stages: { queue: 0, body: 1 }, wall: 1 } as const;

export const failure = (kind: "error" | "timeout" | "lost", message: string) =>
  new RuntimeError({
    kind,
    name: "SecretError",
    message,
    stack: `SecretError: ${message}\n    at secret.ts:1`,
  });
