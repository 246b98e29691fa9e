import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/{browser,screenshots}/**/*.test.ts"],
    disableConsoleIntercept: true,
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
