// The demo as `npm start` shows it, to its end.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

it("goes from the findings to a proved fix in lines that fit, and leaves nothing behind", async () => {
  const script = join(import.meta.dirname, "../fixtures/demo.ts");
  const demo = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  demo.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  const code = await new Promise((done) => demo.once("close", done));

  expect(code).toBe(0);
  for (const rule of ["sequential-loads", "global-scope-download", "body-amortized-work"]) {
    expect(text).toContain(rule);
  }
  expect(text).toContain("7 fixed");
  expect(text).toMatch(/× faster here \(95 % CI [\d.]+–[\d.]+\), results equal/);
  const wide = text.split("\n").filter((line) => !line.startsWith("$ ") && line.length > 100);
  expect(wide).toEqual([]);
  const [folder = ""] = /\S*coldstart-demo-\w+/.exec(text) ?? [];
  expect(folder).not.toBe("");
  expect(existsSync(folder)).toBe(false);
}, 180_000);
