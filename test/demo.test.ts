// The demo as `npm start` shows it, to its end.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findOnPath } from "./machine.ts";

const FASTER = /× faster here \(95 % CI [\d.]+–[\d.]+\), results equal/;

/** What the demo says on standard output, in its two halves. */
async function demo(
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<readonly [text: string, typescript: string, python: string]> {
  const script = join(import.meta.dirname, "../fixtures/demo.ts");
  const stdio = ["ignore", "pipe", "inherit"] as const;
  const running = spawn(process.execPath, [script, ...args], {
    stdio: [...stdio],
    env: { ...process.env, ...env },
  });
  let text = "";
  running.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  expect(await new Promise((done) => running.once("close", done))).toBe(0);
  const [typescript = "", python = ""] = text.split("The same ");
  return [text, typescript, python];
}

it("goes from the findings to a proved fix in both languages, in lines that fit, and leaves nothing behind", async () => {
  const [text, typescript, python] = await demo();
  for (const rule of ["sequential-loads", "global-scope-download", "body-amortized-work"]) {
    expect(typescript).toContain(rule);
  }
  expect(typescript).toContain("7 fixed");
  expect(typescript).toMatch(FASTER);
  for (const rule of ["outdated-setting", "sequential-loads", "enter-download", "body-amortized-work"]) {
    expect(python).toContain(rule);
  }
  expect(python).toContain("6 fixed");
  expect(python).toMatch(FASTER);
  expect(python).toMatch(/^\+@app\.cls\(.*min_containers=1/m);
  const wide = text.split("\n").filter((line) => !line.startsWith("$ ") && line.length > 100);
  expect(wide).toEqual([]);
  const [folder = ""] = /\S*coldstart-demo-\w+/.exec(text) ?? [];
  expect(folder).not.toBe("");
  expect(existsSync(folder)).toBe(false);
}, 120_000);

it("says in one line what the Python half needs where there is no Python", async () => {
  using tools = withoutPython();
  const [text] = await demo(["python"], { PATH: tools.folder });
  expect(text.trim()).toBe("The same for Python needs a Python (3.9 or newer), and there is none here.");
}, 120_000);

/** A path that leads to git alone. */
function withoutPython(): Disposable & { readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), "no-python-"));
  const git = findOnPath("git");
  if (git) symlinkSync(git, join(folder, "git"));
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
