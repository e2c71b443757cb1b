// Reading project files: what is looked for in their bytes is what stands in their texts.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDisk } from "./disk.ts";
import { markPattern } from "./scan.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "coldstart-disk-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(content: string | Uint8Array): string {
  const path = join(folder, "a.py");
  writeFileSync(path, content);
  return path;
}

const mark = markPattern(["import modal"]);

describe("a mark", () => {
  it("is found in the bytes of a file exactly when it is in its text", () => {
    const piece = fc.oneof(fc.constantFrom("import modal", "import ", "modal", "é", "😀"), fc.string());
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join("");
        expect(createDisk().matches(file(text), mark)).toBe(text.includes("import modal"));
      }),
      { numRuns: 200 },
    );
  });

  it("is found behind more bytes than are read at once, and behind bytes that are no text", () => {
    const long = `${"# é\n".repeat(100_000)}import modal\n`;
    expect(createDisk().matches(file(long), mark)).toBe(true);
    expect(createDisk().matches(file(long.slice(0, -1 - "modal".length)), mark)).toBe(false);
    const broken = Buffer.concat([Buffer.from([0xff, 0xfe, 0xc3, 0]), Buffer.from("import modal")]);
    expect(createDisk().matches(file(broken), mark)).toBe(true);
  });

  it("is not found in what is not there, may not be a source, or is too large for one", () => {
    const disk = createDisk();
    expect(disk.matches(join(folder, "none.py"), mark)).toBe(false);
    expect(disk.matches(folder, mark)).toBe(false);
    expect(disk.matches(file(`import modal\n${"x".repeat(2_000_000)}`), mark)).toBe(false);
  });

  it("counts in the text that is known until somebody says that the file changed", () => {
    const disk = createDisk();
    const path = file("import modal");
    disk.text(path);
    file("import numpy");
    expect(disk.matches(path, mark)).toBe(true);
    disk.invalidate(path);
    expect(disk.matches(path, mark)).toBe(false);
  });

  it("is taken as it stands", () => {
    const pattern = markPattern(["def handler(event", "a.b"]);
    expect(pattern.test("def handler(event, context):")).toBe(true);
    expect(pattern.test("a-b")).toBe(false);
    expect(markPattern([]).test("anything")).toBe(false);
  });
});
