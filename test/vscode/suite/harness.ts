// A test runner of one file for the extension host: tests run in order, and a suite without tests fails.
import assert from "node:assert/strict";

interface Test {
  readonly name: string;
  readonly run: () => Promise<void>;
}

const tests: Test[] = [];

export function test(name: string, run: () => Promise<void>): void {
  tests.push({ name, run });
}

/** Runs all tests; rejects when one fails. They build on one another, so that the first failure ends the suite. */
export async function runTests(): Promise<void> {
  assert.notEqual(tests.length, 0, "the suite holds no tests");
  for (const { name, run } of tests) {
    const began = performance.now();
    try {
      await run();
    } catch (error) {
      console.error(`✗ ${name}\n${error instanceof Error ? error.stack : error}`);
      throw error;
    }
    console.log(`✓ ${name} (${Math.round(performance.now() - began)} ms)`);
  }
  console.log(`${tests.length} tests passed`);
}

/** Asks again and again until the answer is neither undefined nor false. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  seconds = 15,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`waited ${seconds} s in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
