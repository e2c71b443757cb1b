import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import type { CodeAction, ShowMessageParams } from "vscode-languageserver-protocol";
import { execute, hoverText, lensTitles } from "./asking.ts";
import { startEditor, uri } from "./editor.ts";
import { createProject, TABLES } from "./project.ts";
import { applyEdits } from "./text.ts";

const CONFIG = JSON.stringify({ inputs: { "count.ts::count": [[2]] } });
const target = (file: string) => [{ uri: uri(file), function: "count" }];

it("runs cold, passes the function's output on, and tells the figures in lens and hover", async () => {
  const text = TABLES.replace("  return users", '  console.log("counting");\n  return users');
  using project = createProject({ "count.ts": text, "coldstart.config.json": CONFIG });
  await using editor = await startEditor({
    folders: [project.folder],
    capabilities: { textDocument: { hover: { contentFormat: ["markdown"] } } },
    initializationOptions: { takesNotifications: true },
  });
  const file = project.path("count.ts");
  await editor.open(file, text);
  expect(await lensTitles(editor, file)).toEqual(["▶ Run cold", "Measure", "Prove the fixes"]);
  expect(await hoverText(editor, file, 7, 15)).toContain("not measured yet");

  const report = await execute(editor, "coldstart.runCold", target(file));
  expect(report).toMatchObject({ ok: true, answer: { result: 80_002 } });
  const said = await editor.heard<{ function: string; text: string }>("coldstart/output", (one) =>
    one.text.includes("counting"),
  );
  expect(said.function).toBe("count.ts::count");
  expect((await lensTitles(editor, file))[0]).toMatch(/^▶ Run cold · [\d. ]+ ms$/);
  expect(await hoverText(editor, file, 7, 15)).toMatch(/\*\*Cold start [\d. ]+ ms\*\*/);
  expect(await hoverText(editor, file, 8, 24)).toMatch(
    /\*\*[\d. ]+ ms\*\* of the last profiled cold start of count/,
  );
  expect(existsSync(project.path(".coldstart/results.jsonl"))).toBe(true);
});

it("runs what the editor shows, not what was saved", async () => {
  using project = createProject({ "count.ts": TABLES, "coldstart.config.json": CONFIG });
  await using editor = await startEditor({ folders: [project.folder] });
  const file = project.path("count.ts");
  await editor.open(file, TABLES.replace("+ extra", "+ extra * 1000"));
  expect(await execute(editor, "coldstart.runCold", target(file))).toMatchObject({
    answer: { result: 82_000 },
  });
  expect(readFileSync(file, "utf8")).toBe(TABLES);
});

it("keeps a figure for the text that ran, whatever is typed meanwhile", async () => {
  const text = TABLES.replace("  const users", "  await fetch(process.env.GATE as string);\n  const users");
  const gate = await openGate();
  const config = { env: { GATE: gate.url }, inputs: { "count.ts::count": [[2]] } };
  using project = createProject({ "count.ts": text, "coldstart.config.json": JSON.stringify(config) });
  await using editor = await startEditor({ folders: [project.folder] });
  const file = project.path("count.ts");
  await editor.open(file, text);
  const running = execute(editor, "coldstart.runCold", [{ uri: uri(file), function: "count" }]);
  await gate.reached;
  const line = text.split("\n").findIndex((each) => each.includes("return users"));
  const at = { line, character: 2 };
  await editor.change(file, [{ range: { start: at, end: at }, text: "const more = 1;\n  " }]);
  gate.open();
  expect(await running).toMatchObject({ ok: true });
  const hashes = readFileSync(project.path(".coldstart/results.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((each) => JSON.parse(each).hash);
  expect(new Set(hashes).size).toBe(1);
  gate.close();
});

it("marks a figure as old after an edit", async () => {
  using project = createProject({ "count.ts": TABLES, "coldstart.config.json": CONFIG });
  await using editor = await startEditor({ folders: [project.folder] });
  const file = project.path("count.ts");
  await editor.open(file, TABLES);
  await execute(editor, "coldstart.runCold", target(file));
  const at = { line: 10, character: 2 };
  await editor.change(file, [{ range: { start: at, end: at }, text: "const more = 1;\n  " }]);
  expect((await lensTitles(editor, file))[0]).toMatch(/ms before the last change$/);
  expect(await hoverText(editor, file, 7, 15)).toContain("Measured before the last change");
});

it("measures: the lens shows the median, the hover its interval", async () => {
  using project = createProject({ "count.ts": TABLES, "coldstart.config.json": CONFIG });
  await using editor = await startEditor({ folders: [project.folder] });
  const file = project.path("count.ts");
  await editor.open(file, TABLES);
  expect(await execute(editor, "coldstart.measure", target(file))).toMatchObject({
    ok: true,
    answer: { cold: { n: 10 } },
  });
  expect((await lensTitles(editor, file))[0]).toMatch(/^▶ Run cold · [\d. ]+ ms$/);
  expect(await hoverText(editor, file, 7, 15)).toMatch(
    /median of 10 runs \(95 % CI [\d. ]+ ms to [\d. ]+ ms\)/,
  );
});

it("proves the fixes: says the verdict, and knows the figure of the fixed text before it is applied", async () => {
  using project = createProject({ "count.ts": TABLES, "coldstart.config.json": CONFIG });
  await using editor = await startEditor({ folders: [project.folder] });
  const file = project.path("count.ts");
  await editor.open(file, TABLES);
  const report = await execute(editor, "coldstart.verifyFix", target(file));
  expect(report).toMatchObject({ ok: true, answer: { results: "equal", fixes: expect.anything() } });
  const { message } = await editor.heard<ShowMessageParams>("window/showMessage");
  expect(message).toMatch(/^count with its fixes: .*; results equal\.$/);

  const whole = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
  const [fixAll] = await editor.connection.sendRequest<CodeAction[]>("textDocument/codeAction", {
    textDocument: { uri: uri(file) },
    range: whole,
    context: { diagnostics: [], only: ["source.fixAll.coldstart"] },
  });
  await editor.change(file, [
    { range: whole, text: applyEdits(TABLES, fixAll?.edit?.changes?.[uri(file)] ?? []) },
  ]);
  expect((await lensTitles(editor, file))[0]).toMatch(/ ms, was [\d. ]+ ms$/);
});

it("carries out one run at a time", async () => {
  using project = createProject({ "count.ts": TABLES, "coldstart.config.json": CONFIG });
  await using editor = await startEditor({
    folders: [project.folder],
    initializationOptions: { takesNotifications: true },
  });
  const file = project.path("count.ts");
  await editor.open(file, TABLES);
  const both = [
    execute(editor, "coldstart.runCold", target(file)),
    execute(editor, "coldstart.runCold", target(file)),
  ];
  expect(await Promise.all(both)).toMatchObject([{ ok: true }, { ok: true }]);
  const kinds = readFileSync(project.path(".coldstart/results.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).kind);
  expect(kinds).toEqual(["run", "profile", "run", "profile"]);
});

it("stops a run when it is cancelled, and no container stays behind", async () => {
  const text = TABLES.replace(
    "  const users",
    "  console.log(process.pid);\n  await new Promise((done) => setTimeout(done, 600_000));\n  const users",
  );
  using project = createProject({ "count.ts": text, "coldstart.config.json": CONFIG });
  await using editor = await startEditor({
    folders: [project.folder],
    capabilities: { window: { workDoneProgress: true } },
    initializationOptions: { takesNotifications: true },
  });
  const file = project.path("count.ts");
  await editor.open(file, text);
  const running = execute(editor, "coldstart.runCold", target(file));
  const { token } = await editor.heard<{ token: string }>("window/workDoneProgress/create");
  const { value } = await editor.heard<{ value: { kind: string; cancellable?: boolean } }>("$/progress");
  expect(value).toMatchObject({ kind: "begin", cancellable: true });
  const { text: pid } = await editor.heard<{ text: string }>("coldstart/output");
  await editor.connection.sendNotification("window/workDoneProgress/cancel", { token });
  expect(await running).toMatchObject({ ok: false, error: { kind: "cancelled" } });
  await editor.heard<{ value: { kind: string } }>("$/progress", (said) => said.value.kind === "end");
  expect(() => process.kill(Number(pid), 0)).toThrow();
});

it("shows the error of a function that fails", async () => {
  const text = TABLES.replace("  const users", '  throw new Error("no tables today");\n  const users');
  using project = createProject({ "count.ts": text });
  await using editor = await startEditor({ folders: [project.folder] });
  await editor.open(project.path("count.ts"), text);
  const report = await execute(editor, "coldstart.runCold", target(project.path("count.ts")));
  expect(report.error).toMatchObject({ kind: "error", message: "no tables today" });
  const shown = await editor.heard<ShowMessageParams>("window/showMessage");
  expect(shown.message).toContain("no tables today");
});

it("runs nothing in a workspace that is not trusted, analyses it all the same, and runs once it is trusted", async () => {
  using project = createProject({ "count.ts": TABLES, "coldstart.config.json": CONFIG });
  await using editor = await startEditor({
    folders: [project.folder],
    initializationOptions: { trusted: false },
  });
  const file = project.path("count.ts");
  await editor.open(file, TABLES);
  await editor.diagnostics(file, (all) => all.length === 4);
  expect(await execute(editor, "coldstart.runCold", target(file))).toMatchObject({ ok: false });
  const { message } = await editor.heard<ShowMessageParams>("window/showMessage");
  expect(message).toContain("trusted workspace");
  expect(existsSync(project.path(".coldstart"))).toBe(false);
  await editor.connection.sendNotification("coldstart/trusted");
  expect(await execute(editor, "coldstart.runCold", target(file))).toMatchObject({ ok: true });
});

it("says what is missing where the chosen Node is none", async () => {
  using project = createProject({ "count.ts": TABLES, "coldstart.config.json": CONFIG });
  await using editor = await startEditor({
    folders: [project.folder],
    capabilities: { workspace: { configuration: true } },
    settings: { node: project.path("no-such-node") },
  });
  const file = project.path("count.ts");
  await editor.open(file, TABLES);
  const report = await execute(editor, "coldstart.runCold", target(file));
  expect(report.error?.kind).toBe("environment");
  expect(report.error?.message).toContain("no-such-node");
});

it("names what a command lacks", async () => {
  await using editor = await startEditor();
  expect(await execute(editor, "coldstart.runCold", [])).toMatchObject({
    ok: false,
    error: { kind: "usage" },
  });
  const { message } = await editor.heard<ShowMessageParams>("window/showMessage");
  expect(message).toContain("needs a function");
});

it("ends when its editor vanishes", async () => {
  await using editor = await startEditor();
  const ended = new Promise((done) => editor.process.once("exit", done));
  editor.process.stdin?.end();
  await ended;
  expect(editor.process.exitCode).not.toBeNull();
});

/** A server that answers once it is told to. */
async function openGate() {
  const reached = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const server = createServer((_request, response) => {
    reached.resolve();
    void opened.promise.then(() => response.end("go"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reached: reached.promise,
    open: () => opened.resolve(),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
