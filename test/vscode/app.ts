// The demo app, copied to a folder of its own, with a model hub that runs as long as the copy is in use.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { makeSearchApp } from "../../fixtures/apps/make.ts";
import { startHub } from "../../fixtures/hub/hub.ts";

export interface App extends AsyncDisposable {
  readonly folder: string;
}

const MB = 1 << 20;

/** Tables of 4 MB and a download of 2 MB that takes a fifth of a second: enough for findings, quick enough for tests. `extension` is the built package. */
export async function prepareApp(folder: string, extension: string): Promise<App> {
  await makeSearchApp(folder, 4 * MB);
  const hub = await startHub({ files: { "shop/ranker/ranker.bin": 2 * MB }, speed: 10 * MB });
  const config = {
    env: { HUB: hub.url },
    inputs: { "search.ts::search": [["green tea"]] },
  };
  writeFileSync(join(folder, "coldstart.config.json"), JSON.stringify(config, undefined, 2));
  // As after `npm install`, so that the language's own server has nothing to complain of.
  mkdirSync(join(folder, "node_modules", "@types"), { recursive: true });
  symlinkSync(extension, join(folder, "node_modules", "coldstart"));
  const types = dirname(createRequire(import.meta.url).resolve("@types/node/package.json"));
  symlinkSync(types, join(folder, "node_modules", "@types", "node"));
  return { folder, [Symbol.asyncDispose]: () => hub.close() };
}
