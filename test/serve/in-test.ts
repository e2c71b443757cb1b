// Serves an app for one test: its folder and its process are gone afterwards.
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { put, type Served, type ServeSettings, serveIn } from "./served.ts";

export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "coldstart-serve-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));
  put(folder, { "package.json": '{"name": "tried", "private": true, "type": "module"}', ...files });
  return folder;
}

/** @param settings `folder`: that of an earlier one, to serve once more with its cache */
export async function serve(
  files: Readonly<Record<string, string>>,
  file: string,
  { folder = folderWith(files), ...settings }: ServeSettings & { readonly folder?: string } = {},
): Promise<Served> {
  const served = await serveIn(folder, files, file, settings);
  onTestFinished(() => void served.process.kill("SIGKILL"));
  return served;
}
