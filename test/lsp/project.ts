// Small projects in folders of their own, with a large file that is worth loading once.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface Project extends Disposable {
  readonly folder: string;
  path(name: string): string;
  write(name: string, text: string | Buffer): string;
}

export function createProject(files: Readonly<Record<string, string>>): Project {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "coldstart lsp ")));
  const path = (name: string) => join(folder, name);
  const write = (name: string, text: string | Buffer) => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text);
    return path(name);
  };
  write("package.json", JSON.stringify({ name: "trial", type: "module", private: true }));
  const rows = JSON.stringify(Array.from({ length: 40_000 }, (_, id) => ({ id, name: `row number ${id}` })));
  for (const name of ["users", "orders"]) {
    write(`data/${name}.json`, rows);
    write(`data/${name}.pickle`, pickled(rows));
  }
  for (const [name, text] of Object.entries(files)) write(name, text);
  return { folder, path, write, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Bytes as `pickle.load` of Python reads them. */
export function pickled(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([Buffer.from("\x80\x03B", "latin1"), length, bytes, Buffer.from(".")]);
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

/** The same as a class of Modal, with a setting that has another name today. */
export const TABLES_PY = `import pickle
from pathlib import Path

import modal

app = modal.App("trial")
DATA = Path(__file__).parent / "data"


def load(name: str) -> bytes:
    with open(DATA / f"{name}.pickle", "rb") as file:
        return pickle.load(file)


@app.cls(keep_warm=1)
class Counter:
    @modal.method()
    def count(self, extra: int) -> int:
        users = load("users")
        orders = load("orders")
        return len(users) + len(orders) + extra
`;
