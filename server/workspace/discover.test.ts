// Which files a command looks at below a folder.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { discover } from "./discover.ts";
import { relativeTo } from "./paths.ts";

let folder = "";
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "coldstart-discover-")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

const found = async (...paths: string[]) =>
  (await discover(paths, folder)).map((path) => relativeTo(folder, path));

describe("discovery", () => {
  it("finds sources, not dependencies, build outputs, declarations or data", async () => {
    write({
      "a.ts": "",
      "src/b.mjs": "",
      "src/c.d.ts": "",
      "src/d.json": "",
      "node_modules/x/e.js": "",
      "dist/f.js": "",
      "p/.aws-sam/build/g.js": "",
    });
    expect(await found(".")).toEqual(["a.ts", "src/b.mjs"]);
  });

  it("obeys .gitignore files, inner ones over outer ones", async () => {
    write({
      ".gitignore": "*.gen.ts\nlocal/\n",
      "a.gen.ts": "",
      "b.ts": "",
      "local/c.ts": "",
      "keep/.gitignore": "!*.gen.ts\n",
      "keep/d.gen.ts": "",
    });
    expect(await found(".")).toEqual(["b.ts", "keep/d.gen.ts"]);
  });

  it("obeys the repository's .gitignore above the path", async () => {
    write({ ".git/HEAD": "", ".gitignore": "/app/made/\n", "app/a.ts": "", "app/made/b.ts": "" });
    expect(await found("app")).toEqual(["app/a.ts"]);
  });

  it("takes files that are named, whatever ignores them, and each once", async () => {
    write({ ".gitignore": "*.ts\n", "dist/a.ts": "" });
    expect(await found("dist/a.ts", "dist/a.ts", ".")).toEqual(["dist/a.ts"]);
  });
});
