// What VS Code loads and runs inside its extension host; bundled by run.ts.
import { writeFileSync } from "node:fs";
import { runTests } from "./harness.ts";
import "./activation.test.ts";
import "./findings.test.ts";
import "./running.test.ts";

/** Resolves when all tests have passed. The file named by COLDSTART_PASSED proves to the outside that it came so far. */
export async function run(): Promise<void> {
  await runTests();
  if (process.env.COLDSTART_PASSED) writeFileSync(process.env.COLDSTART_PASSED, "passed");
}
