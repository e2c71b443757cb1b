// Runs programs of cases: each in a folder, a process and a temp folder of its own.
import { execFile, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, posix } from "node:path";
import { promisify } from "node:util";
import { ts } from "../../runtime/image/compiler.ts";
import { transpile } from "../../runtime/image/transpile.ts";
import { readModule } from "../../server/languages/typescript/read.ts";
import { type Case, writeCase } from "../rules/cases.ts";
import type { Entry } from "./child/log.ts";
import type { Order } from "./child/run.ts";
import { isCode } from "./engine.ts";

export interface Outcome {
  readonly outcome: { readonly ok?: unknown; readonly error?: string };
  readonly entries: readonly Entry[];
  /** Whether the image had something to build first. */
  readonly built: boolean;
}

export interface Program {
  /** Path in the case, with `/`. */
  readonly file: string;
  readonly name: string;
  readonly platform: string;
  /** All texts of the case. */
  readonly texts: ReadonlyMap<string, string>;
}

export interface Runner {
  run(example: Case, program: Program): Promise<Outcome>;
  close(): void;
}

/** A module of WebAssembly that exports `add` of two numbers. */
const addition = Buffer.from(
  "0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b",
  "hex",
);

const canMount = spawnSync("unshare", ["-Urm", "true"]).status === 0;

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");

/** Where programs stand: not below the temp folder, which each run has to itself. */
export function createRunner(): Runner {
  const scratch = mkdtempSync("/var/tmp/coldstart-fixes-");
  const hub = createServer((_request, response) => response.end("[1, 2, 3]"));
  const listening = new Promise<void>((resolve) => hub.listen(0, "127.0.0.1", resolve));
  const tools = writeTools(scratch);
  const outside = join(scratch, "project");
  mkdirSync(outside);
  return {
    async run(example, program) {
      await listening;
      const folder = join(scratch, "program");
      const home = join(scratch, "home");
      // The same paths for each program: some of them return them.
      for (const each of [folder, home]) rmSync(each, { recursive: true, force: true });
      mkdirSync(home);
      const files = [...program.texts].map(([path, text]) => ({ path, text: runnable(path, text) }));
      writeCase({ ...example, files }, folder);
      for (const { path } of example.data) {
        if (path.endsWith(".wasm")) writeFileSync(join(folder, path), addition);
      }
      return await start(program, folder, { home, tools, hub, outside });
    },
    close() {
      hub.close();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

/** No Node knows decorators. */
function runnable(path: string, text: string): string {
  if (!isCode(path) || !/^\s*@\w/m.test(text)) return text;
  return transpile(ts, { path: `/${path}`, text, format: "module", settings: { target: "es2024" } });
}

interface Place {
  readonly home: string;
  readonly tools: string;
  readonly hub: Server;
  /** Where the project is seen while the temp folder is hidden. */
  readonly outside: string;
}

async function start(
  program: Program,
  folder: string,
  { home, tools, hub, outside }: Place,
): Promise<Outcome> {
  const order: Omit<Order, "phase"> = {
    file: join(folder, program.file),
    name: program.name,
    inputs:
      program.platform === "coldstart"
        ? [["1"], ["2"]]
        : [[{ id: 1, at: 1, prefix: "a" }], [{ id: 2, at: 2 }]],
    packages: packagesOf(program.texts),
    sdk: join(root, "runtime/sdk/index.ts"),
  };
  const { port } = hub.address() as AddressInfo;
  const env = {
    PATH: `${tools}:${process.env.PATH}`,
    HOME: home,
    HUB: `http://127.0.0.1:${port}`,
    NODE_OPTIONS: "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON",
  };
  const child = join(import.meta.dirname, "child/run.ts");
  // The project may itself lie below the temp folder that is about to be hidden.
  const [kept, shown] = root.startsWith("/tmp/")
    ? [`mount --rbind ${root} ${outside}\n`, ` && mkdir -p ${root} && mount --rbind ${outside} ${root}`]
    : ["", ""];
  // Both processes see one temp folder that nobody else sees; where nothing was built, the second finds a fresh one.
  const fresh = canMount
    ? `mount -t tmpfs tmpfs /tmp${shown}`
    : `rm -rf ${temporaryPaths(program.texts).join(" ")}`;
  const again = `${canMount ? "umount -R /tmp && " : ""}${fresh} && rm -rf "$HOME" && mkdir "$HOME"`;
  const builds = [...program.texts.values()].some((text) => /\bbuild\b/.test(text));
  const building = `built=$("$1" "$2" "$3") && printf "%s\\n" "$built" || exit 1
    case $built in *'"ok":true'*) ;; *) ${again} ;; esac`;
  const script = `${canMount ? kept : ""}${fresh}\n${builds ? building : ""}\nexec "$1" "$2" "$4"`;
  const orders = (["build", "call"] as const).map((phase) => JSON.stringify({ ...order, phase }));
  const shell = ["sh", "-c", script, "sh", process.execPath, child, ...orders];
  const [first = "", ...args] = canMount ? ["unshare", "-Urm", ...shell] : shell;
  const { stdout } = await run(first, args, { cwd: folder, env, timeout: 60_000 });
  const outcomes = stdout.split("\n").map((line) => JSON.parse(line) as Outcome);
  const call = outcomes.at(-1);
  const build = outcomes.length > 1 ? outcomes[0] : undefined;
  if (!call) throw new Error(`No answer from ${program.file}`);
  if (build?.outcome.ok !== true) return { ...call, built: false };
  return { ...call, entries: [...build.entries, ...call.entries], built: true };
}

/** Where a system allows no mounts, programs share the temp folder: what they name in it goes before each run. */
function temporaryPaths(texts: ReadonlyMap<string, string>): readonly string[] {
  const found = [...texts.values()].flatMap((text) => text.match(/\/tmp\/[\w.-]+/g) ?? []);
  return ["/tmp/coldstart-none", ...new Set(found)];
}

/** What the program imports from packages, by package. */
function packagesOf(texts: ReadonlyMap<string, string>): Record<string, string[]> {
  const packages: Record<string, string[]> = {};
  for (const [path, text] of texts) {
    if (!isCode(path)) continue;
    const { imports, bindings } = readModule(posix.join("/", path), text);
    for (const { specifier, imported, binding } of imports) {
      const local = binding === undefined ? undefined : bindings[binding]?.name;
      const names = imported === "*" && local !== undefined ? membersOf(local, text) : [imported];
      packages[specifier] = [...(packages[specifier] ?? []), ...names];
    }
  }
  return packages;
}

function membersOf(name: string, text: string): readonly string[] {
  return [...text.matchAll(new RegExp(`\\b${name}\\.(\\w+)`, "g"))].map(([, member = ""]) => member);
}

/** Commands that programs start, without a network behind them. */
function writeTools(scratch: string): string {
  const folder = join(scratch, "bin");
  mkdirSync(folder);
  writeFileSync(join(folder, "curl"), '#!/bin/sh\nfor last; do :; done\necho fetched > "$last"\n');
  chmodSync(join(folder, "curl"), 0o755);
  return folder;
}
