import { defineConfig } from 'vitest/config';

/** Browser runs: one file at a time, each starts its own servers on free ports. */
export default defineConfig({
  test: {
    globalSetup: ['test/e2e/support/tenant.ts'],
    include: ['test/e2e/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    fileParallelism: false,
    // A real browser on two busy cores now and then misses a frame; what fails twice is broken.
    retry: 1,
  },
});
