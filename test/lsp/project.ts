// Small projects in folders of their own, with a large file that is worth loading once.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface Project extends Disposable {
  readonly folder: string;
  path(name: string): string;
  write(name: string, text: string): string;
}

export function createProject(files: Readonly<Record<string, string>>): Project {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "coldstart lsp ")));
  const path = (name: string) => join(folder, name);
  const write = (name: string, text: string) => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text);
    return path(name);
  };
  write("package.json", JSON.stringify({ name: "trial", type: "module", private: true }));
  const rows = JSON.stringify(Array.from({ length: 40_000 }, (_, id) => ({ id, name: `row number ${id}` })));
  for (const name of ["users", "orders"]) write(`data/${name}.json`, rows);
  for (const [name, text] of Object.entries(files)) write(name, text);
  return { folder, path, write, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Two independent tables, loaded one after another for each input. */
export const TABLES = `import { readFile } from "node:fs/promises";
import { App } from "coldstart";

const app = new App("trial");

const load = async (name: string) => JSON.parse(await readFile(new URL(\`./data/\${name}.json\`, import.meta.url), "utf8"));

export const count = app.function({ timeout: 30 }, async (extra: number) => {
  const users = await load("users");
  const orders = await load("orders");
  return users.length + orders.length + extra;
});
`;
