// Builds dist/: the extension's client, the CLI with the language server, the local runtime, its child and the SDK.
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { build } from "esbuild";
import { configJsonSchema } from "./server/workspace/config-schema.ts";

const node = {
  bundle: true,
  platform: "node",
  target: "node22.15",
  minify: true,
  sourcemap: false,
  logLevel: "warning",
  metafile: true,
  legalComments: "none",
  // The UMD builds of some packages hide their require calls from the bundler.
  mainFields: ["module", "main"],
};
// Bundled CommonJS dependencies use names that ESM output has none of. A Node that is too old must get past this line.
const banner = {
  js: 'const require = process.getBuiltinModule?.("node:module").createRequire(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;',
};

// A build that fails, or a process that reads while it runs, finds the old dist/ whole.
const out = `node_modules/.cache/coldstart/${process.pid}`;
const bundles = await Promise.all([
  build({
    ...node,
    entryPoints: ["client/extension.ts"],
    outfile: `${out}/client.cjs`,
    format: "cjs",
    external: ["vscode"],
  }),
  build({
    ...node,
    entryPoints: { cli: "server/cli/main.ts", runtime: "runtime/main.ts" },
    outdir: out,
    format: "esm",
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    banner,
  }),
  build({ ...node, entryPoints: ["runtime/child/node.ts"], outfile: `${out}/child/node.cjs`, format: "cjs" }),
  // The page of a served app; it needs nothing from the network.
  build({
    bundle: true,
    entryPoints: ["runtime/web/page/main.ts"],
    outfile: `${out}/page/page.js`,
    format: "esm",
    target: "es2022",
    minify: true,
    logLevel: "warning",
    metafile: true,
  }),
  // Users meet the SDK's names in their stack traces.
  build({
    ...node,
    entryPoints: ["runtime/sdk/index.ts"],
    outfile: `${out}/sdk.js`,
    format: "esm",
    minify: false,
    minifySyntax: true,
  }),
]);
for (const [path, { imports }] of Object.entries(bundles[1].metafile.outputs)) takeBuiltins(path, imports);
// The parser of Python finds them beside the folder of its chunk.
copyFileSync("node_modules/web-tree-sitter/web-tree-sitter.wasm", `${out}/web-tree-sitter.wasm`);
copyFileSync("node_modules/tree-sitter-python/tree-sitter-python.wasm", `${out}/tree-sitter-python.wasm`);
writeLicences(
  `${out}/THIRD-PARTY-LICENCES.txt`,
  bundles.flatMap(({ metafile }) => Object.keys(metafile.inputs)),
);
// Sources, since each Python has its own byte code.
cpSync("runtime/child/python", `${out}/child/python`, {
  recursive: true,
  filter: (path) => !path.includes("__pycache__"),
});
for (const file of ["index.html", "page.css", "icon.svg"]) {
  copyFileSync(`runtime/web/page/${file}`, `${out}/page/${file}`);
}
declareSdk(`${out}/sdk`);
writeRulePages("fixtures/rules", `${out}/rules`);
writeFileSync(`${out}/config.schema.json`, `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
rmSync("dist", { recursive: true, force: true });
renameSync(out, "dist");

/**
 * Takes Node's modules as they are. An import asks each of their exports for its value first, lazy ones too, and that
 * alone costs a command 5 ms.
 */
function takeBuiltins(path, imports) {
  let left = imports.filter((each) => each.external && each.kind === "import-statement").length;
  const text = readFileSync(path, "utf8").replaceAll(
    /(?<=^|[;}\n])import(?:\{([^}]*)\}|(?:\*as)? ([\w$]+) )from"((?:node:)?[a-z_/]+)";/g,
    (_, names, whole, name) => {
      left -= 1;
      const taken = whole ?? `{${names.replaceAll(" as ", ":")}}`;
      return `const ${taken}=process.getBuiltinModule("${name}");`;
    },
  );
  if (left !== 0) throw new Error(`${path}: ${left} imports of Node's modules have an unknown form`);
  writeFileSync(path, text);
}

/** The SDK's declarations; the compiler leaves `.ts` in their specifiers. */
function declareSdk(folder) {
  const strict = [
    "--strict",
    "--exactOptionalPropertyTypes",
    "--allowImportingTsExtensions",
    "--skipLibCheck",
  ];
  const target = ["--module", "nodenext", "--target", "es2024", "--types", "node", "--ignoreConfig"];
  const output = ["--declaration", "--emitDeclarationOnly", "--rootDir", "runtime/sdk", "--outDir", folder];
  const tsc = ["node_modules/typescript/bin/tsc", ...strict, ...target, ...output, "runtime/sdk/index.ts"];
  execFileSync(process.execPath, tsc, { stdio: "inherit" });
  for (const file of readdirSync(folder)) {
    const text = readFileSync(`${folder}/${file}`, "utf8");
    writeFileSync(`${folder}/${file}`, text.replaceAll(/(from "\.\/[^"]*)\.ts"/g, '$1.js"'));
  }
}

/** The rules' pages as users read them: without their cases, which are tests. */
function writeRulePages(from, to) {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from).filter((name) => name !== "README.md")) {
    const [page] = readFileSync(`${from}/${name}`, "utf8").split(/^## Cases$/m);
    writeFileSync(`${to}/${name}`, page);
  }
}

/** The licences of the packages that the bundles hold: each asks to be passed on with its code. */
function writeLicences(file, inputs) {
  const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;
  const bundled = inputs.map((input) => folder.exec(input)?.[0]);
  // These are copied, not bundled; @ts-morph/common holds a TypeScript under the licence of the one here.
  const copied = ["web-tree-sitter", "tree-sitter-python", "typescript"].map(
    (name) => `node_modules/${name}`,
  );
  const packages = [...new Set([...bundled, ...copied])].filter((path) => path !== undefined).sort();
  const texts = packages.map((path) => {
    const { name, version, license } = JSON.parse(readFileSync(`${path}/package.json`, "utf8"));
    const found = readdirSync(path).filter((each) => /^(licen[cs]e|notice|copying)/i.test(each));
    if (!license && found.length === 0) throw new Error(`${name} says nothing of its licence`);
    const parts = found.map((each) => readFileSync(`${path}/${each}`, "utf8").trim());
    return [`${name} ${version} (${license})`, ...parts].join("\n\n");
  });
  writeFileSync(file, `${texts.join(`\n\n${"-".repeat(80)}\n\n`)}\n`);
}
