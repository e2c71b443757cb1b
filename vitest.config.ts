import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{client,server,runtime,test}/**/*.test.ts"],
    exclude: ["test/vscode/**"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: "forks",
    typecheck: { enabled: false },
  },
});
