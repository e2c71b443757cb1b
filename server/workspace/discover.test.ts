// Which files a command looks at below a folder.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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

const found = (...paths: string[]) => discover(paths, folder).map((path) => relativeTo(folder, path));

describe("discovery", () => {
  it("finds sources, not dependencies, build outputs, declarations or data", () => {
    write({
      "a.ts": "",
      "src/b.mjs": "",
      "src/c.d.ts": "",
      "src/d.json": "",
      "node_modules/x/e.js": "",
      "dist/f.js": "",
      "p/.aws-sam/build/g.js": "",
    });
    expect(found(".")).toEqual(["a.ts", "src/b.mjs"]);
  });

  it("obeys .gitignore files, inner ones over outer ones", () => {
    write({
      ".gitignore": "*.gen.ts\nlocal/\n",
      "a.gen.ts": "",
      "b.ts": "",
      "local/c.ts": "",
      "keep/.gitignore": "!*.gen.ts\n",
      "keep/d.gen.ts": "",
    });
    expect(found(".")).toEqual(["b.ts", "keep/d.gen.ts"]);
  });

  it("finds nothing below a folder that is ignored, whatever stands in it", () => {
    write({
      ".gitignore": "local/\nmade/*\n!made/by-hand.ts\n",
      "local/.gitignore": "!*.ts\n",
      "local/a.ts": "",
      "made/b.ts": "",
      "made/by-hand.ts": "",
    });
    expect(found(".")).toEqual(["made/by-hand.ts"]);
  });

  it("passes over links, folders with a source's name, and virtual environments of any name", () => {
    write({ "a.py": "", "b.py/c.py": "", "tools/pyvenv.cfg": "", "tools/lib/d.py": "" });
    symlinkSync("a.py", join(folder, "link.py"));
    symlinkSync("b.py", join(folder, "folder"));
    expect(found(".")).toEqual(["a.py", "b.py/c.py"]);
    expect(found("tools")).toEqual(["tools/lib/d.py"]);
  });

  it("obeys the repository's .gitignore above the path", () => {
    write({ ".git/HEAD": "", ".gitignore": "/app/made/\n", "app/a.ts": "", "app/made/b.ts": "" });
    expect(found("app")).toEqual(["app/a.ts"]);
  });

  it("takes files that are named, whatever ignores them, and each once", () => {
    write({ ".gitignore": "*.ts\n", "dist/a.ts": "" });
    expect(found("dist/a.ts", "dist/a.ts", ".")).toEqual(["dist/a.ts"]);
  });
});
