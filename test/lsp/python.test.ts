import { chmodSync, existsSync, statSync } from "node:fs";
import { expect, it } from "vitest";
import type { ShowMessageParams } from "vscode-languageserver-protocol";
import { actions, execute, hoverText, lensTitles, resolve, textEdits, WHOLE } from "./asking.ts";
import { type Editor, type EditorOptions, startEditor, uri } from "./editor.ts";
import { createProject, type Project, TABLES_PY } from "./project.ts";
import { applyEdits } from "./text.ts";

const CONFIG = { inputs: { "app.py::Counter.count": [[2]] } };

const capabilities = {
  workspace: { workspaceEdit: { documentChanges: true } },
  textDocument: {
    codeAction: { resolveSupport: { properties: ["edit"] } },
    hover: { contentFormat: ["markdown" as const] },
  },
};

const createApp = (text: string = TABLES_PY, config: object = CONFIG): Project =>
  createProject({ "app.py": text, "coldstart.config.json": JSON.stringify(config) });

async function openApp(project: Project, options: EditorOptions = {}, text = TABLES_PY): Promise<Editor> {
  const editor = await startEditor({ folders: [project.folder], capabilities, ...options });
  await editor.open(project.path("app.py"), text, "python");
  return editor;
}

const target = (project: Project, more: object = {}) => [
  { uri: uri(project.path("app.py")), function: "Counter.count", ...more },
];

/** A program that is no Python. */
function impostor(project: Project): string {
  const path = project.write("bin/python", "#!/bin/sh\nexit 1\n");
  chmodSync(path, 0o755);
  return path;
}

it("underlines what a cold start pays for, at the calls of the method and at the old setting", async () => {
  using project = createApp();
  await using editor = await openApp(project);
  const found = await editor.diagnostics(project.path("app.py"), (all) => all.length > 0);
  const places = found.map(
    ({ code, range }) => `${range.start.line + 1}:${range.start.character + 1} ${code}`,
  );
  expect(places.sort()).toEqual([
    "15:10 outdated-setting",
    "19:17 body-amortized-work",
    "19:17 sequential-loads",
    "20:18 body-amortized-work",
    "20:18 sequential-loads",
  ]);
});

it.each(["python", "chosenPython"])("knows the version of modal in the interpreter of `%s`", async (name) => {
  using project = createApp();
  project.write("old/lib/python3.12/site-packages/modal-0.60.0.dist-info/METADATA", "");
  const settings = { [name]: project.path("old/bin/python") };
  const configured = { ...capabilities, workspace: { ...capabilities.workspace, configuration: true } };
  await using editor = await openApp(project, { settings, capabilities: configured });
  const found = await editor.diagnostics(project.path("app.py"), (all) => all.length > 0);
  const rules = new Set(found.map(({ code }) => code));
  expect(rules).toEqual(new Set(["body-amortized-work", "sequential-loads"]));
});

it("prefers the safe fixes, and moves a load to the enter hook", async () => {
  using project = createApp();
  await using editor = await openApp(project);
  const file = project.path("app.py");
  const cursor = { line: 18, character: 20 };
  const offered = await actions(editor, file, { start: cursor, end: cursor });
  const preferred = offered.filter(({ isPreferred }) => isPreferred).map(({ title }) => title);
  expect(preferred).toEqual([
    expect.stringMatching(/^Start these 2 loads together/),
    expect.stringMatching(/^Move `load\("users"\)` to `@modal.enter`/),
  ]);
  const move = offered.find(({ title }) => title.startsWith("Move"));
  const text = applyEdits(TABLES_PY, textEdits(await resolve(editor, move)));
  expect(text).toContain("    @modal.enter()\n");
  expect(text).toContain('        self.users = load("users")\n');
  expect(text).toContain("        return len(self.users) + len(orders) + extra\n");
});

it("says why a fix is unsafe, and prefers none such", async () => {
  const text = TABLES_PY.replace(
    /@app\.cls[\s\S]*extra: int\) -> int:/,
    "@app.function()\ndef count(extra: int) -> int:",
  )
    .replaceAll("\n        ", "\n    ")
    .replace("\n    return pickle", "\n        return pickle");
  using project = createApp(text);
  await using editor = await openApp(project, {}, text);
  const offered = await actions(editor, project.path("app.py"));
  const unsafe = offered.filter(({ title }) => /\(unsafe: .+\)$/.test(title));
  expect(unsafe.length).toBeGreaterThan(0);
  expect(unsafe.filter(({ isPreferred }) => isPreferred)).toEqual([]);
});

it("fixes all that is safe at once, after which nothing is left", async () => {
  using project = createApp();
  await using editor = await openApp(project);
  const file = project.path("app.py");
  const [fixAll] = await actions(editor, file, WHOLE, ["source.fixAll.coldstart"]);
  const text = applyEdits(TABLES_PY, textEdits(await resolve(editor, fixAll)));
  expect(text).toContain("min_containers=1");
  expect(text).not.toContain('load("users")');
  await editor.diagnostics(file, (all) => all.length > 0);
  editor.forget();
  await editor.change(file, [{ range: WHOLE, text }]);
  expect(await editor.diagnostics(file, () => true)).toEqual([]);
});

it("ignores a finding by a comment of Python", async () => {
  using project = createApp();
  await using editor = await openApp(project);
  const cursor = { line: 14, character: 12 };
  const offered = await actions(editor, project.path("app.py"), { start: cursor, end: cursor });
  const ignore = offered.find(({ title }) => title === "Ignore outdated-setting on this line");
  const text = applyEdits(TABLES_PY, textEdits(await resolve(editor, ignore)));
  expect(text.split("\n")[14]).toBe("# coldstart-disable-next-line outdated-setting");
});

it("runs a method cold, passes its output on, and tells the figures in lens and hover", async () => {
  const text = TABLES_PY.replace(
    "        return len(users)",
    '        print("counting")\n        return len(users)',
  );
  using project = createApp(text);
  await using editor = await openApp(project, { initializationOptions: { takesNotifications: true } }, text);
  const file = project.path("app.py");
  expect(await lensTitles(editor, file)).toEqual(["▶ Run cold", "Measure", "Prove the fixes"]);
  expect(await hoverText(editor, file, 17, 10)).toContain("not measured yet");

  const report = await execute(editor, "coldstart.runCold", target(project));
  expect(report).toMatchObject({ ok: true, answer: { where: { interpreter: { name: "python" } } } });
  const said = await editor.heard<{ function: string; text: string }>("coldstart/output", (one) =>
    one.text.includes("counting"),
  );
  expect(said.function).toBe("app.py::Counter.count");
  expect((await lensTitles(editor, file))[0]).toMatch(/^▶ Run cold · [\d. ]+ ms$/);
  const hover = await hoverText(editor, file, 17, 10);
  expect(hover).toMatch(/\*\*Cold start [\d. ]+ ms\*\*/);
  expect(hover).toMatch(/· Python 3\.\d+\.\d+ ·/);
  expect(await hoverText(editor, file, 18, 18)).toMatch(
    /\*\*[\d. ]+ ms\*\* of the last profiled cold start of Counter\.count/,
  );
});

it("tells the times of loads that are handed to a pool of threads", async () => {
  const text = TABLES_PY.replace(
    '        users = load("users")\n        orders = load("orders")\n',
    `        with ThreadPoolExecutor() as pool:
            loading = pool.submit(load, "users")
            ordering = pool.submit(load, "orders")
        users, orders = loading.result(), ordering.result()
`,
  ).replace("import pickle", "import pickle\nfrom concurrent.futures import ThreadPoolExecutor");
  using project = createApp(text);
  await using editor = await openApp(project, {}, text);
  expect(await execute(editor, "coldstart.runCold", target(project))).toMatchObject({ ok: true });
  const line = text.split("\n").findIndex((each) => each.includes('"orders"'));
  expect(await hoverText(editor, project.path("app.py"), line, 30)).toMatch(
    /\*\*[\d. ]+ ms\*\* of the last profiled cold start/,
  );
});

it("runs what the editor shows, not what was saved, and marks the figure as old after an edit", async () => {
  const shown = TABLES_PY.replace("+ extra", "+ extra * 1000");
  using project = createApp();
  await using editor = await openApp(project, {}, shown);
  const file = project.path("app.py");
  // What is pickled has eight bytes around it.
  const loaded = 2 * (statSync(project.path("data/users.pickle")).size - 8);
  expect(await execute(editor, "coldstart.runCold", target(project))).toMatchObject({
    answer: { result: loaded + 2000 },
  });
  const at = { line: 18, character: 8 };
  await editor.change(file, [{ range: { start: at, end: at }, text: "more = 1\n        " }]);
  expect((await lensTitles(editor, file))[0]).toMatch(/ms before the last change$/);
});

it("proves the fixes, and says the verdict", async () => {
  using project = createApp();
  await using editor = await openApp(project);
  expect(await execute(editor, "coldstart.verifyFix", target(project))).toMatchObject({
    ok: true,
    answer: { results: "equal" },
  });
  const { message } = await editor.heard<ShowMessageParams>("window/showMessage");
  expect(message).toMatch(/^Counter\.count with its fixes: .*; results equal\.$/);
});

it("proves unsafe fixes where a function has no others, and says that they are", async () => {
  // The class beside it has safe ones.
  const text = `${TABLES_PY}

@app.function()
def users(extra: int) -> int:
    table = load("users")
    return len(table) + extra
`;
  using project = createApp(text, { inputs: { "app.py::users": [[2]] } });
  await using editor = await openApp(project, {}, text);
  const users = [{ uri: uri(project.path("app.py")), function: "users" }];
  const report = await execute(editor, "coldstart.verifyFix", users);
  const { message } = await editor.heard<ShowMessageParams>("window/showMessage");
  expect(message).toMatch(/^users with its unsafe fixes: /);
  expect(report).toMatchObject({ ok: true, answer: { results: "equal" } });
});

it("says that there is nothing to prove where no fix applies", async () => {
  const text = TABLES_PY.replace("keep_warm", "min_containers").replace(/load\("\w+"\)/g, "[]");
  using project = createApp(text);
  await using editor = await openApp(project, {}, text);
  const report = await execute(editor, "coldstart.verifyFix", target(project));
  expect(report.error).toMatchObject({
    kind: "usage",
    message: "No fix applies to Counter.count, so there is nothing to prove.",
  });
});

it("runs nothing in a workspace that is not trusted, and analyses it all the same", async () => {
  using project = createApp();
  await using editor = await openApp(project, { initializationOptions: { trusted: false } });
  await editor.diagnostics(project.path("app.py"), (all) => all.length === 5);
  expect(await execute(editor, "coldstart.runCold", target(project))).toMatchObject({ ok: false });
  expect(existsSync(project.path(".coldstart"))).toBe(false);
});

it("says what is missing where the Python of the settings is none", async () => {
  using project = createApp();
  await using editor = await openApp(project, {
    capabilities: { workspace: { configuration: true } },
    settings: { python: "no/such/python" },
  });
  const report = await execute(editor, "coldstart.runCold", target(project));
  expect(report.error?.kind).toBe("environment");
  expect(report.error?.message).toContain(project.path("no/such/python"));
  expect(report.error?.message).toContain("coldstart.python");
});

it("takes the Python that the editor has chosen, unless the config or the settings name one", async () => {
  using project = createApp();
  await using editor = await openApp(project);
  const chosen = { python: impostor(project) };
  const refused = await execute(editor, "coldstart.runCold", target(project, chosen));
  expect(refused.error?.message).toContain(chosen.python);

  using configured = createApp(TABLES_PY, { ...CONFIG, python: "python3" });
  await using other = await openApp(configured);
  expect(
    await execute(other, "coldstart.runCold", target(configured, { python: impostor(configured) })),
  ).toMatchObject({ ok: true });

  using both = createApp(TABLES_PY, { ...CONFIG, python: "no/such/python" });
  await using set = await openApp(both, {
    capabilities: { workspace: { configuration: true } },
    settings: { python: "python3" },
  });
  expect(await execute(set, "coldstart.runCold", target(both))).toMatchObject({ ok: true });
});
