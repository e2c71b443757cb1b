import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { ShowMessageParams, ShowMessageRequestParams } from "vscode-languageserver-protocol";
import { execute } from "./asking.ts";
import { type Editor, startEditor, uri } from "./editor.ts";
import { createProject, type Project, TABLES_PY } from "./project.ts";

const target = (project: Project) => ({ uri: uri(project.path("app.py")), function: "Counter.count" });

const ask = (editor: Editor, project: Project) =>
  editor.connection.sendRequest<{ input?: string; config: string }>("coldstart/input", target(project));

const keep = (editor: Editor, project: Project, input: string) =>
  editor.connection.sendRequest<{ why?: string }>("coldstart/keepInput", { ...target(project), input });

async function openApp(project: Project, options = {}): Promise<Editor> {
  const editor = await startEditor({ folders: [project.folder], ...options });
  await editor.open(project.path("app.py"), TABLES_PY, "python");
  return editor;
}

it("keeps an input in a config that it makes, and runs the function with it", async () => {
  using project = createProject({ "app.py": TABLES_PY });
  await using editor = await openApp(project);
  expect(await ask(editor, project)).toEqual({ config: "coldstart.config.json" });
  expect(await keep(editor, project, "[2]")).toEqual({});
  expect(JSON.parse(readFileSync(project.path("coldstart.config.json"), "utf8"))).toEqual({
    inputs: { "app.py::Counter.count": [[2]] },
  });
  expect((await ask(editor, project)).input).toBe("[2]");
  expect(await execute(editor, "coldstart.runCold", [target(project)])).toMatchObject({ ok: true });
});

it("leaves everything else of a config as it stands", async () => {
  const text = `{
  // Of the shop.
  "inputs": { "./app.py::Counter.count": [[1], [7]], "other.py::f": [["x"]] },
  "env": ["HUB"]
}
`;
  using project = createProject({ "app.py": TABLES_PY, "coldstart.config.json": text });
  await using editor = await openApp(project);
  expect((await ask(editor, project)).input).toBe("[1]");
  expect(await keep(editor, project, "[2]")).toEqual({});
  const now = readFileSync(project.path("coldstart.config.json"), "utf8");
  expect(now.replace(/\s/g, "")).toBe(text.replace("[[1]", "[[2]").replace(/\s/g, ""));
});

it("says why an input is not kept", async () => {
  using project = createProject({ "app.py": TABLES_PY });
  await using editor = await openApp(project);
  expect((await keep(editor, project, '{"a": 1}')).why).toContain("a JSON array of arguments");
  expect(existsSync(project.path("coldstart.config.json"))).toBe(false);

  using tables = createProject({ "app.py": TABLES_PY, "pyproject.toml": "[tool.coldstart]\nexclude = []\n" });
  await using other = await openApp(tables);
  expect((await keep(other, tables, "[2]")).why).toContain(
    'add "app.py::Counter.count" = [[2]] to its table [tool.coldstart.inputs]',
  );

  using broken = createProject({ "app.py": TABLES_PY, "coldstart.config.json": "{ inputs" });
  await using third = await openApp(broken);
  expect((await keep(third, broken, "[2]")).why).toContain("can't be used");
  expect(readFileSync(broken.path("coldstart.config.json"), "utf8")).toBe("{ inputs");
});

it("offers to set an input where a function fails without one, to a client that can ask for it", async () => {
  using project = createProject({ "app.py": TABLES_PY });
  await using editor = await openApp(project, { initializationOptions: { takesNotifications: true } });
  expect(await execute(editor, "coldstart.runCold", [target(project)])).toMatchObject({ ok: false });
  const asked = await editor.heard<ShowMessageRequestParams>("window/showMessageRequest");
  expect(asked.message).toContain("missing 1 required positional argument");
  expect(asked.actions).toEqual([{ title: "Set Input…" }]);

  await using plain = await openApp(project);
  await execute(plain, "coldstart.runCold", [target(project)]);
  const shown = await plain.heard<ShowMessageParams>("window/showMessage");
  expect(shown.message).toContain("missing 1 required positional argument");
});
