// The SDK as users get it: from the packed package, in projects that resolve and load modules in each of today's ways.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const exec = promisify(execFile);
const root = resolve(import.meta.dirname, "..");
const tsc = join(root, "node_modules/typescript/bin/tsc");
let project = "";

const APP = `
import { App, enter, type FunctionHandle, method, RemoteError } from "coldstart";
const app = new App("consumer");
export const f = app.function({ enter: async () => ({ k: 1 }), exit: ({ k }) => k }, async ({ k }, n: number) => k + n);
export const g: FunctionHandle<[n: number], number, number> = app.function((n: number) => n);
@app.cls()
export class Adder {
  #base = 0;
  constructor(readonly values: { readonly by?: number } = {}) {}
  @enter() load() { this.#base = 10; }
  @method() add(n: number) { return this.#base + n + (this.values.by ?? 0); }
}
const sum: Promise<number> = f.local(2);
const more: Promise<number> = new Adder({ by: 100 }).add.local(1);
export const elsewhere = (): Promise<number> => new Adder().add.remote(1);
sum.then(async (n) => console.log(n + g.local(3) + (await more)));
export const isRemote = (error: unknown) => error instanceof RemoteError && error.cause;
`;
const WRONG = `
import { App } from "coldstart";
new App("consumer").function({ keepwarm: 1 }, () => 1);
`;

beforeAll(async () => {
  if (!existsSync(join(root, "dist/sdk/index.d.ts")))
    throw new Error("dist/ is not there; run `npm run build` first");
  project = mkdtempSync(join(tmpdir(), "consumer-"));
  await exec("npm", ["pack", "--ignore-scripts", "--pack-destination", project], { cwd: root });
  const tarball = readdirSync(project).find((name) => name.endsWith(".tgz")) ?? "";
  writeFileSync(join(project, "package.json"), `{ "private": true }`);
  await exec("npm", ["install", "--offline", "--no-audit", "--no-fund", `./${tarball}`], { cwd: project });
  for (const name of ["app.mts", "app.cts"]) writeFileSync(join(project, name), APP);
  writeFileSync(join(project, "wrong.mts"), WRONG);
});
afterAll(() => {
  if (project !== "") rmSync(project, { recursive: true, force: true });
});

/** What the compiler says; "" when all is well. */
async function check(resolution: string, module: string, ...files: readonly string[]): Promise<string> {
  const strict = ["--ignoreConfig", "--noEmit", "--strict", "--target", "es2022", "--skipLibCheck", "false"];
  const modules = [
    "--module",
    module,
    "--moduleResolution",
    resolution,
    "--types",
    "",
    "--lib",
    "es2022,dom",
  ];
  return exec(process.execPath, [tsc, ...strict, ...modules, ...files], { cwd: project }).then(
    () => "",
    (error: { readonly stdout: string }) => error.stdout,
  );
}

describe("the packed SDK", () => {
  it.each([
    ["nodenext", "nodenext"],
    ["bundler", "esnext"],
    ["bundler", "preserve"],
  ])("type-checks in a project with moduleResolution %s and module %s", async (resolution, module) => {
    expect(await check(resolution, module, "app.mts", "app.cts")).toBe("");
    expect(await check(resolution, module, "wrong.mts")).toContain("keepwarm");
  });

  it.each(["nodenext", "commonjs"])("runs in a project that compiles to %s", async (module) => {
    const name = module === "commonjs" ? "app.cts" : "app.mts";
    const resolution = module === "commonjs" ? "bundler" : "nodenext";
    const options = [
      "--ignoreConfig",
      "--module",
      module,
      "--moduleResolution",
      resolution,
      "--types",
      "",
      "--outDir",
      "out",
    ];
    await exec(process.execPath, [tsc, ...options, "--target", "es2022", "--lib", "es2022,dom", name], {
      cwd: project,
    });
    const { stdout } = await exec(process.execPath, [join("out", name.replace("ts", "js"))], {
      cwd: project,
    });
    expect(stdout.trim()).toBe("117");
  });
});
