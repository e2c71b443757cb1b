// The walls of ARCHITECTURE.md: every import of the product, type-only ones too, runs along the arrows.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { ts } from "ts-morph";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");

const neutral = ["server/facts"];
const knowledge = ["rules", "fixes", "analysis", "platforms", "catalogue", "languages"].map(
  (name) => `server/${name}`,
);
const engine = [...neutral, ...knowledge, "server/workspace"];
/** What the server knows of the runtime: the types of its options and events. */
const wire = ["runtime/options.ts", "runtime/trace/events.ts"];

/** Room → the rooms that it may import from, besides itself. The longest matching prefix names a file's room. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  "server/facts": [],
  "server/languages/typescript": neutral,
  "server/languages/python": neutral,
  "server/platforms": neutral,
  "server/catalogue": neutral,
  "server/analysis": neutral,
  "server/rules": neutral,
  "server/fixes": neutral,
  "server/workspace": [...neutral, ...knowledge],
  "server/lint.ts": engine,
  "server/measure": [...engine, ...wire, "server/lint.ts"],
  "server/features": [...engine, ...wire, "server/lint.ts", "server/measure"],
  "server/lsp": [...engine, ...wire, "server/lint.ts", "server/measure", "server/features"],
  "server/cli": [...engine, ...wire, "server/lint.ts", "server/measure", "server/features", "server/lsp"],
  client: ["server/lsp/messages.ts"],
  "runtime/sdk": [],
  "runtime/child": [],
  "runtime/trace": [],
  "runtime/options.ts": ["runtime/trace"],
  "runtime/errors.ts": ["runtime/options.ts", "runtime/trace"],
  "runtime/container": ["runtime/child", "runtime/trace", "runtime/options.ts", "runtime/errors.ts"],
  "runtime/image": ["runtime/container", "runtime/trace", "runtime/options.ts", "runtime/errors.ts"],
  "runtime/pool": [
    "runtime/child/description.ts",
    "runtime/child/messages.ts",
    "runtime/container/container.ts",
    "runtime/trace",
    "runtime/options.ts",
    "runtime/errors.ts",
  ],
  "runtime/schedule": ["runtime/child/description.ts", "runtime/errors.ts"],
  "runtime/exact.ts": [],
  "runtime/web": [
    "runtime/exact.ts",
    "runtime/child/description.ts",
    "runtime/child/messages.ts",
    "runtime/trace",
    "runtime/options.ts",
    "runtime/errors.ts",
  ],
  "runtime/web/page": ["runtime/web/site.ts", "runtime/trace"],
  "runtime/main.ts": ["runtime"],
  "runtime/jobs": ["runtime"],
};

/** Of these only types may be imported by files of other parts. */
const typesOnly: readonly { readonly file: string; readonly part: string }[] = [
  ...wire.map((file) => ({ file, part: "runtime" })),
  { file: "server/lsp/messages.ts", part: "server/lsp" },
];

/** Package or built-in module → the rooms that may import it. What is not listed is free. */
const homes: readonly { readonly module: RegExp; readonly rooms: readonly string[] }[] = [
  { module: /^ts-morph$/, rooms: ["server/languages/typescript"] },
  { module: /^@ts-morph\/common$/, rooms: ["runtime/image"] },
  { module: /^typescript$/, rooms: [] },
  { module: /^web-tree-sitter$/, rooms: ["server/languages/python"] },
  { module: /^vscode-(languageserver|jsonrpc)/, rooms: ["server/lsp"] },
  { module: /^vscode(-languageclient.*)?$/, rooms: ["client"] },
  { module: /^node:(child_process|worker_threads|cluster)$/, rooms: ["server/measure", "runtime", "client"] },
  { module: /^croner$/, rooms: ["runtime/schedule"] },
  { module: /^node:vm$/, rooms: [] },
  {
    module: /^node:(fs|fs\/promises|net|http|https)$/,
    rooms: ["server/workspace", "server/measure", "server/lsp", "server/cli", "runtime", "client"],
  },
];

interface Import {
  readonly file: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

function room(file: string): string | undefined {
  return Object.keys(arrows)
    .filter((name) => file === name || file.startsWith(`${name}/`))
    .sort((a, b) => b.length - a.length)[0];
}

const within = (file: string, rooms: readonly string[]) =>
  rooms.some((name) => file === name || file.startsWith(`${name}/`));

/** What is wrong with one import; undefined when it is allowed. */
function violation({ file, specifier, typeOnly }: Import): string | undefined {
  const own = room(file);
  if (own === undefined) return `${file} stands in no room of the plan`;
  if (!specifier.startsWith(".")) {
    const name = specifier.replace(
      /^(fs|child_process|net|https?|vm|worker_threads|cluster)(?=$|\/)/,
      "node:$1",
    );
    const home = homes.find((each) => each.module.test(name));
    return home && !within(file, home.rooms)
      ? `${file} imports ${specifier}, which lives elsewhere`
      : undefined;
  }
  const target = relative(root, resolve(root, dirname(file), specifier));
  const foreign = typesOnly.some((each) => each.file === target && !within(file, [each.part]));
  if (foreign && !typeOnly) return `${file} imports more than types from ${target}`;
  if (within(target, [own]) || within(target, arrows[own] ?? [])) return undefined;
  // Shared data that is not code of a room: rule pages, the manifest.
  if (!target.endsWith(".ts")) return undefined;
  return `${file} (${own}) imports ${target}`;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const typeOnly = new Set<string>();
  const valued = new Set<string>();
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) continue;
    if (!statement.moduleSpecifier || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const types = ts.isImportDeclaration(statement)
      ? statement.importClause?.isTypeOnly
      : statement.isTypeOnly;
    (types ? typeOnly : valued).add(statement.moduleSpecifier.text);
  }
  const specifiers = ts.preProcessFile(text, true, true).importedFiles.map((each) => each.fileName);
  return specifiers.map((specifier) => ({
    file,
    specifier,
    typeOnly: typeOnly.has(specifier) && !valued.has(specifier),
  }));
}

const files = globSync("{client,server,runtime}/**/*.ts", { cwd: root })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => !file.endsWith(".test.ts") && !file.endsWith(".d.ts"))
  .sort();

describe("the walls", () => {
  it("are kept by every import", () => {
    const wrong = files
      .flatMap(importsOf)
      .map(violation)
      .filter((each) => each !== undefined);
    expect(wrong).toEqual([]);
  });

  it("were looked at: files in each room, imports in most files", () => {
    expect(files.length).toBeGreaterThan(80);
    const rooms = new Set(files.map(room));
    for (const name of Object.keys(arrows)) {
      if (existsSync(join(root, name))) expect(rooms, name).toContain(name);
    }
    expect(files.flatMap(importsOf).length).toBeGreaterThan(files.length);
  });

  it.each<Import>([
    { file: "server/rules/x.ts", specifier: "../analysis/index.ts", typeOnly: false },
    { file: "server/rules/x.ts", specifier: "../languages/typescript/read.ts", typeOnly: true },
    { file: "server/facts/x.ts", specifier: "../lint.ts", typeOnly: true },
    { file: "server/features/x.ts", specifier: "vscode-languageserver", typeOnly: true },
    { file: "server/features/x.ts", specifier: "../lsp/main.ts", typeOnly: false },
    { file: "server/analysis/x.ts", specifier: "node:fs", typeOnly: false },
    { file: "server/analysis/x.ts", specifier: "fs/promises", typeOnly: false },
    { file: "server/workspace/x.ts", specifier: "node:child_process", typeOnly: false },
    { file: "server/measure/x.ts", specifier: "../../runtime/pool/pool.ts", typeOnly: true },
    { file: "server/measure/x.ts", specifier: "../../runtime/options.ts", typeOnly: false },
    { file: "server/lsp/x.ts", specifier: "../../runtime/options.ts", typeOnly: false },
    { file: "runtime/main.ts", specifier: "../server/lint.ts", typeOnly: true },
    { file: "runtime/child/node.ts", specifier: "../container/container.ts", typeOnly: true },
    { file: "runtime/sdk/index.ts", specifier: "../trace/events.ts", typeOnly: true },
    { file: "client/extension.ts", specifier: "../server/lint.ts", typeOnly: true },
    { file: "server/rules/x.ts", specifier: "ts-morph", typeOnly: true },
    { file: "elsewhere/x.ts", specifier: "./y.ts", typeOnly: false },
  ])("would notice $file importing $specifier", (wrong) => {
    expect(violation(wrong)).toBeDefined();
  });

  it("see type-only, dynamic, required and re-exported imports", () => {
    const seen = importsOf("test/walls.samples.txt").map(
      (each) => `${each.specifier}${each.typeOnly ? " (type)" : ""}`,
    );
    expect(seen.sort()).toEqual(["./a.ts (type)", "./b.ts", "./c.ts", "./d.ts", "./e.ts"]);
  });
});
