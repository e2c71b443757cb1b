// Builds dist/: the extension's client, the CLI with the language server, the local runtime, its child and the SDK.
import { rmSync } from "node:fs";
import { build } from "esbuild";

const node = { bundle: true, platform: "node", target: "node22.15", minify: true, sourcemap: false, logLevel: "warning", legalComments: "none" };
// Bundled CommonJS dependencies call require(); ESM output has none of its own.
const banner = { js: 'import { createRequire as __coldstartRequire } from "node:module"; const require = __coldstartRequire(import.meta.url);' };

rmSync("dist", { recursive: true, force: true });
await Promise.all([
  build({ ...node, entryPoints: ["client/extension.ts"], outfile: "dist/client.cjs", format: "cjs", external: ["vscode"] }),
  build({ ...node, entryPoints: { cli: "server/cli/main.ts", runtime: "runtime/main.ts" }, outdir: "dist", format: "esm", splitting: true, chunkNames: "chunks/[name]-[hash]", banner }),
  build({ ...node, entryPoints: ["runtime/child/node.ts"], outfile: "dist/child/node.cjs", format: "cjs" }),
  build({ ...node, entryPoints: ["runtime/sdk/index.ts"], outfile: "dist/sdk.js", format: "esm" }),
]);
