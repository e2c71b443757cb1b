// Runs the tests of a suite, and tells the outside that they came to their end.
import { writeFileSync } from "node:fs";
import { runTests } from "./harness.ts";

/** Resolves when all tests have passed. The file named by COLDSTART_PASSED proves to the outside that it came so far. */
export async function run(): Promise<void> {
  await runTests();
  if (process.env.COLDSTART_PASSED) writeFileSync(process.env.COLDSTART_PASSED, "passed");
}
