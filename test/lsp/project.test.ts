import { renameSync } from "node:fs";
import { expect, it } from "vitest";
import type { RegistrationParams } from "vscode-languageserver-protocol";
import { type Editor, startEditor, uri } from "./editor.ts";
import { createProject, TABLES } from "./project.ts";

const CREATED = 1;
const CHANGED = 2;
const DELETED = 3;

const tell = (editor: Editor, ...changes: readonly (readonly [path: string, type: number])[]) =>
  editor.connection.sendNotification("workspace/didChangeWatchedFiles", {
    changes: changes.map(([path, type]) => ({ uri: uri(path), type })),
  });

const rules = (found: readonly { code?: unknown }[]) => found.map(({ code }) => code);

const HELPER = `import { readFile } from "node:fs/promises";
export const load = async (name: string) => JSON.parse(await readFile(new URL(\`./data/\${name}.json\`, import.meta.url), "utf8"));
`;
const [, , , ...rest] = TABLES.split("\n");
const CALLER = `import { App } from "coldstart";\nimport { load } from "./load.ts";\n${rest.filter((line) => !line.startsWith("const load")).join("\n")}`;

it("registers the files that it watches", async () => {
  await using editor = await startEditor({
    capabilities: { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } },
  });
  const { registrations } = await editor.heard<RegistrationParams>("client/registerCapability");
  const watching = registrations.find(({ method }) => method === "workspace/didChangeWatchedFiles");
  expect(JSON.stringify(watching?.registerOptions)).toContain("coldstart.config.json");
});

it("follows the config: a rule that is switched off is silent, one that is raised is an error", async () => {
  using project = createProject({ "count.ts": TABLES });
  await using editor = await startEditor({ folders: [project.folder] });
  const file = project.path("count.ts");
  await editor.open(file, TABLES);
  await editor.diagnostics(file, (all) => rules(all).includes("sequential-loads"));
  editor.forget();
  const config = project.write(
    "coldstart.config.json",
    JSON.stringify({ rules: { "sequential-loads": "off", "body-amortized-work": "error" } }),
  );
  await tell(editor, [config, CREATED]);
  const found = await editor.diagnostics(file, () => true);
  expect(new Set(rules(found))).toEqual(new Set(["body-amortized-work"]));
  expect(found.map(({ severity }) => severity)).toEqual([1, 1]);
});

it("underlines a config that can't be used, and takes that back when it is mended", async () => {
  using project = createProject({
    "count.ts": TABLES,
    "coldstart.config.json": '{ "rules": { "no-such-rule": "off" } }',
  });
  await using editor = await startEditor({ folders: [project.folder] });
  const config = project.path("coldstart.config.json");
  await editor.open(project.path("count.ts"), TABLES);
  const [problem] = await editor.diagnostics(config, (all) => all.length > 0);
  expect(problem?.message).toContain("no-such-rule");
  project.write("coldstart.config.json", "{}");
  await tell(editor, [config, CHANGED]);
  expect(await editor.diagnostics(config, (all) => all.length === 0)).toEqual([]);
});

it("follows a helper file: changed on disk, renamed away, and back", async () => {
  using project = createProject({ "load.ts": HELPER, "count.ts": CALLER });
  await using editor = await startEditor({ folders: [project.folder] });
  const file = project.path("count.ts");
  const helper = project.path("load.ts");
  await editor.open(file, CALLER);
  const [first] = await editor.diagnostics(file, (all) => rules(all).includes("sequential-loads"));
  expect(first?.message).toContain('load("users")');

  editor.forget();
  renameSync(helper, project.path("read.ts"));
  await tell(editor, [helper, DELETED], [project.path("read.ts"), CREATED]);
  expect(await editor.diagnostics(file, () => true)).toEqual([]);

  editor.forget();
  renameSync(project.path("read.ts"), helper);
  await tell(editor, [project.path("read.ts"), DELETED], [helper, CREATED]);
  expect(rules(await editor.diagnostics(file, () => true))).toContain("sequential-loads");
});

it("analyses the importer anew when its opened helper changes", async () => {
  using project = createProject({ "load.ts": HELPER, "count.ts": CALLER });
  await using editor = await startEditor({ folders: [project.folder] });
  const file = project.path("count.ts");
  await editor.open(file, CALLER);
  await editor.diagnostics(file, (all) => rules(all).includes("sequential-loads"));
  await editor.open(project.path("load.ts"), HELPER);
  editor.forget();
  const whole = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
  await editor.change(project.path("load.ts"), [
    { range: whole, text: "export const load = async (name: string) => name;\n" },
  ]);
  expect(await editor.diagnostics(file, () => true)).toEqual([]);
});

it("says nothing where the editor's settings switch it off", async () => {
  using project = createProject({ "count.ts": TABLES });
  await using editor = await startEditor({
    capabilities: { workspace: { configuration: true } },
    settings: { enable: false },
  });
  const file = project.path("count.ts");
  await editor.open(file, TABLES);
  expect(await editor.diagnostics(file, () => true)).toEqual([]);
  const textDocument = { uri: uri(file) };
  expect(await editor.connection.sendRequest("textDocument/codeLens", { textDocument })).toEqual([]);
  expect(
    await editor.connection.sendRequest("textDocument/hover", {
      textDocument,
      position: { line: 7, character: 15 },
    }),
  ).toBeNull();
});

it("serves several folders, each with its own config", async () => {
  using one = createProject({
    "count.ts": TABLES,
    "coldstart.config.json": '{ "rules": { "sequential-loads": "off" } }',
  });
  using two = createProject({ "count.ts": TABLES });
  await using editor = await startEditor({ folders: [one.folder, two.folder] });
  await editor.open(one.path("count.ts"), TABLES);
  await editor.open(two.path("count.ts"), TABLES);
  expect(rules(await editor.diagnostics(one.path("count.ts"), (all) => all.length > 0))).not.toContain(
    "sequential-loads",
  );
  expect(rules(await editor.diagnostics(two.path("count.ts"), (all) => all.length > 0))).toContain(
    "sequential-loads",
  );
});
