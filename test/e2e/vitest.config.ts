import { defineConfig } from 'vitest/config';

/** Browser runs: each file starts its own servers on free ports and mostly waits for them, so two share two cores well. */
export default defineConfig({
  test: {
    globalSetup: ['test/e2e/support/tenant.ts'],
    include: ['test/e2e/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
    // A real browser on two busy cores now and then misses a frame; what fails twice is broken.
    retry: 1,
  },
});
