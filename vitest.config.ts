import { defineConfig } from "vitest/config";

/** Tests whose verdicts rest on figures of seconds: they run when the others have ended. */
const alone = ["test/python/verify.test.ts", "test/cli/verify.test.ts", "test/cli/fix.test.ts"];

const test = {
  exclude: ["test/vscode/**"],
  testTimeout: 60_000,
  hookTimeout: 120_000,
  pool: "forks",
  typecheck: { enabled: false },
} as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...test,
          name: "all",
          include: ["{client,server,runtime,test}/**/*.test.ts"],
          exclude: [...test.exclude, ...alone],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...test,
          name: "alone",
          include: alone,
          fileParallelism: false,
          exclude: [...test.exclude],
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
