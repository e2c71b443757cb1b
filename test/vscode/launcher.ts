#!/usr/bin/env node
// Stands in for VS Code's desktop binary: takes the same arguments, opens code-server's workbench in a headless Chromium.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { type CodeServer, startCodeServer } from "./code-server.ts";
import { installStandIn } from "./install.ts";

/** What a script named by CS_UI_SCRIPT exports as its default: it drives the workbench as a user would. */
export type UiScript = (workbench: { readonly page: Page }) => Promise<void>;

const args = process.argv.slice(2);
const { CS_DEBUG, CS_FAIL_SHOT, CS_TIMEOUT_MS, CS_TRUST, CS_UI_SCRIPT } = process.env;
const verbose = Boolean(CS_DEBUG);
const limit = Number(CS_TIMEOUT_MS) || 300_000;
const standIn = installStandIn();

// Questions and installations that need no workbench are code-server's own command line.
if (args.some((arg) => /^--(version|(un)?install-extension|list-extensions)/.test(arg))) {
  const paths = ["user-data-dir", "extensions-dir"].map((name) => `--${name}=${option(name)}`);
  const own = args.filter((arg) => !/^--(user-data-dir|extensions-dir)=/.test(arg));
  const done = spawnSync(standIn.node, [standIn.entry, ...own, ...paths], {
    stdio: "inherit",
    env: { ...process.env, EXTENSIONS_GALLERY: "{}" },
  });
  process.exit(done.status ?? 1);
}

const temp = mkdtempSync(join(tmpdir(), "csl-"));
const userData = resolve(option("user-data-dir") ?? join(temp, "u"));
const extensions = resolve(option("extensions-dir") ?? join(temp, "e"));
const sentinel = join(temp, "ok");
let server: CodeServer | undefined;
let browser: Browser | undefined;
let page: Page | undefined;
let finishing = false;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => finish(130));
process.on("uncaughtException", (error) => fail(error));
process.on("unhandledRejection", (error) => fail(error));
setTimeout(() => fail(`no result after ${limit} ms`, 124), limit);

prepareFolders();
server = await startCodeServer(standIn, { userData, extensions, temp }, { trustAll: !CS_TRUST, verbose });
browser = await chromium.launch({
  executablePath: standIn.chromium,
  headless: true,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
  ],
});
page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
page.on("dialog", (dialog) => void dialog.accept().catch(() => {}));
page.on("crash", () => fail("the page crashed"));
if (verbose)
  page.on("console", (message) => console.error("[console]", message.type(), message.text().slice(0, 400)));
await listenToTests(page);
const answer = await page.goto(workbenchUrl(server.url));
if (!answer?.ok()) await fail(`code-server answered ${answer?.status()}`);
if (CS_UI_SCRIPT) {
  const script: { default: UiScript } = await import(pathToFileURL(resolve(CS_UI_SCRIPT)).href);
  await script.default({ page });
  await finish(0);
}

/** The last value of `--name=value`. */
function option(name: string): string | undefined {
  return options(name).at(-1);
}

function options(name: string): readonly string[] {
  return args.filter((arg) => arg.startsWith(`--${name}=`)).map((arg) => arg.slice(name.length + 3));
}

function prepareFolders(): void {
  const settings = join(userData, "User", "settings.json");
  for (const folder of [dirname(settings), extensions, join(temp, "r")])
    mkdirSync(folder, { recursive: true });
  if (existsSync(settings)) return;
  const quiet = {
    "security.workspace.trust.enabled": Boolean(CS_TRUST),
    "telemetry.telemetryLevel": "off",
    "workbench.startupEditor": "none",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "chat.disableAIFeatures": true,
    "extensions.autoCheckUpdates": false,
    "extensions.autoUpdate": "off",
    "git.enabled": false,
  };
  writeFileSync(settings, JSON.stringify(quiet));
}

/** The workbench takes what a desktop takes as arguments from its address. */
function workbenchUrl(base: string): string {
  const remote = (path: string) => `vscode-remote://${new URL(base).host}${encodeURI(resolve(path))}`;
  const payload: [string, string][] = [
    ["skipWelcome", "true"],
    ["skipReleaseNotes", "true"],
  ];
  for (const path of options("extensionDevelopmentPath"))
    payload.push(["extensionDevelopmentPath", remote(path)]);
  const suite = option("extensionTestsPath");
  if (suite) payload.push(["extensionTestsPath", remote(wrap(suite))]);
  if (args.includes("--disable-extensions")) payload.push(["disableExtensions", "true"]);
  const query = new URLSearchParams();
  const opened = args.find((arg) => !arg.startsWith("-"));
  if (opened) query.set(opened.endsWith(".code-workspace") ? "workspace" : "folder", resolve(opened));
  else query.set("ew", "true");
  query.set("payload", JSON.stringify(payload));
  return `${base}/?${query}`;
}

/** The workbench reports success also when the extension host dies, so the suite leaves a sentinel once it has passed. */
function wrap(suite: string): string {
  const wrapper = join(temp, "wrapper.cjs");
  writeFileSync(
    wrapper,
    `exports.run = async () => {
      console.log("CSL-BEGIN");
      try {
        const suite = await import(${JSON.stringify(pathToFileURL(resolve(suite)).href)});
        const run = suite.run ?? suite.default?.run;
        if (typeof run !== "function") throw new Error("the suite exports no run()");
        await run();
        require("fs").writeFileSync(${JSON.stringify(sentinel)}, "ok");
      } finally {
        console.log("CSL-END");
      }
    };`,
  );
  return wrapper;
}

/** Passes the suite's output on, and ends with its result. */
async function listenToTests(page: Page): Promise<void> {
  // Of code-server's own, the last for lack of native modules that only its log files need.
  const noise =
    /^(Ignoring fetching additional|Updating additional builtin|\[AccountPolicyGate\]|\[AgentHost|\[Service Worker\]|Error: Could not locate the bindings file)/;
  let shown = verbose;
  let drained: () => void = () => {};
  const allSaid = new Promise<void>((resolve) => {
    drained = resolve;
  });
  await page.exposeFunction("codeAutomationLog", (type: string, parts: readonly unknown[]) => {
    const line = parts.join(" ");
    if (line === "CSL-BEGIN") shown = true;
    else if (line === "CSL-END") {
      shown = verbose;
      drained();
    } else if (shown && !noise.test(line)) (type === "error" ? console.error : console.log)(...parts);
  });
  await page.exposeFunction("codeAutomationExit", async (code: number) => {
    await Promise.race([allSaid, new Promise((resolve) => setTimeout(resolve, 3000))]);
    const passed = existsSync(sentinel);
    if (!code && !passed) console.error("launcher: the extension host ended before the suite did");
    await finish(code || (passed ? 0 : 1));
  });
}

function fail(why: unknown, code = 1): Promise<void> {
  if (!finishing) console.error("launcher:", why);
  return finish(code);
}

async function finish(code: number): Promise<void> {
  if (finishing) return;
  finishing = true;
  if (code && CS_FAIL_SHOT) await page?.screenshot({ path: CS_FAIL_SHOT, timeout: 5000 }).catch(() => {});
  await Promise.race([browser?.close().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 5000))]);
  await server?.stop();
  rmSync(temp, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  process.exit(code);
}
