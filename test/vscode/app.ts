// The demo app, copied to a folder of its own, with a model hub that runs as long as the copy is in use.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeSearchApp } from "../../fixtures/apps/make.ts";
import { startHub } from "../../fixtures/hub/hub.ts";

export interface App extends AsyncDisposable {
  readonly folder: string;
}

const MB = 1 << 20;

/** Tables of 4 MB and a download of 2 MB that takes a fifth of a second: enough for findings, quick enough for tests. */
export async function prepareApp(folder: string): Promise<App> {
  await makeSearchApp(folder, 4 * MB);
  const hub = await startHub({ files: { "shop/ranker/ranker.bin": 2 * MB }, speed: 10 * MB });
  const config = {
    env: { HUB: hub.url },
    inputs: { "search.ts::search": [["green tea"]] },
  };
  writeFileSync(join(folder, "coldstart.config.json"), JSON.stringify(config, undefined, 2));
  return { folder, [Symbol.asyncDispose]: () => hub.close() };
}
