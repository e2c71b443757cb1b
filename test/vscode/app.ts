// The demo apps, copied to one folder of their own, with a model hub that runs as long as the copy is in use.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { makeCaptionsApp, makeSearchApp } from "../../fixtures/apps/make.ts";
import { startHub } from "../../fixtures/hub/hub.ts";

export interface App extends AsyncDisposable {
  readonly folder: string;
}

const MB = 1 << 20;

export interface AppOptions {
  /** Folder of the built package, when the app has it in its node_modules; else the extension's own SDK serves. */
  readonly extension?: string;
  /** MB of each of the three tables. */
  readonly tables: number;
  /** Words of the list that the app in Python reads. */
  readonly words: number;
  /** False where the user is going to say what the app in Python is run with. */
  readonly inputs?: boolean;
  /** Seconds that each download takes. */
  readonly download: number;
}

export async function prepareApp(
  folder: string,
  { extension, tables, words, inputs = true, download }: AppOptions,
): Promise<App> {
  await makeSearchApp(folder, tables * MB);
  await makeCaptionsApp(folder, words);
  const models = ["ranker", "encoder", "decoder"];
  const files = Object.fromEntries(models.map((name) => [`shop/${name}/${name}.bin`, 2 * MB]));
  const hub = await startHub({ files, speed: (2 * MB) / download });
  const config = {
    env: { HUB: hub.url },
    inputs: {
      "search.ts::search": [["green tea"]],
      ...(inputs && {
        "captions.py::Captioner.caption": [["teapot.jpg"]],
        "captions.py::shorten": [["a red teapot"]],
      }),
    },
  };
  writeFileSync(join(folder, "coldstart.config.json"), JSON.stringify(config, undefined, 2));
  // As after `npm install`, so that the language's own server has nothing to complain of.
  mkdirSync(join(folder, "node_modules", "@types"), { recursive: true });
  if (extension) symlinkSync(extension, join(folder, "node_modules", "coldstart"));
  const types = dirname(createRequire(import.meta.url).resolve("@types/node/package.json"));
  symlinkSync(types, join(folder, "node_modules", "@types", "node"));
  const compilerOptions = {
    ...{ strict: true, noEmit: true, module: "nodenext", target: "es2024" },
    ...{ types: ["node"], allowImportingTsExtensions: true },
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }, undefined, 2));
  return { folder, [Symbol.asyncDispose]: () => hub.close() };
}
