// The short way to read `coldstart lint` takes a command line as the library does, or leaves it alone.
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import type { LintOptions } from "./commands/lint.ts";
import { plainLint } from "./plain-lint.ts";
import { type Chosen, read } from "./program.ts";
import { createTerminal } from "./terminal.ts";

vi.mock("./commands/lint.ts", () => ({
  lintCommand: (paths: readonly string[], { fix = false, fixUnsafe = false }: LintOptions) =>
    Promise.resolve({ paths, fix, fixUnsafe }),
}));

const asked = async ({ act, format }: Chosen) => ({
  format,
  lint: await act(createTerminal(format, new AbortController().signal)),
});

const word = fc.constantFrom(
  ..."--fix --fix-unsafe --format --format=json --format=xml json text src a.py . -- -f --watch - =".split(
    " ",
  ),
  "",
);

it("agrees with the library wherever it has an answer", async () => {
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 5 }), async (words) => {
      const plain = plainLint(["lint", ...words]);
      if (!plain) return;
      answered += 1;
      const chosen = await read(["lint", ...words]);
      if (typeof chosen === "number" || "error" in chosen) throw new Error("The library refuses this");
      expect(await asked(plain)).toEqual(await asked(chosen));
    }),
    { numRuns: 500 },
  );
  expect(answered).toBeGreaterThan(50);
});

it("leaves other commands, help and mistakes to the library", () => {
  for (const line of [
    "",
    "run a.ts",
    "--version",
    "lint --help",
    "lint --fixx",
    "lint --format xml",
    "lint --format",
  ]) {
    expect(plainLint(line.split(" "))).toBeUndefined();
  }
});
