// `npm test`: builds, checks types and style, runs every test, a real VS Code included, and counts them in one line.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { otherTime } from "../runtime/jobs/other-time.ts";
import { findOnPath, install } from "./machine.ts";
import { setUpPython } from "./python/environment.ts";

const scratch = mkdtempSync(join(tmpdir(), "coldstart-test-"));
const report = join(scratch, "vitest.json");
let failed = 0;
let passed = 0;

/** Runs one part to its end, whatever came of the parts before it, so that one run tells everything. */
function part(title: string, command: string, ...args: string[]): boolean {
  console.log(`\n── ${title}`);
  const { status, error } = spawnSync(command, args, { stdio: "inherit" });
  if (error) console.error(`${command}: ${error.message}`);
  return status === 0;
}

function count(ok: boolean): void {
  if (ok) passed++;
  else failed++;
}

if (!part("build", process.execPath, "esbuild.mjs")) {
  console.error("The build failed, so nothing was tested.");
  process.exit(1);
}
try {
  if (!otherTime(0)) install("libfaketime", "schedules are tried at another time of day by libfaketime");
  if (!findOnPath("chromium") && !findOnPath("chromium-browser"))
    install("chromium", "the page of a served app is tried in a browser");
  setUpPython();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  failed++;
}
count(part("types", "tsc", "--noEmit"));
count(part("types of the page", "tsc", "--noEmit", "-p", "runtime/web/page"));
count(part("style", "biome", "check", "."));

const unit = part(
  "tests",
  "vitest",
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
);
try {
  const { numPassedTests, numTotalTests } = JSON.parse(readFileSync(report, "utf8")) as Record<
    string,
    number
  >;
  passed += numPassedTests ?? 0;
  failed += (numTotalTests ?? 0) - (numPassedTests ?? 0);
} catch (error) {
  console.error(`vitest left no report: ${error instanceof Error ? error.message : error}`);
}
if (!unit && failed === 0) failed++;

count(part("VS Code", process.execPath, "test/vscode/run.ts"));

rmSync(scratch, { recursive: true, force: true });
console.log(`\ncoldstart: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
